/** The time of a simulated world: it stands still while something happens, and jumps to what happens next. */

import type { Clock } from '../../src/runtime/clock.js';

interface Event {
  readonly atMs: number;
  /** Of what is due at the same time, that which was asked for first. */
  readonly order: number;
  /** Undefined when it was cancelled. */
  happen: (() => void) | undefined;
}

const WALL_START_MS = Date.parse('2026-11-21T19:34:26.213Z');

export class Scheduler implements Clock {
  /** A heap: the parent of `index` is at (index - 1) >> 1, and is due before it. */
  readonly #heap: Event[] = [];
  #soon: (() => void)[] = [];
  #nowMs = 0;
  #made = 0;
  #cancelled = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return WALL_START_MS + this.#nowMs;
  }

  /** Events that wait. */
  get pending(): number {
    return this.#heap.length - this.#cancelled;
  }

  after(delayMs: number, happen: () => void): () => void {
    const event: Event = { atMs: this.#nowMs + delayMs, order: this.#made, happen };
    this.#made += 1;
    this.#push(event);
    return () => {
      if (event.happen === undefined) return;
      event.happen = undefined;
      this.#cancelled += 1;
    };
  }

  /** Happens when the present event has been dealt with, and before the next: what a microtask is. */
  soon(happen: () => void): void {
    this.#soon.push(happen);
  }

  /** Lets the next event happen, and what it asks for soon. Returns false when there is none. */
  step(): boolean {
    const event = this.#pop();
    if (event === undefined) return false;
    if (event.happen === undefined) {
      this.#cancelled -= 1;
      return true;
    }
    const { happen } = event;
    event.happen = undefined;
    this.#nowMs = event.atMs;
    happen();
    this.#dealWithSoon();
    return true;
  }

  #dealWithSoon(): void {
    while (this.#soon.length > 0) {
      const soon = this.#soon;
      this.#soon = [];
      for (const happen of soon) happen();
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, event)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const childIndex = this.#earlierChild(index);
      const child = heap[childIndex];
      if (child === undefined || isBefore(last, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return first;
  }

  #earlierChild(index: number): number {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    return left !== undefined && right !== undefined && isBefore(right, left) ? 2 * index + 2 : 2 * index + 1;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
