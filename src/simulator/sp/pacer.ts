/** Says how many messages are due at a steady rate. Pure: the time is given. */

export class Pacer {
  readonly #perSecond: number;
  /** More than that is not made up for when sending was not possible for a while: it would come as one burst. */
  readonly #mostOwed: number;
  /** The first is due at once. */
  #owed = 1;
  #sinceMs: number;
  #skipped = 0;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#mostOwed = Math.max(2, perSecond / 10);
    this.#sinceMs = nowMs;
  }

  /** Messages that were due and will not be sent any more. */
  get skipped(): number {
    return Math.floor(this.#skipped);
  }

  /** How many are due at `nowMs` and not sent. */
  due(nowMs: number): number {
    const owed = this.#owed + ((nowMs - this.#sinceMs) * this.#perSecond) / 1000;
    this.#sinceMs = nowMs;
    this.#owed = Math.min(owed, this.#mostOwed);
    this.#skipped += owed - this.#owed;
    return Math.max(0, Math.floor(this.#owed));
  }

  sent(count: number): void {
    this.#owed -= count;
  }
}
