/** How a server has answered the SUBMITs of all its sessions: how soon, and with which Result. Pure; on the hot path. */

/** Times are told apart in steps of 1/16 ms, and in four steps between a power of two and the next. */
const STEPS_PER_MS = 16;
const US_PER_MS = 1000;
const STEPS_PER_US = STEPS_PER_MS / US_PER_MS;
const STEP_BITS = 2;
const STEPS_PER_OCTAVE = 1 << STEP_BITS;
/** 2^21 steps are 131 s, beyond the 60 s after which an SP gives up; what takes longer is in the last bucket. */
const MOST_STEPS = 2 ** 21 - 1;
const BUCKETS = bucketOf(MOST_STEPS) + 1;
/** Result is a byte in 2.0, and in 3.0 no known one is more. */
const RESULTS = 256;

export class SubmitAnswers {
  readonly #buckets = new Float64Array(BUCKETS);
  readonly #results = new Float64Array(RESULTS);
  #sumUs = 0;

  /** A SUBMIT was answered after so many whole microseconds. */
  answeredAfter(waitedUs: number): void {
    const bucket = bucketOf(Math.min(waitedUs * STEPS_PER_US, MOST_STEPS) | 0);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sumUs += waitedUs;
  }

  /** A SUBMIT_RESP had this Result; the 0 of one that was accepted is not told. */
  notAccepted(result: number): void {
    this.#results[result] = (this.#results[result] ?? 0) + 1;
  }

  /** Of all times together, in milliseconds. */
  get sumMs(): number {
    return this.#sumUs / US_PER_MS;
  }

  /** How many SUBMITs took less than each of `BUCKET_ENDS_MS`, and more than the one before. */
  get counts(): readonly number[] {
    return Array.from(this.#buckets);
  }

  /** How many SUBMIT_RESPs had which Result, without those that had none and without the Result 0. */
  get results(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#results.entries()].filter(([, count]) => count > 0));
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#results.fill(0);
    this.#sumUs = 0;
  }
}

/** In which bucket so many whole steps belong: one each below STEPS_PER_OCTAVE, then that many an octave. */
function bucketOf(steps: number): number {
  if (steps < STEPS_PER_OCTAVE) return steps;
  const octave = 31 - Math.clz32(steps) - STEP_BITS;
  return (octave << STEP_BITS) + (steps >> octave);
}

/** Where each bucket ends, in milliseconds; the last one has no end. */
export const BUCKET_ENDS_MS: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) => {
  if (bucket === BUCKETS - 1) return Infinity;
  const next = bucket + 1;
  const octave = Math.max(0, (next >> STEP_BITS) - 1);
  const steps = (next - (octave << STEP_BITS)) * 2 ** octave;
  return steps / STEPS_PER_MS;
});
