/**
 * Keeps the operator's wishes, the weights and the stick tables over a restart: reads them at the start, writes them
 * every minute and at the end.
 *
 * Two processes may have one file, while an old one lets its last sessions end and a new one serves already. The file
 * belongs to the one that started last; the other one sees so by the file's first line, and writes no more.
 */

import { stackOf } from '../log/event.js';
import type { Log } from '../log/log.js';
import type { Clock } from '../runtime/clock.js';
import type { Supervisor } from '../supervision/supervisor.js';
import { restoreState, stateLines } from './kept-state.js';
import type { KeptBackend, Moment } from './kept-state.js';
import { StateFile } from './state-file.js';

export interface StateKeeperParts {
  readonly clock: Clock;
  readonly log: Pick<Log, 'event'>;
  readonly supervisor: Pick<Supervisor, 'find' | 'setWish' | 'setWeight'>;
  readonly backends: () => readonly KeptBackend[];
}

const INTERVAL_MS = 60_000;

export class StateKeeper {
  readonly #file: StateFile;
  readonly #parts: StateKeeperParts;
  readonly #startedWallMs: number;
  #cancel: (() => void) | undefined;
  /** The last write, under way or over. Never rejects. */
  #written: Promise<void> = Promise.resolve();
  #isLeft = false;

  constructor(path: string, parts: StateKeeperParts) {
    this.#file = new StateFile(path, process.pid);
    this.#parts = parts;
    this.#startedWallMs = parts.clock.wallMs();
  }

  /** To be called before anybody is served. Never rejects: without a state, or with a broken one, it starts all the same. */
  async restore(): Promise<void> {
    const { backends, log, supervisor } = this.#parts;
    const { path } = this.#file;
    await this.#file.removeLeftovers();
    const read = await this.#file.read();
    if (read.kind === 'none') return;
    if (read.kind === 'state') {
      const moment = this.#moment();
      const restored = restoreState(read.state, backends(), supervisor, moment);
      const ageMs = Math.max(0, moment.wallMs - Date.parse(read.state.head.writtenAt));
      log.event('state-read', { path, ...restored, ageMs });
    } else {
      const keptAs = read.kind === 'broken' ? await this.#file.setAside() : '';
      log.event('state-not-read', { path, error: read.why, keptAs });
    }
  }

  /** To be called once it serves: from now on the file is its own. */
  begin(): void {
    this.#write();
    this.#writeLater();
  }

  /** Writes for the last time. Never rejects. */
  async close(): Promise<void> {
    this.#cancel?.();
    this.#write();
    await this.#written;
  }

  #writeLater(): void {
    this.#cancel = this.#parts.clock.after(INTERVAL_MS, () => {
      this.#writeLater();
      this.#write();
    });
  }

  /** One write at a time: on a disk that takes longer than a minute, the next one waits. */
  #write(): void {
    this.#written = this.#written.then(() => this.#writeNow());
  }

  async #writeNow(): Promise<void> {
    const { log } = this.#parts;
    const { path } = this.#file;
    if (this.#isLeft) return;
    const owner = await this.#file.head();
    if (owner !== undefined && Date.parse(owner.startedAt) > this.#startedWallMs) {
      this.#isLeft = true;
      this.#cancel?.();
      log.event('state-left', { path, owner: owner.pid });
      return;
    }
    try {
      const moment = this.#moment();
      const bytes = await this.#file.write(this.#lines(moment));
      log.event('state-written', { path, bytes, writeMs: this.#parts.clock.nowMs() - moment.nowMs });
    } catch (error) {
      const isSystems = error instanceof Error && 'code' in error;
      if (!isSystems) log.event('internal-error', { session: undefined, stack: stackOf(error) });
      else log.event('state-not-written', { path, error: error.message });
    }
  }

  #lines(moment: Moment): Iterable<string> {
    const head = {
      pid: process.pid,
      startedAt: new Date(this.#startedWallMs).toISOString(),
      writtenAt: new Date(moment.wallMs).toISOString(),
    };
    return stateLines(head, this.#parts.backends(), moment);
  }

  #moment(): Moment {
    const { clock } = this.#parts;
    return { nowMs: clock.nowMs(), wallMs: clock.wallMs() };
  }
}
