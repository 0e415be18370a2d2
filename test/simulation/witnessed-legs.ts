/** The two legs of a session as its witness knows them: what each may still do, and when it last did something. Pure. */

import type { Side } from '../../src/balancer/session-port.js';

interface WitnessedLeg {
  reads: 'none' | 'open' | 'ended';
  writes: 'none' | 'open' | 'finished';
  isBlocked: boolean;
  activeMs: number;
}

export class WitnessedLegs {
  readonly client: WitnessedLeg;
  readonly server: WitnessedLeg = { reads: 'none', writes: 'none', isBlocked: false, activeMs: 0 };

  constructor(nowMs: number) {
    this.client = { reads: 'open', writes: 'open', isBlocked: false, activeMs: nowMs };
  }

  get areOver(): boolean {
    return [this.client, this.server].every(({ reads, writes }) => reads !== 'open' && writes !== 'open');
  }

  get lastActiveMs(): number {
    return Math.max(this.client.activeMs, this.server.activeMs);
  }

  isWritable(side: Side): boolean {
    return this[side].writes === 'open';
  }

  open(side: Side, nowMs: number): void {
    Object.assign(this[side], { reads: 'open', writes: 'open', isBlocked: false, activeMs: nowMs });
  }

  lose(side: Side): void {
    Object.assign(this[side], { reads: 'none', writes: 'none', isBlocked: false });
  }

  finish(side: Side): void {
    if (this[side].writes === 'open') this[side].writes = 'finished';
  }

  /** It has said something: that counts unless it does not take what waits for it. */
  heard(side: Side, nowMs: number): void {
    const { isBlocked, writes } = this[side];
    if (!isBlocked || writes !== 'open') this[side].activeMs = nowMs;
  }

  active(side: Side, nowMs: number): void {
    this[side].activeMs = nowMs;
  }

  /** What is written counts as taken unless the peer is known not to take any. */
  sent(side: Side, nowMs: number): void {
    if (!this[side].isBlocked) this[side].activeMs = nowMs;
  }

  blocked(side: Side): void {
    this[side].isBlocked = this[side].writes === 'open';
  }

  drained(side: Side, nowMs: number): void {
    this[side].isBlocked = false;
    this[side].activeMs = nowMs;
  }
}
