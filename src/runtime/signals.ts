/** What the process is told by signals, as HAProxy's is. */

import type { Clock } from './clock.js';

export interface Told {
  /** SIGTERM, SIGINT, and SIGHUP of a terminal that was closed: end the sessions, and leave. */
  stop(signal: string): void;
  /** The same again: leave at once. */
  stopAtOnce(signal: string): void;
  /** SIGUSR1: accept no more, and leave when the last session has ended. */
  stopSoftly(signal: string): void;
}

/**
 * A terminal's Ctrl-C reaches this process and npm, which passes it on: within this time a second signal is an echo of the
 * first, and nobody's wish to hurry.
 */
const ECHO_MS = 500;
const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

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
  for (const signal of STOPPING) process.on(signal, stop);
  process.on('SIGUSR1', stopSoftly);
  return () => {
    for (const signal of STOPPING) process.off(signal, stop);
    process.off('SIGUSR1', stopSoftly);
  };
}
