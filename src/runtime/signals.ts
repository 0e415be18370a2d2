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

/** Listens until the returned function is called. */
export function onSignals(clock: Clock, told: Told): () => void {
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
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    process.off('SIGUSR1', stopSoftly);
    if (reload !== undefined) process.off('SIGHUP', reload);
  };
}
