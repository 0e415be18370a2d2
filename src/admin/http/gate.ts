/** Tells who may read from who may not: the user's password, and the addresses that guess at it. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { ATTEMPTS, LOCK_MS, Lockout } from '../../balancer/lockout.js';
import type { Credentials } from '../../config/config.js';
import { formatAddress, parseAddress } from '../../runtime/address.js';
import type { Clock } from '../../runtime/clock.js';

/** So many addresses are remembered; beyond, the one whose guesses began first is forgotten. */
export const REMEMBERED_ADDRESSES = 1000;
const SECOND_MS = 1000;
const IPV6_BYTES = 16;
const NETWORK_BYTES = 8;

export type Verdict =
  | { readonly kind: 'welcome' }
  /** It gave no password. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'wrong-password' }
  | { readonly kind: 'locked-out'; readonly seconds: number };

export interface GateParts {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** An address has used up its attempts. */
  readonly lockedOut: (locked: { readonly from: string; readonly attempts: number; readonly seconds: number }) => void;
}

export class Gate {
  readonly #wanted: Buffer | undefined;
  readonly #parts: GateParts;
  readonly #lockout = new Lockout(REMEMBERED_ADDRESSES);

  /** Without credentials everybody is welcome. */
  constructor(credentials: Credentials | undefined, parts: GateParts) {
    this.#wanted = credentials && digest(Buffer.from(`${credentials.user}:${credentials.password.reveal()}`));
    this.#parts = parts;
  }

  get rememberedNow(): number {
    return this.#lockout.rememberedNow;
  }

  /** `authorization` is the header of that name. */
  judge(from: string, authorization: string | undefined): Verdict {
    if (this.#wanted === undefined) return { kind: 'welcome' };
    const source = sourceOf(from);
    const nowMs = this.#parts.clock.nowMs();
    const untilMs = this.#lockout.lockedUntilMs(source, nowMs);
    // Not even a right password: else the answer would tell who guesses on that it was right.
    if (untilMs !== undefined) return { kind: 'locked-out', seconds: Math.ceil((untilMs - nowMs) / SECOND_MS) };
    // Browsers ask without a password first.
    if (authorization === undefined) return { kind: 'stranger' };
    if (timingSafeEqual(digest(givenIn(authorization)), this.#wanted)) {
      this.#lockout.wasRight(source);
      return { kind: 'welcome' };
    }
    if (this.#lockout.wasWrong(source, nowMs)) {
      this.#parts.lockedOut({ from: source, attempts: ATTEMPTS, seconds: LOCK_MS / SECOND_MS });
    }
    return { kind: 'wrong-password' };
  }
}

/** Of equal length whatever was given, as the comparison in constant time needs. */
function digest(text: Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}

/** `user:password`, as Basic authentication (RFC 7617) writes it; empty, which no pair is, for anything else. */
function givenIn(authorization: string): Buffer {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization) ?? [];
  return Buffer.from(encoded, 'base64');
}

/** Whoever has one IPv6 address has its whole /64, and would never use up the attempts of all of them. */
function sourceOf(from: string): string {
  const bytes = parseAddress(from);
  if (bytes?.length !== IPV6_BYTES) return from;
  const network = Uint8Array.from(bytes, (byte, index) => (index < NETWORK_BYTES ? byte : 0));
  return `${formatAddress(network)}/64`;
}
