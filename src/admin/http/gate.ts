/** Tells who may read from who may not: the user's password, and the addresses that guess at it. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../../config/config.js';
import { formatAddress, parseAddress } from '../../runtime/address.js';
import type { Clock } from '../../runtime/clock.js';

/** So many wrong passwords in LOCK_MS lock an address out for LOCK_MS. */
export const ATTEMPTS = 10;
export const LOCK_MS = 60_000;
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

interface Guesses {
  readonly wrong: number;
  /** When they are forgotten. */
  readonly untilMs: number;
}

export interface GateParts {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** An address has used up its attempts. */
  readonly lockedOut: (locked: { readonly from: string; readonly attempts: number; readonly seconds: number }) => void;
}

export class Gate {
  readonly #wanted: Buffer | undefined;
  readonly #parts: GateParts;
  /** Those whose guesses began first come first. */
  readonly #guesses = new Map<string, Guesses>();

  /** Without credentials everybody is welcome. */
  constructor(credentials: Credentials | undefined, parts: GateParts) {
    this.#wanted = credentials && digest(Buffer.from(`${credentials.user}:${credentials.password.reveal()}`));
    this.#parts = parts;
  }

  get rememberedNow(): number {
    return this.#guesses.size;
  }

  /** `authorization` is the header of that name. */
  judge(from: string, authorization: string | undefined): Verdict {
    if (this.#wanted === undefined) return { kind: 'welcome' };
    const source = sourceOf(from);
    const nowMs = this.#parts.clock.nowMs();
    const guesses = this.#guessesOf(source, nowMs);
    // Not even a right password: else the answer would tell who guesses on that it was right.
    if (guesses.wrong >= ATTEMPTS) {
      return { kind: 'locked-out', seconds: Math.ceil((guesses.untilMs - nowMs) / SECOND_MS) };
    }
    // Browsers ask without a password first.
    if (authorization === undefined) return { kind: 'stranger' };
    if (timingSafeEqual(digest(givenIn(authorization)), this.#wanted)) {
      this.#guesses.delete(source);
      return { kind: 'welcome' };
    }
    this.#remember(source, guesses, nowMs);
    return { kind: 'wrong-password' };
  }

  #guessesOf(source: string, nowMs: number): Guesses {
    const found = this.#guesses.get(source);
    if (found !== undefined && nowMs < found.untilMs) return found;
    this.#guesses.delete(source);
    return { wrong: 0, untilMs: nowMs + LOCK_MS };
  }

  #remember(source: string, guesses: Guesses, nowMs: number): void {
    const wrong = guesses.wrong + 1;
    const isLast = wrong === ATTEMPTS;
    this.#guesses.set(source, { wrong, untilMs: isLast ? nowMs + LOCK_MS : guesses.untilMs });
    if (isLast) this.#parts.lockedOut({ from: source, attempts: wrong, seconds: LOCK_MS / SECOND_MS });
    const [oldest] = this.#guesses.keys();
    if (oldest !== undefined && this.#guesses.size > REMEMBERED_ADDRESSES) this.#guesses.delete(oldest);
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
