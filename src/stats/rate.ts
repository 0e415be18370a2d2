/** How many of something happen in a second, as HAProxy counts them. Pure. */

const SECOND_MS = 1000;

/**
 * Two numbers instead of a list of times: this second's, and of the second before it the part that is less than a second
 * ago, as if it had been spread evenly.
 */
export class Rate {
  #secondBeganMs = -Infinity;
  #thisSecond = 0;
  #secondBefore = 0;
  #most = 0;

  /** The highest that was ever counted, or since `clearMost`. */
  get most(): number {
    return this.#most;
  }

  count(nowMs: number): void {
    this.#turnTo(nowMs);
    this.#thisSecond += 1;
    this.#most = Math.max(this.#most, this.now(nowMs));
  }

  now(nowMs: number): number {
    this.#turnTo(nowMs);
    const leftOfBefore = 1 - (nowMs - this.#secondBeganMs) / SECOND_MS;
    return this.#thisSecond + Math.floor(this.#secondBefore * leftOfBefore);
  }

  clearMost(nowMs: number): void {
    this.#most = this.now(nowMs);
  }

  #turnTo(nowMs: number): void {
    const passedMs = nowMs - this.#secondBeganMs;
    if (passedMs < SECOND_MS) return;
    const isNext = passedMs < 2 * SECOND_MS;
    this.#secondBefore = isNext ? this.#thisSecond : 0;
    this.#secondBeganMs = isNext ? this.#secondBeganMs + SECOND_MS : nowMs;
    this.#thisSecond = 0;
  }
}
