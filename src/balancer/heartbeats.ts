/**
 * Our own ACTIVE_TESTs on legs that are silent, so that a peer that is gone is found in seconds, not in hours. Pure but
 * for the port.
 *
 * A peer that says anything at all is alive, whether it answers or not; so is one that takes what waits for it. One that we
 * do not read cannot be judged.
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
    const { legs } = this.#parts;
    for (const pulse of this.#pulses) {
      if (nowMs < this.#dueMs(pulse)) continue;
      const { side, rules } = pulse;
      const isAnswered = this.#lastSignMs(side) >= pulse.askedAtMs;
      if (isAnswered || !legs.isRead(side)) pulse.asked = 0;
      if (pulse.asked >= rules.tries) return side;
      pulse.askedAtMs = nowMs;
      if (legs.isRead(side)) this.#ask(pulse, flowOf(side));
    }
    return undefined;
  }

  /** One that does not take what waits for it already is asked by that: more would only wait behind it. */
  #ask(pulse: Pulse, flow: Flow): void {
    const { legs, port, protocol } = this.#parts;
    pulse.asked += 1;
    if (!legs.takes(pulse.side)) return;
    const words = protocol.heartbeat();
    flow.expectOurHeartbeats(1);
    port.write(pulse.side, words, 0, words.length);
  }

  #dueMs({ side, rules, asked, askedAtMs }: Pulse): number {
    const signMs = this.#lastSignMs(side);
    const isWaiting = asked > 0 && signMs < askedAtMs;
    return isWaiting ? askedAtMs + rules.timeoutMs : Math.max(signMs, askedAtMs) + rules.intervalMs;
  }

  /** When the peer last showed that it lives. What is written to one that takes it counts as taken, and shows nothing. */
  #lastSignMs(side: Side): number {
    const { legs } = this.#parts;
    const receivedMs = legs.lastReceivedMs(side);
    return legs.takes(side) ? receivedMs : Math.max(receivedMs, legs.lastActivityMs(side));
  }
}
