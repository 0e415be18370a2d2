/** What became of the SUBMITs of a step: every one is in one of these numbers. Pure. */

/** Delays are counted in buckets of 1 ms; the last one has all that are longer. */
const BUCKETS = 20_000;
const SECOND_MS = 1000;

export class Counts {
  sent = 0;
  /** Answered for the first time, by the Result. */
  readonly answeredBy = new Map<number, number>();
  /** Answers to a SUBMIT that had been answered, or that never was. */
  duplicated = 0;
  /** Answers that came before that of a SUBMIT which the session had sent earlier. */
  outOfOrder = 0;
  /** Sessions whose connection was closed, by whatever side but ours, or that were sent TERMINATE. */
  disconnects = 0;
  /** SUBMITs that were given up: without an answer when the step ended. */
  lost = 0;
  /** The longest delay of each second of the step, in ms. */
  readonly longestBySecond: number[] = [];
  readonly #startMs: number;
  readonly #delays = new Uint32Array(BUCKETS);

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  get answered(): number {
    return [...this.answeredBy.values()].reduce((sum, count) => sum + count, 0);
  }

  withResult(result: number): number {
    return this.answeredBy.get(result) ?? 0;
  }

  /** An answer has come, `delayMs` after its SUBMIT was due. */
  answer(result: number, delayMs: number, nowMs: number): void {
    this.answeredBy.set(result, this.withResult(result) + 1);
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.floor(delayMs)));
    this.#delays[bucket] = (this.#delays[bucket] ?? 0) + 1;
    const second = Math.floor((nowMs - this.#startMs) / SECOND_MS);
    this.longestBySecond[second] = Math.max(this.longestBySecond[second] ?? 0, delayMs);
  }

  /** In ms; 0 when nothing was answered. */
  get longestMs(): number {
    return this.longestBySecond.reduce((longest, each) => Math.max(longest, each), 0);
  }

  /** The delay that this part of all answers did not exceed, in whole ms. */
  percentileMs(part: number): number {
    const wanted = this.answered * part;
    let seen = 0;
    for (const [bucket, count] of this.#delays.entries()) {
      seen += count;
      if (seen >= wanted) return bucket;
    }
    return BUCKETS;
  }
}
