/** The one place that takes the real time. Everything else is given a Clock, so that tests can give a false one. */

import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Milliseconds with fractions on a clock that only goes forward; its zero means nothing. */
  nowMs(): number;
  /** Milliseconds since 1970-01-01 UTC: for logs and timestamps, never for measuring. */
  wallMs(): number;
  /** Calls `fire` once after `delayMs`. Returns a function that cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}

export const realClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
