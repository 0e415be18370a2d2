/** Puts the parts of long messages together again, whatever order and connection they came by. Pure: the time is given. */

import { readUserData } from './user-data-header.js';
import type { Concatenation } from './user-data-header.js';

/** A SUBMIT (from srcId to a destination) or DELIVER (from a phone to destId). */
export interface SmsFragment {
  /** The SP's, since numbers and references of different accounts have nothing to do with each other. */
  readonly account: string;
  readonly sender: string;
  readonly receiver: string;
  readonly tpUdhi: number;
  readonly msgContent: Uint8Array;
}

export type Joined =
  /** The message is there in full, or never was in parts: its content without the headers. */
  | { readonly kind: 'whole'; readonly content: Uint8Array }
  | { readonly kind: 'waiting'; readonly missing: readonly number[] }
  /** The same part again, as a client sends it that has had no answer. */
  | { readonly kind: 'duplicate' };

/** What is known of a long message that was given up. */
export interface IncompleteSms extends Pick<Concatenation, 'reference' | 'total'> {
  readonly account: string;
  readonly sender: string;
  readonly receiver: string;
  /** Numbers of the parts that did not come, from 1. */
  readonly missing: readonly number[];
  readonly why: 'too-old' | 'too-many' | 'reference-reused';
}

export interface JoinerLimits {
  /** Long messages held at once; one holds at most 255 parts of 255 bytes. */
  readonly mostMessages: number;
  /** How long after its first part a message may wait for the others. */
  readonly longestWaitMs: number;
}

interface Waiting {
  readonly sms: Omit<IncompleteSms, 'missing' | 'why'>;
  readonly sinceMs: number;
  readonly bodies: Map<number, Uint8Array>;
}

export class LongSmsJoiner {
  readonly #limits: JoinerLimits;
  readonly #giveUp: (sms: IncompleteSms) => void;
  /** In the order in which the first parts came, so that the oldest is the first. */
  readonly #waiting = new Map<string, Waiting>();

  /** `giveUp` is told of every message that parts came of and that is never handed out. */
  constructor(limits: JoinerLimits, giveUp: (sms: IncompleteSms) => void) {
    this.#limits = limits;
    this.#giveUp = giveUp;
  }

  get waitingNow(): number {
    return this.#waiting.size;
  }

  /** `nowMs` is of any clock that only goes forward. */
  push(fragment: SmsFragment, nowMs: number): Joined {
    this.expire(nowMs);
    const { concatenation, body } = readUserData(fragment.tpUdhi, fragment.msgContent);
    if (concatenation === undefined) return { kind: 'whole', content: new Uint8Array(body) };
    const key = keyOf(fragment, concatenation);
    const known = this.#waiting.get(key)?.bodies.get(concatenation.number);
    if (known !== undefined) {
      if (isSame(known, body)) return { kind: 'duplicate' };
      // Another text under the same number: the sender has begun its next message before this one was complete.
      this.#drop(key, 'reference-reused');
    }
    const waiting = this.#waiting.get(key) ?? this.#begin(key, fragment, concatenation, nowMs);
    waiting.bodies.set(concatenation.number, new Uint8Array(body));
    const missing = missingOf(waiting);
    if (missing.length > 0) return { kind: 'waiting', missing };
    this.#waiting.delete(key);
    return { kind: 'whole', content: contentOf(waiting) };
  }

  /** Gives up the messages whose time is over; `push` does so too. */
  expire(nowMs: number): void {
    for (const [key, { sinceMs }] of this.#waiting) {
      if (nowMs - sinceMs < this.#limits.longestWaitMs) return;
      this.#drop(key, 'too-old');
    }
  }

  #begin(key: string, fragment: SmsFragment, { reference, total }: Concatenation, nowMs: number): Waiting {
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= this.#limits.mostMessages) this.#drop(oldest, 'too-many');
    const { account, sender, receiver } = fragment;
    const waiting = { sms: { account, sender, receiver, reference, total }, sinceMs: nowMs, bodies: new Map() };
    this.#waiting.set(key, waiting);
    return waiting;
  }

  #drop(key: string, why: IncompleteSms['why']): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    this.#giveUp({ ...waiting.sms, missing: missingOf(waiting), why });
  }
}

function keyOf({ account, sender, receiver }: SmsFragment, concatenation: Concatenation): string {
  const { reference, referenceBits, total } = concatenation;
  return JSON.stringify([account, sender, receiver, reference, referenceBits, total]);
}

function missingOf({ sms, bodies }: Waiting): number[] {
  return Array.from({ length: sms.total }, (_, index) => index + 1).filter((number) => !bodies.has(number));
}

function contentOf({ sms, bodies }: Waiting): Uint8Array {
  const inOrder = Array.from({ length: sms.total }, (_, index) => bodies.get(index + 1) ?? new Uint8Array(0));
  const content = new Uint8Array(inOrder.reduce((sum, body) => sum + body.length, 0));
  let offset = 0;
  for (const body of inOrder) {
    content.set(body, offset);
    offset += body.length;
  }
  return content;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
