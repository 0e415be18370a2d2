/** How long answers took: node's histogram, in milliseconds. */

import { createHistogram } from 'node:perf_hooks';

const MICROSECONDS = 1000;

export class LatencyHistogram {
  readonly #histogram = createHistogram();

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * MICROSECONDS)));
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** The time in milliseconds that `percent` of the answers took at most; 0 when there were none. */
  percentileMs(percent: number): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.percentile(percent) / MICROSECONDS;
  }

  get longestMs(): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.max / MICROSECONDS;
  }
}
