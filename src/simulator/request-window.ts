/**
 * Requests on their way to a peer: at most so many without an answer at once, each sent again when its answer does not
 * come, and given up after so many times (specification 3.0, 7.1: W, T and N). Pure: the clock is given.
 */

import type { Clock } from '../runtime/clock.js';

export interface WindowLimits {
  /** W: requests without an answer at most. */
  readonly windowSize: number;
  /** T: how long an answer may take. */
  readonly answerTimeoutMs: number;
  /** N: how often a request is sent, the first time included. */
  readonly tries: number;
}

export interface WindowPort<Item> {
  readonly clock: Clock;
  nextSequenceId(): number;
  /** `attempt` counts from 1; a request keeps its Sequence_Id when it is sent again. */
  send(item: Item, sequenceId: number, attempt: number): void;
  gaveUp(item: Item, sequenceId: number): void;
}

interface InFlight<Item> {
  readonly item: Item;
  readonly firstSentMs: number;
  readonly sentMs: number;
  readonly attempt: number;
}

export interface Answered<Item> {
  readonly item: Item;
  /** Since it was sent for the first time. */
  readonly waitedMs: number;
}

export class RequestWindow<Item> {
  readonly #limits: WindowLimits;
  readonly #port: WindowPort<Item>;
  readonly #waiting: Item[] = [];
  /** By Sequence_Id, in the order in which they were last sent, so that the oldest is the first. */
  readonly #inFlight = new Map<number, InFlight<Item>>();
  #cancelTimer: (() => void) | undefined;

  constructor(limits: WindowLimits, port: WindowPort<Item>) {
    this.#limits = limits;
    this.#port = port;
  }

  get inFlightNow(): number {
    return this.#inFlight.size;
  }

  get waitingNow(): number {
    return this.#waiting.length;
  }

  /** Whether a request would be sent at once. */
  get hasRoom(): boolean {
    return this.#inFlight.size < this.#limits.windowSize && this.#waiting.length === 0;
  }

  isInFlight(sequenceId: number): boolean {
    return this.#inFlight.has(sequenceId);
  }

  push(item: Item): void {
    this.#waiting.push(item);
    this.#fill();
  }

  /** The request that `sequenceId` answers; undefined when none is in flight. */
  answer(sequenceId: number): Answered<Item> | undefined {
    const found = this.#inFlight.get(sequenceId);
    if (found === undefined) return undefined;
    this.#inFlight.delete(sequenceId);
    this.#fill();
    return { item: found.item, waitedMs: this.#port.clock.nowMs() - found.firstSentMs };
  }

  /** Takes out what has not been sent yet. */
  takeUnsent(): Item[] {
    return this.#waiting.splice(0);
  }

  /** Takes out what was sent and has no answer, and stops the timer. */
  takeUnanswered(): Item[] {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const unanswered = [...this.#inFlight.values()].map(({ item }) => item);
    this.#inFlight.clear();
    return unanswered;
  }

  #fill(): void {
    while (this.#inFlight.size < this.#limits.windowSize) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      const nowMs = this.#port.clock.nowMs();
      this.#send({ item, firstSentMs: nowMs, sentMs: nowMs, attempt: 1 }, this.#port.nextSequenceId());
    }
  }

  #send(request: InFlight<Item>, sequenceId: number): void {
    this.#inFlight.set(sequenceId, request);
    this.#arm();
    this.#port.send(request.item, sequenceId, request.attempt);
  }

  /** One timer for all, for the oldest: it is left running when that is answered, and set anew when it fires. */
  #arm(): void {
    if (this.#cancelTimer !== undefined) return;
    const [oldest] = this.#inFlight.values();
    if (oldest === undefined) return;
    const leftMs = oldest.sentMs + this.#limits.answerTimeoutMs - this.#port.clock.nowMs();
    this.#cancelTimer = this.#port.clock.after(leftMs, () => this.#expire());
  }

  #expire(): void {
    this.#cancelTimer = undefined;
    const nowMs = this.#port.clock.nowMs();
    const { answerTimeoutMs, tries } = this.#limits;
    const late = [...this.#inFlight].filter(([, { sentMs }]) => sentMs + answerTimeoutMs <= nowMs);
    for (const [sequenceId] of late) this.#inFlight.delete(sequenceId);
    this.#arm();
    for (const [sequenceId, request] of late) {
      if (request.attempt >= tries) this.#port.gaveUp(request.item, sequenceId);
      else this.#send({ ...request, sentMs: nowMs, attempt: request.attempt + 1 }, sequenceId);
    }
    this.#fill();
  }
}
