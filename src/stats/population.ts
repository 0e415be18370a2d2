/** How many are somewhere: now, at most, in all, and how many came in the last second. Pure. */

import { Rate } from './rate.js';

/** Those who come, and of whom it is not counted when they leave. */
export class Arrivals {
  readonly rate = new Rate();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  arrived(nowMs: number): void {
    this.#total += 1;
    this.rate.count(nowMs);
  }

  /** Forgets the maxima, or with `all` the total too. */
  clear(all: boolean, nowMs: number): void {
    if (all) this.#total = 0;
    this.rate.clearMost(nowMs);
  }
}

/** Those who come and leave. */
export class Population {
  readonly arrivals = new Arrivals();
  #now = 0;
  #most = 0;

  get now(): number {
    return this.#now;
  }

  get most(): number {
    return this.#most;
  }

  entered(nowMs: number): void {
    this.arrivals.arrived(nowMs);
    this.#now += 1;
    this.#most = Math.max(this.#most, this.#now);
  }

  left(): void {
    if (this.#now === 0) throw new Error('more have left than came');
    this.#now -= 1;
  }

  clear(all: boolean, nowMs: number): void {
    this.arrivals.clear(all, nowMs);
    this.#most = this.#now;
  }
}
