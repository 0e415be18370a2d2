/** Average and maximum of a time, over the last sessions. Pure. */

/** As many as HAProxy looks back. */
const LOOKS_BACK = 1024;

export class RecentTimes {
  /** The oldest is overwritten; it grows as far as it is needed. */
  #lastMs: number[] = [];
  #next = 0;
  #sumMs = 0;
  #mostMs = 0;

  /** 0 before the first. */
  get averageMs(): number {
    return this.#lastMs.length === 0 ? 0 : this.#sumMs / this.#lastMs.length;
  }

  get mostMs(): number {
    return this.#mostMs;
  }

  note(timeMs: number): void {
    this.#sumMs += timeMs - (this.#lastMs[this.#next] ?? 0);
    this.#lastMs[this.#next] = timeMs;
    this.#next = (this.#next + 1) % LOOKS_BACK;
    this.#mostMs = Math.max(this.#mostMs, timeMs);
  }

  /** Forgets the maximum, or with `all` everything. */
  clear(all: boolean): void {
    this.#mostMs = 0;
    if (!all) return;
    this.#lastMs = [];
    this.#next = 0;
    this.#sumMs = 0;
  }
}
