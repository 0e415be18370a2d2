/** Hands things on after a while, in the order in which they came. Pure: the clock is given. */

import type { Clock } from '../runtime/clock.js';

export class DelayLine<Item> {
  readonly #clock: Clock;
  readonly #arrive: (item: Item) => void;
  #waiting: { readonly item: Item; readonly dueMs: number }[] = [];
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, arrive: (item: Item) => void) {
    this.#clock = clock;
    this.#arrive = arrive;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Those that have not arrived yet, the next one first. */
  items(): Item[] {
    return this.#waiting.map(({ item }) => item);
  }

  /** `item` arrives after `delayMs`, or with the one before it if that is later; at once, within the call, if it may. */
  push(item: Item, delayMs: number): void {
    const last = this.#waiting.at(-1);
    if (last === undefined && delayMs === 0) {
      this.#arrive(item);
      return;
    }
    const dueMs = Math.max(this.#clock.nowMs() + delayMs, last?.dueMs ?? 0);
    this.#waiting.push({ item, dueMs });
    if (last === undefined) this.#arm(delayMs);
  }

  /** Takes out what has not arrived yet; it never will. */
  clear(): Item[] {
    this.#cancelTimer?.();
    const left = this.items();
    this.#waiting = [];
    return left;
  }

  #arm(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#pass());
  }

  #pass(): void {
    const nowMs = this.#clock.nowMs();
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      if (next.dueMs > nowMs) {
        this.#arm(next.dueMs - nowMs);
        return;
      }
      this.#waiting.shift();
      this.#arrive(next.item);
    }
  }
}
