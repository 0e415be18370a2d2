/** The two legs of a session: what each may still do, and when it last did something. Pure but for the port. */

import type { SessionPort, Side } from './session-port.js';

export const SIDES: readonly Side[] = ['client', 'server'];

interface Leg {
  /** `none` before the leg is there and after it broke; `ended` when its peer has sent FIN. */
  reads: 'none' | 'open' | 'ended';
  /** `blocked` while the peer does not take what was written; `finished` when FIN is sent, or waits to be. */
  writes: 'none' | 'open' | 'blocked' | 'finished';
  /** When bytes were last read from it, or taken by it. */
  lastActivityMs: number;
}

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

export class Legs {
  readonly #port: SessionPort;
  readonly #client: Leg;
  readonly #server: Leg = { reads: 'none', writes: 'none', lastActivityMs: 0 };

  /** The client's leg is there from the start. */
  constructor(port: SessionPort, nowMs: number) {
    this.#port = port;
    this.#client = { reads: 'open', writes: 'open', lastActivityMs: nowMs };
  }

  /** Whether nothing can come from any leg or go to it any more. */
  get areOver(): boolean {
    return SIDES.every((side) => {
      const { reads, writes } = this.#leg(side);
      return reads !== 'open' && (writes === 'none' || writes === 'finished');
    });
  }

  lastActivityMs(side: Side): number {
    return this.#leg(side).lastActivityMs;
  }

  hasEnded(side: Side): boolean {
    return this.#leg(side).reads === 'ended';
  }

  /** Whether something may still be written to this side. */
  isWritable(side: Side): boolean {
    const { writes } = this.#leg(side);
    return writes === 'open' || writes === 'blocked';
  }

  opened(side: Side, nowMs: number): void {
    const leg = this.#leg(side);
    leg.reads = 'open';
    leg.writes = 'open';
    leg.lastActivityMs = nowMs;
  }

  received(side: Side, nowMs: number): void {
    this.#leg(side).lastActivityMs = nowMs;
  }

  /** Bytes were written to this side. They count as taken, unless it is known not to take any. */
  sent(side: Side, nowMs: number): void {
    const leg = this.#leg(side);
    if (leg.writes === 'open') leg.lastActivityMs = nowMs;
  }

  /** The peer does not read, or not fast enough: so the other side is not read either. */
  blocked(side: Side): void {
    const leg = this.#leg(side);
    if (leg.writes !== 'open') return;
    leg.writes = 'blocked';
    this.#port.pause(otherSide(side));
  }

  drained(side: Side, nowMs: number): void {
    const leg = this.#leg(side);
    leg.lastActivityMs = nowMs;
    if (leg.writes !== 'blocked') return;
    leg.writes = 'open';
    this.#port.resume(otherSide(side));
  }

  /** The peer has sent FIN. */
  ended(side: Side, nowMs: number): void {
    const leg = this.#leg(side);
    leg.reads = 'ended';
    leg.lastActivityMs = nowMs;
  }

  /** Sends FIN, once, behind what was written. */
  finish(side: Side): void {
    if (!this.isWritable(side)) return;
    this.#leg(side).writes = 'finished';
    // Nothing more is written here, so the other side need not wait; and its own end must be seen.
    this.#port.resume(otherSide(side));
    this.#port.finish(side);
  }

  /** Closes this leg, or notes that it broke. */
  drop(side: Side): void {
    const leg = this.#leg(side);
    const wasBlocked = leg.writes === 'blocked';
    leg.reads = 'none';
    leg.writes = 'none';
    this.#port.drop(side);
    // Nobody is waited for any more, and the other side's end must be seen.
    if (wasBlocked) this.#port.resume(otherSide(side));
  }

  #leg(side: Side): Leg {
    return side === 'client' ? this.#client : this.#server;
  }
}
