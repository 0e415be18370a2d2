/**
 * Our own ACTIVE_TESTs on legs that are silent, so that a peer that is gone is found in seconds, not in hours. Pure but
 * for the port.
 *
 * A peer that says anything at all is alive, whether it answers or not. One that we do not read cannot be judged; nor can
 * one that does not read us.
 */

import type { Legs } from './legs.js';
import type { Flow } from './flow.js';
import type { LoginProtocol } from './mode.js';
import type { SessionPort, Side } from './session-port.js';

export interface HeartbeatRules {
  /** So long without a byte from the peer, and it is asked. */
  readonly intervalMs: number;
  /** How long it may take to answer each time. */
  readonly timeoutMs: number;
  /** So many in a row without an answer, and it is gone. At least 1. */
  readonly tries: number;
}

export interface HeartbeatParts {
  readonly legs: Legs;
  readonly port: SessionPort;
  readonly protocol: LoginProtocol;
  /** Undefined: that side is never asked. */
  readonly rules: Readonly<Record<Side, HeartbeatRules | undefined>>;
}

interface Pulse {
  readonly side: Side;
  readonly rules: HeartbeatRules;
  asked: number;
  askedAtMs: number;
}

export class Heartbeats {
  readonly #parts: HeartbeatParts;
  readonly #pulses: readonly Pulse[];

  constructor(parts: HeartbeatParts) {
    const { rules } = parts;
    this.#parts = parts;
    this.#pulses = (['client', 'server'] as const).flatMap((side) => {
      const own = rules[side];
      return own === undefined ? [] : [{ side, rules: own, asked: 0, askedAtMs: -Infinity }];
    });
  }

  /** When `tick` has something to do. */
  get deadlineMs(): number {
    let deadlineMs = Infinity;
    for (const pulse of this.#pulses) deadlineMs = Math.min(deadlineMs, this.#dueMs(pulse));
    return deadlineMs;
  }

  /** Asks who is silent. `flowOf` takes what a side sends. Returns the side that has not answered often enough. */
  tick(flowOf: (side: Side) => Flow, nowMs: number): Side | undefined {
    for (const pulse of this.#pulses) {
      if (nowMs < this.#dueMs(pulse)) continue;
      const { side, rules } = pulse;
      const isAnswered = this.#parts.legs.lastReceivedMs(side) >= pulse.askedAtMs;
      if (isAnswered || !this.#isJudged(side)) pulse.asked = 0;
      if (pulse.asked >= rules.tries) return side;
      pulse.askedAtMs = nowMs;
      if (this.#isJudged(side)) this.#ask(pulse, flowOf(side));
    }
    return undefined;
  }

  #ask(pulse: Pulse, flow: Flow): void {
    const { port, protocol } = this.#parts;
    const words = protocol.heartbeat();
    pulse.asked += 1;
    flow.expectOurHeartbeat();
    port.write(pulse.side, words, 0, words.length);
  }

  #dueMs({ side, rules, asked, askedAtMs }: Pulse): number {
    const receivedMs = this.#parts.legs.lastReceivedMs(side);
    const isWaiting = asked > 0 && receivedMs < askedAtMs;
    return isWaiting ? askedAtMs + rules.timeoutMs : Math.max(receivedMs, askedAtMs) + rules.intervalMs;
  }

  #isJudged(side: Side): boolean {
    const { legs } = this.#parts;
    return legs.takes(side) && legs.isRead(side);
  }
}
