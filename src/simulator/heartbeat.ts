/** Sends ACTIVE_TEST on a silent connection and notices a dead one (specification 3.0, 7.1: C, T and N). Pure: the clock is given. */

import type { Clock } from '../runtime/clock.js';

export interface HeartbeatLimits {
  /** C: how long a connection may be silent before it is tested. */
  readonly idleMs: number;
  /** T: how long a test's answer may take. */
  readonly answerTimeoutMs: number;
  /** N: how many tests may go unanswered. */
  readonly tries: number;
}

export interface HeartbeatPort {
  readonly clock: Clock;
  sendActiveTest(): void;
  /** Nothing came, not even after the last test. Called once. */
  lost(): void;
}

export class Heartbeat {
  readonly #limits: HeartbeatLimits;
  readonly #port: HeartbeatPort;
  #heardMs: number;
  #unanswered = 0;
  #cancelTimer: () => void;

  constructor(limits: HeartbeatLimits, port: HeartbeatPort) {
    this.#limits = limits;
    this.#port = port;
    this.#heardMs = port.clock.nowMs();
    this.#cancelTimer = port.clock.after(limits.idleMs, () => this.#check());
  }

  /** Something came from the peer, be it an answer or not: it lives. */
  heard(): void {
    this.#heardMs = this.#port.clock.nowMs();
    this.#unanswered = 0;
  }

  stop(): void {
    this.#cancelTimer();
  }

  #check(): void {
    const { idleMs, answerTimeoutMs, tries } = this.#limits;
    const leftMs = this.#heardMs + idleMs - this.#port.clock.nowMs();
    // The timer is left running while the peer is heard, which spares a new one for every frame.
    if (this.#unanswered === 0 && leftMs > 0) return this.#arm(leftMs);
    if (this.#unanswered >= tries) return this.#port.lost();
    this.#unanswered += 1;
    this.#arm(answerTimeoutMs);
    this.#port.sendActiveTest();
  }

  #arm(delayMs: number): void {
    this.#cancelTimer = this.#port.clock.after(delayMs, () => this.#check());
  }
}
