/** What the process is told by signals, as HAProxy's is. */

import type { Clock } from './clock.js';

export interface Told {
  /** SIGTERM, SIGINT: end the sessions, and leave. */
  stop(signal: string): void;
  /** The same again: leave at once. */
  stopAtOnce(signal: string): void;
  /** SIGHUP: read the configuration anew. */
  reload?(signal: string): void;
  /** SIGUSR1: accept no more, and leave when the last session has ended. */
  stopSoftly(signal: string): void;
}

/**
 * A terminal's Ctrl-C reaches this process and npm, which passes it on: within this time a second signal is an echo of the
 * first, and nobody's wish to hurry.
 */
const ECHO_MS = 500;

/**
 * SIGUSR2, as logrotate sends it: the log's file was moved away. Apart from the others, because logrotate does not ask
 * whether the start is over, and without a listener the signal would end the process.
 */
export function onReopenSignal(reopen: () => void): void {
  process.on('SIGUSR2', reopen);
}

/** What would end a process that is not ready to heed it; or for SIGUSR1, would have Node open a debugger. */
const HELD = ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

export interface HeldSignals {
  /** Holds no more, and says what has come, in the order in which it first came. */
  release(): readonly string[];
}

/** While a process starts: whoever sends a signal does not know how far it has come. */
export function holdSignals(): HeldSignals {
  const come = new Set<string>();
  const hold = (signal: string): void => void come.add(signal);
  for (const signal of HELD) process.on(signal, hold);
  return {
    release: () => {
      for (const signal of HELD) process.off(signal, hold);
      return [...come];
    },
  };
}

/** Listens until the returned function is called. `held` is heeded as if it came now. */
export function onSignals(clock: Clock, told: Told, held?: HeldSignals): () => void {
  let firstAtMs: number | undefined;
  const stop = (signal: string): void => {
    const nowMs = clock.nowMs();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      told.stop(signal);
    } else if (nowMs - firstAtMs > ECHO_MS) {
      told.stopAtOnce(signal);
    }
  };
  const stopSoftly = (signal: string): void => told.stopSoftly(signal);
  // Where there is nothing to reload, the signal does what the system has it do: a terminal that closes ends the process.
  const reload = told.reload && ((signal: string): void => told.reload?.(signal));
  if (reload !== undefined) process.on('SIGHUP', reload);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGUSR1', stopSoftly);
  const come = held?.release() ?? [];
  if (come.includes('SIGHUP')) reload?.('SIGHUP');
  if (come.includes('SIGUSR1')) stopSoftly('SIGUSR1');
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    process.off('SIGUSR1', stopSoftly);
    if (reload !== undefined) process.off('SIGHUP', reload);
  };
}
