/**
 * So many tokens a second, and a bucket that holds a burst of them: the rate at which an account may send. Pure; the
 * time comes as an argument.
 *
 * Who finds too few may have some set aside, in the order in which they ask, and spends them once they are there. In
 * any time t no more than burst + rate x t are spent; a cost above the burst is paid from a full bucket, and what is
 * missing by those who come after.
 */

const MS_PER_SECOND = 1000;
/** Sums of fractions are a little off; what is missing below this is there. */
const NOTHING_MISSING = 1e-9;

export interface BucketRules {
  /** Tokens a second, above 0. */
  readonly perSecond: number;
  /** At least 1. */
  readonly burst: number;
}

export class TokenBucket {
  #perMs: number;
  #burst: number;
  /** Below 0 after a cost above the burst. */
  #tokens: number;
  /** How many of them, or of those that are still to come, are set aside. */
  #reserved = 0;
  #atMs: number;

  /** It begins full. */
  constructor({ perSecond, burst }: BucketRules, nowMs: number) {
    this.#perMs = perSecond / MS_PER_SECOND;
    this.#burst = burst;
    this.#tokens = burst;
    this.#atMs = nowMs;
  }

  /** As many as come in so many milliseconds, and not more than it can hold. */
  portionOf(ms: number): number {
    return Math.min(this.#burst, this.#perMs * ms);
  }

  /** From now on by other rules. */
  use({ perSecond, burst }: BucketRules, nowMs: number): void {
    this.#fill(nowMs);
    this.#perMs = perSecond / MS_PER_SECOND;
    this.#burst = burst;
    this.#fill(nowMs);
  }

  /** Spends so many, if they are there and not set aside. */
  take(cost: number, nowMs: number): boolean {
    this.#fill(nowMs);
    if (Math.min(cost, this.#burst) - (this.#tokens - this.#reserved) > NOTHING_MISSING) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Sets so many aside, to be given to `spend` or `release`. Returns when they will be there. */
  reserve(count: number, nowMs: number): number {
    const dueMs = this.#whenThere(this.#reserved + Math.min(count, this.#burst), nowMs);
    this.#reserved += count;
    return dueMs;
  }

  /** Spends so many of those that are set aside. Returns when they will be there, if that is not now. */
  spend(cost: number, nowMs: number): number | undefined {
    const dueMs = this.#whenThere(Math.min(cost, this.#burst), nowMs);
    if (dueMs > nowMs) return dueMs;
    this.#tokens -= cost;
    this.#reserved -= cost;
    return undefined;
  }

  /** So many of those that are set aside are not needed after all. */
  release(count: number): void {
    this.#reserved -= count;
  }

  #whenThere(tokens: number, nowMs: number): number {
    this.#fill(nowMs);
    const missing = tokens - this.#tokens;
    return missing > NOTHING_MISSING ? nowMs + missing / this.#perMs : nowMs;
  }

  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#perMs * (nowMs - this.#atMs));
    this.#atMs = nowMs;
  }
}
