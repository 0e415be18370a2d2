/**
 * Tells systemd how the process is (Type=notify), and that it lives (WatchdogSec=).
 *
 * Node has no datagram sockets of the unix kind, so systemd's own `systemd-notify` says it, one at a time. That is a
 * process of its own, for which the unit needs NotifyAccess=all. Nobody else says that this one lives: each word begins
 * with a timer of the event loop, so that a loop that stalls is silent.
 */

import { execFile } from 'node:child_process';
import type { Clock } from './clock.js';

export interface NotifyParts {
  readonly clock: Clock;
  /** NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, as systemd sets them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** systemd could not be told. Once, until it can again. */
  readonly failed: (message: string) => void;
}

/** What `systemctl status` shows beside the state, in one line. */
type Status = string;

const PROGRAM = 'systemd-notify';
/** What does not answer in this time is given up, so that the next word can be said. */
const PROGRAM_LIMIT_MS = 5000;
/** One that fails, or takes its time, leaves two more before systemd's patience is over. */
const WORDS_PER_WATCHDOG = 3;
const RETRY_MS = 5000;

const ALIVE = ['WATCHDOG=1'];

export class ServiceManager {
  readonly #parts: NotifyParts;
  /** What waits to be said: of several states that are late only the last, and one sign of life. */
  #state: readonly string[] | undefined;
  #isDue = false;
  #isSaying = false;
  #hasFailed = false;
  #cancelWatchdog: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #onSaid: (() => void) | undefined;

  constructor(parts: NotifyParts) {
    this.#parts = parts;
  }

  /** It serves: systemd starts what waits for it, and expects to hear from it from now on. */
  ready(status: Status): void {
    this.#say(['READY=1', `STATUS=${status}`]);
    this.#watch();
  }

  /** It takes a new configuration; `ready` says that this is over. */
  reloading(status: Status): void {
    this.#say(['RELOADING=1', `STATUS=${status}`]);
  }

  /**
   * It ends within TimeoutStopSec=, after which systemd kills it. Not for an end that waits until the last session has
   * gone by itself: that may take days.
   */
  stopping(status: Status): void {
    this.#say(['STOPPING=1', `STATUS=${status}`]);
  }

  status(status: Status): void {
    this.#say([`STATUS=${status}`]);
  }

  /** Stops saying that it lives. Resolves when what waits is said, or cannot be. */
  async close(): Promise<void> {
    this.#cancelWatchdog?.();
    this.#cancelRetry?.();
    if (!this.#isSaying) return;
    await new Promise<void>((resolve) => {
      this.#onSaid = resolve;
    });
    this.#cancelRetry?.();
  }

  #watch(): void {
    const intervalMs = watchdogMs(this.#parts);
    if (intervalMs === undefined) return;
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = this.#parts.clock.after(intervalMs / WORDS_PER_WATCHDOG, () => {
      this.#watch();
      this.#isDue = true;
      this.#sayNext();
    });
  }

  #say(words: readonly string[]): void {
    if ((this.#parts.environment['NOTIFY_SOCKET'] ?? '') === '') return;
    this.#state = words;
    this.#sayNext();
  }

  #sayNext(): void {
    if (this.#isSaying) return;
    const words = this.#state ?? (this.#isDue ? ALIVE : undefined);
    if (words === undefined) {
      this.#onSaid?.();
      return;
    }
    if (words === ALIVE) this.#isDue = false;
    else this.#state = undefined;
    this.#isSaying = true;
    this.#run(words, (why) => {
      this.#isSaying = false;
      if (why === undefined) this.#hasFailed = false;
      else this.#failed(words, why);
      this.#sayNext();
    });
  }

  #failed(words: readonly string[], why: string): void {
    if (!this.#hasFailed) this.#parts.failed(`${PROGRAM}: ${why}`);
    this.#hasFailed = true;
    // The next sign of life comes by itself; a state that systemd does not learn of would be the end of the process.
    if (words === ALIVE) return;
    this.#cancelRetry?.();
    this.#cancelRetry = this.#parts.clock.after(RETRY_MS, () => this.#say(this.#state ?? words));
  }

  /** Calls `done` later, with what went wrong if something did. */
  #run(words: readonly string[], done: (why: string | undefined) => void): void {
    const { clock, environment } = this.#parts;
    const options = { timeout: PROGRAM_LIMIT_MS, killSignal: 'SIGKILL', env: environment } as const;
    try {
      execFile(PROGRAM, words, options, (error) => {
        if (error === null) done(undefined);
        else done(error.killed === true ? `no end in ${PROGRAM_LIMIT_MS} ms` : error.message.trim());
      });
    } catch (error) {
      // Without file descriptors or memory.
      clock.after(0, () => done(error instanceof Error ? error.message : String(error)));
    }
  }
}

/** How long systemd waits for a word; undefined where it waits for none, or for another process's. */
function watchdogMs({ environment, pid }: NotifyParts): number | undefined {
  const us = Number(environment['WATCHDOG_USEC']);
  const isOurs = (environment['WATCHDOG_PID'] ?? String(pid)) === String(pid);
  return isOurs && us > 0 ? us / 1000 : undefined;
}
