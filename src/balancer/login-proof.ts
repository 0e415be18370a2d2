/** Looks at whether a CONNECT proves knowledge of the account's secret, and makes one that does. Pure. */

import { signIn, signingMannerOf } from '../cmpp/authenticator.js';
import type { SignedClaim, SigningManner } from '../cmpp/authenticator.js';
import { readUint32, writeUint32 } from '../cmpp/header.js';
import { connectTimestamp, timestampSkewMs } from '../cmpp/timestamp.js';
import type { Login } from './recognise.js';

/** Where a CONNECT's fields begin (specification 3.0, 7.4.1.1). */
const SOURCE_ADDR_AT = 12;
const AUTHENTICATOR_AT = 18;
const VERSION_AT = 34;
const TIMESTAMP_AT = 35;

/** How the login was signed with this secret; undefined if it was not. */
export function mannerOf(login: Login, secret: string): SigningManner | undefined {
  return signingMannerOf(claimOf(login), secret);
}

/** How far the login's Timestamp is from the time, in milliseconds; Infinity if it is no time at all. */
export function skewMs({ frame }: Login, wallMs: number): number {
  return timestampSkewMs(readUint32(frame, TIMESTAMP_AT), wallMs);
}

/**
 * The login as its SP would send it now: everything the same but Timestamp and AuthenticatorSource. Undefined if it was
 * not signed with this secret.
 */
export function signedAnew(login: Login, secret: string, wallMs: number): Login | undefined {
  const manner = mannerOf(login, secret);
  if (manner === undefined) return undefined;
  const frame = Uint8Array.from(login.frame);
  const timestamp = connectTimestamp(wallMs);
  writeUint32(frame, TIMESTAMP_AT, timestamp);
  frame.set(signIn(manner, timestamp, secret), AUTHENTICATOR_AT);
  return { ...login, frame };
}

function claimOf({ frame }: Login): SignedClaim {
  return {
    sourceAddr: String.fromCharCode(...frame.subarray(SOURCE_ADDR_AT, AUTHENTICATOR_AT)).replace(/\0+$/, ''),
    authenticatorSource: frame.subarray(AUTHENTICATOR_AT, VERSION_AT),
    timestamp: readUint32(frame, TIMESTAMP_AT),
  };
}
