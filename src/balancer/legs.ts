/** The two legs of a session: what each may still do, and when it last did something. Pure but for the port. */

import { flatNumbers } from './flat-numbers.js';
import type { Farewell, Leg, SessionPort, Side } from './session-port.js';

export const SIDES: readonly Side[] = ['client', 'server'];

/**
 * Why the client is not to be read: its session moves, its account is beyond its limits, or it does not take the answers
 * that we give in its server's place.
 */
type ClientHold = 'move' | 'account' | 'answers';

/** Most legs of many thousand sessions share two of these: an object less for each to be reached with every message. */
interface LegState {
  /** `none` before the leg is there and after it broke; `ended` when its peer has sent FIN. */
  readonly reads: 'none' | 'open' | 'ended';
  /** `blocked` while the peer does not take what was written; `finished` when FIN is sent, or waits to be. */
  readonly writes: 'none' | 'open' | 'blocked' | 'finished';
}

const NONE: LegState = { reads: 'none', writes: 'none' };
const OPEN: LegState = { reads: 'open', writes: 'open' };

/**
 * The times of the three legs. Of each when it last took bytes, or was active otherwise (of one that is blocked, what it says
 * is no activity), and then when bytes were last read from it: a time of its own, so that a read writes one number and no more.
 */
const NO_TIMES: readonly number[] = flatNumbers(6);

/** Where the times of this leg begin. */
function timesAt(leg: Leg): number {
  if (leg === 'client') return 0;
  return leg === 'server' ? 2 : 4;
}

export function otherSide(leg: Leg): Side {
  return leg === 'client' ? 'server' : 'client';
}

/** Shared, as most clients are read. */
const NOBODY: readonly ClientHold[] = [];

export class Legs {
  readonly #port: SessionPort;
  #client = OPEN;
  #server = NONE;
  /** The second connection to a server, of a session that moves. */
  #next = NONE;
  readonly #times = NO_TIMES.slice();
  /** For whom the client is not read, whatever its server takes. */
  #clientHolds = NOBODY;
  /** Whether the client's requests are answered here, as far as they are, and not by a server. */
  #isClientAnswered = false;

  /** The client's leg is there from the start. */
  constructor(port: SessionPort, nowMs: number) {
    this.#port = port;
    this.#active('client', nowMs);
  }

  /** Whether nothing can come from any leg or go to it any more. */
  get areOver(): boolean {
    return SIDES.every((side) => {
      const { reads, writes } = this.#leg(side);
      return reads !== 'open' && (writes === 'none' || writes === 'finished');
    });
  }

  /** When bytes were last read from it, or taken by it. Whoever takes nothing is not active, however much it says. */
  lastActivityMs(leg: Leg): number {
    const takenMs = this.#takenMs(leg);
    return this.#leg(leg).writes === 'blocked' ? takenMs : Math.max(takenMs, this.lastReceivedMs(leg));
  }

  lastReceivedMs(leg: Leg): number {
    return this.#times[timesAt(leg) + 1] ?? 0;
  }

  /** Whether the peer takes what it is sent. */
  takes(leg: Leg): boolean {
    return this.#leg(leg).writes === 'open';
  }

  /** Whether what the peer sends is read. */
  isRead(side: Side): boolean {
    return this.takes(otherSide(side)) && (side === 'server' || this.#clientHolds.length === 0);
  }

  hasEnded(leg: Leg): boolean {
    return this.#leg(leg).reads === 'ended';
  }

  /** Whether there is no such leg, or not any more. */
  isGone(leg: Leg): boolean {
    const { reads, writes } = this.#leg(leg);
    return reads === 'none' && writes === 'none';
  }

  /** Whether something may still be written to this leg. */
  isWritable(leg: Leg): boolean {
    const { writes } = this.#leg(leg);
    return writes === 'open' || writes === 'blocked';
  }

  opened(leg: Leg, nowMs: number): void {
    this.#become(leg, OPEN);
    this.#active(leg, nowMs);
    // The other side had to wait for this, perhaps for longer than its timeout.
    this.#taken(otherSide(leg), nowMs);
  }

  /** What was `next` is the server's leg from now on. */
  promote(farewell: Farewell | undefined, nowMs: number): void {
    this.#server = this.#next;
    this.#next = NONE;
    this.#active('server', nowMs);
    this.#port.promote(farewell);
    // The former server may have been what the client waited for; the client may be what the new one waits for.
    for (const side of SIDES) this.resume(side);
  }

  /** No server sees what the client asks, until its move is over: one that does not take our answers is not read. */
  answerClient(): void {
    this.#isClientAnswered = true;
    if (this.#client.writes === 'blocked') this.#port.pause('client');
  }

  /** The client is not read until everybody who holds it has said `releaseClient`. */
  holdClient(hold: ClientHold): void {
    if (!this.isHeldBy(hold)) this.#clientHolds = [...this.#clientHolds, hold];
    this.#port.pause('client');
  }

  releaseClient(hold: ClientHold): void {
    this.#clientHolds = this.#clientHolds.filter((other) => other !== hold);
    if (hold === 'move') this.#isClientAnswered = false;
    this.resume('client');
  }

  isHeldBy(hold: ClientHold): boolean {
    return this.#clientHolds.includes(hold);
  }

  /** Reads this side again, unless the other one does not take what comes. */
  resume(side: Side): void {
    if (this.#leg(otherSide(side)).writes !== 'blocked') this.#resume(side);
  }

  /** Bytes came from this leg. */
  received(leg: Leg, nowMs: number): void {
    this.#times[timesAt(leg) + 1] = nowMs;
  }

  /** Bytes were written to this side. They count as taken, unless it is known not to take any. */
  sent(side: Side, nowMs: number): void {
    if (this.#leg(side).writes === 'open') this.#taken(side, nowMs);
  }

  /** The peer does not read, or not fast enough: so the other side is not read either. */
  blocked(leg: Leg): void {
    const state = this.#leg(leg);
    if (state.writes !== 'open') return;
    this.#taken(leg, this.lastActivityMs(leg));
    this.#become(leg, { ...state, writes: 'blocked' });
    if (leg !== 'next') this.#port.pause(otherSide(leg));
    if (leg === 'client' && this.#isClientAnswered) this.#port.pause(leg);
  }

  drained(leg: Leg, nowMs: number): void {
    const state = this.#leg(leg);
    this.#taken(leg, nowMs);
    if (state.writes !== 'blocked') return;
    this.#become(leg, { ...state, writes: 'open' });
    if (leg !== 'next') this.#resume(otherSide(leg));
    if (leg === 'client' && this.isHeldBy('answers')) this.releaseClient('answers');
    else if (leg === 'client' && this.#isClientAnswered) this.resume(leg);
  }

  /** The peer has sent FIN. */
  ended(leg: Leg, nowMs: number): void {
    this.#become(leg, { ...this.#leg(leg), reads: 'ended' });
    this.#taken(leg, nowMs);
  }

  /** Sends FIN, once, behind what was written. */
  finish(side: Side): void {
    if (!this.isWritable(side)) return;
    this.#become(side, { ...this.#leg(side), writes: 'finished' });
    // Nothing more is written here, so the other side need not wait; and its own end must be seen.
    this.#resume(otherSide(side));
    this.#port.finish(side);
  }

  /** Closes this leg, or notes that it broke. */
  drop(leg: Leg): void {
    const { writes } = this.#leg(leg);
    this.#become(leg, NONE);
    this.#port.drop(leg);
    // As in finish: the other side waits for nobody now.
    if (writes === 'blocked' && leg !== 'next') this.#resume(otherSide(leg));
  }

  #resume(side: Side): void {
    const isIgnored = this.#isClientAnswered && this.#client.writes === 'blocked';
    if (side === 'server' || (this.#clientHolds.length === 0 && !isIgnored)) this.#port.resume(side);
  }

  #leg(leg: Leg): LegState {
    if (leg === 'client') return this.#client;
    return leg === 'server' ? this.#server : this.#next;
  }

  #become(leg: Leg, state: LegState): void {
    if (leg === 'client') this.#client = state;
    else if (leg === 'server') this.#server = state;
    else this.#next = state;
  }

  #active(leg: Leg, nowMs: number): void {
    this.received(leg, nowMs);
    this.#taken(leg, nowMs);
  }

  #takenMs(leg: Leg): number {
    return this.#times[timesAt(leg)] ?? 0;
  }

  #taken(leg: Leg, atMs: number): void {
    this.#times[timesAt(leg)] = atMs;
  }
}
