/**
 * The two MD5 values that prove knowledge of an account's shared secret (specification 3.0, 8.4.1). Pure: node:crypto's
 * functions are used as plain functions of their arguments.
 *
 * AuthenticatorSource = MD5(Source_Addr + 9 bytes 0x00 + shared secret + Timestamp as 10 digits)
 * AuthenticatorISMG   = MD5(Status in its wire width + AuthenticatorSource + shared secret)
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { accountOf, SOURCE_ADDR_BYTES } from './source-addr.js';
import { timestampDigits } from './timestamp.js';
import type { Version } from './version.js';

/** What the AuthenticatorSource is computed from besides the secret; a CONNECT's fields of these names. */
export interface LoginClaim {
  readonly sourceAddr: string;
  /** MMDDHHMMSS as one number. */
  readonly timestamp: number;
}

/**
 * What is hashed of a Source_Addr shorter than its 6 bytes: the characters only, or the field with its 0x00. The
 * specification does not say, implementations do the one or the other; for ids of 6 characters they are the same.
 */
export type SourceAddrForm = 'unpadded' | 'padded';

export function authenticatorSource(
  { sourceAddr, timestamp }: LoginClaim,
  sharedSecret: string,
  form: SourceAddrForm = 'unpadded',
): Uint8Array {
  const hashed = form === 'padded' ? padded(sourceAddr) : sourceAddr;
  return sourceMd5(hashed, sharedSecret, timestampDigits(timestamp));
}

/** A signed login: the claim, and what proves it. */
export type SignedClaim = LoginClaim & { readonly authenticatorSource: Uint8Array };

/** How a client makes its AuthenticatorSource, where implementations differ. */
export interface SigningManner {
  /** Source_Addr as it is hashed. */
  readonly hashedAddr: string;
  /** Whether Timestamp is hashed as ten digits, or without its leading zero. */
  readonly isTenDigits: boolean;
}

/**
 * In which manner a CONNECT's AuthenticatorSource was made with `sharedSecret`, of all that clients have: Source_Addr
 * padded or not, its trailing spaces hashed or not, and the Timestamp without its leading zero. Undefined if in none.
 * Says nothing of the time: Timestamp is the client's own, and a CONNECT can be sent again. For want of the leading
 * zero, a secret that ends in 0 can be proved by who knows it without that 0.
 */
export function signingMannerOf(claim: SignedClaim, sharedSecret: string): SigningManner | undefined {
  const account = accountOf(claim.sourceAddr);
  const addresses = new Set([claim.sourceAddr, padded(claim.sourceAddr), account, padded(account)]);
  let found: SigningManner | undefined;
  for (const hashedAddr of addresses) {
    for (const isTenDigits of [true, false]) {
      const manner = { hashedAddr, isTenDigits };
      // All manners are tried, and each in constant time, so that the answer's delay tells nothing of the secret.
      const isIt = isEqual(signIn(manner, claim.timestamp, sharedSecret), claim.authenticatorSource);
      found = isIt ? (found ?? manner) : found;
    }
  }
  return found;
}

/** Whether a CONNECT's AuthenticatorSource was made with `sharedSecret`, in any manner. */
export function isAuthentic(claim: SignedClaim, sharedSecret: string): boolean {
  return signingMannerOf(claim, sharedSecret) !== undefined;
}

/** The AuthenticatorSource that a client of this manner makes at `timestamp`. */
export function signIn(
  { hashedAddr, isTenDigits }: SigningManner,
  timestamp: number,
  sharedSecret: string,
): Uint8Array {
  return sourceMd5(hashedAddr, sharedSecret, isTenDigits ? timestampDigits(timestamp) : String(timestamp));
}

/**
 * The gateway's proof for a CONNECT_RESP of `version`. Many gateways compute it with the other edition's width of
 * Status, and clients ignore it: never close a session over it.
 */
export function authenticatorIsmg(
  status: number,
  sourceAuthenticator: Uint8Array,
  sharedSecret: string,
  version: Version,
): Uint8Array {
  const statusBytes = version === '2.0' ? [status] : [status >>> 24, status >>> 16, status >>> 8, status];
  return md5(Uint8Array.from(statusBytes), sourceAuthenticator, utf8(sharedSecret));
}

function sourceMd5(address: string, sharedSecret: string, timestampDigits: string): Uint8Array {
  return md5(latin1(address), new Uint8Array(9), utf8(sharedSecret), latin1(timestampDigits));
}

function md5(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

function isEqual(ours: Uint8Array, theirs: Uint8Array): boolean {
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

function padded(sourceAddr: string): string {
  return sourceAddr.padEnd(SOURCE_ADDR_BYTES, '\0');
}

function latin1(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
