/**
 * Our own ACTIVE_TESTs on legs that are silent, so that a peer that is gone is found in seconds, not in hours. Pure but
 * for the port.
 *
 * A peer that says anything at all is alive, whether it answers or not; so is one that takes what waits for it. One that we
 * do not read cannot be judged.
 */

import type { Flow } from './flow.js';
import { SIDES } from './legs.js';
import type { Side } from './session-port.js';
import type { JourneyParts } from './traveller.js';

export interface HeartbeatRules {
  /** So long without a byte from the peer, and it is asked. */
  readonly intervalMs: number;
  /** How long it may take to answer each time. */
  readonly timeoutMs: number;
  /** So many in a row without an answer, and it is gone. At least 1. */
  readonly tries: number;
}

/** How often a side was asked since it last said something, and when. */
interface Pulse {
  readonly asked: number;
  readonly askedAtMs: number;
}

/** Shared, as most sides of many thousand sessions speak up in time. */
const UNASKED: Pulse = { asked: 0, askedAtMs: -Infinity };

export class Heartbeats {
  readonly #parts: JourneyParts;
  #client = UNASKED;
  #server = UNASKED;

  constructor(parts: JourneyParts) {
    this.#parts = parts;
  }

  /** When `tick` has something to do. */
  get deadlineMs(): number {
    return Math.min(this.#dueMs('client'), this.#dueMs('server'));
  }

  /** Asks who is silent. `flowOf` takes what a side sends. Returns the side that has not answered often enough. */
  tick(flowOf: (side: Side) => Flow, nowMs: number): Side | undefined {
    const { rules, traveller } = this.#parts;
    for (const side of SIDES) {
      const { tries } = rules.heartbeat[side] ?? {};
      if (tries === undefined || nowMs < this.#dueMs(side)) continue;
      const { asked, askedAtMs } = this.#pulseOf(side);
      const isRead = traveller.legs.isRead(side);
      const inVain = isRead && this.#lastSignMs(side) < askedAtMs ? asked : 0;
      if (inVain >= tries) return side;
      this.#note(side, { asked: isRead ? inVain + 1 : 0, askedAtMs: nowMs });
      if (isRead) this.#ask(side, flowOf(side));
    }
    return undefined;
  }

  /** One that does not take what waits for it already is asked by that: more would only wait behind it. */
  #ask(side: Side, flow: Flow): void {
    const { mode, port, traveller } = this.#parts;
    const words = mode.protocol?.heartbeat();
    if (words === undefined || !traveller.legs.takes(side)) return;
    flow.expectOurHeartbeats(1);
    port.write(side, words, 0, words.length);
  }

  /** Infinity for a side that is never asked. */
  #dueMs(side: Side): number {
    const rules = this.#parts.rules.heartbeat[side];
    if (rules === undefined) return Infinity;
    const { asked, askedAtMs } = this.#pulseOf(side);
    const signMs = this.#lastSignMs(side);
    const isWaiting = asked > 0 && signMs < askedAtMs;
    return isWaiting ? askedAtMs + rules.timeoutMs : Math.max(signMs, askedAtMs) + rules.intervalMs;
  }

  #pulseOf(side: Side): Pulse {
    return side === 'client' ? this.#client : this.#server;
  }

  #note(side: Side, pulse: Pulse): void {
    if (side === 'client') this.#client = pulse;
    else this.#server = pulse;
  }

  /** When the peer last showed that it lives. What is written to one that takes it counts as taken, and shows nothing. */
  #lastSignMs(side: Side): number {
    const { legs } = this.#parts.traveller;
    const receivedMs = legs.lastReceivedMs(side);
    return legs.takes(side) ? receivedMs : Math.max(receivedMs, legs.lastActivityMs(side));
  }
}
