/** A clock that stands still until it is moved on. */

import type { Clock } from '../../src/runtime/clock.js';

export class FakeClock implements Clock {
  #nowMs = 0;
  #timers: { readonly dueMs: number; readonly fire: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return Date.parse('2026-11-21T19:34:26.213Z') + this.#nowMs;
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, fire };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time pass as for a process that sleeps, or is busy: what is due meanwhile fires late, when time is moved on. */
  stall(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** Lets time pass; timers fire in the order of their times. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fire();
    }
    this.#nowMs = untilMs;
  }
}
