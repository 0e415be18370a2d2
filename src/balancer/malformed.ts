/** What is kept of a stream that can't be read, for the operator to look at. Pure. */

import type { FrameFault } from '../cmpp/framer.js';
import { CommandId, HEADER_BYTES, readUint32 } from '../cmpp/header.js';
import type { Side } from './session-port.js';

export interface Malformed {
  /** Who sent it. */
  readonly side: Side;
  /** MOST_BYTES at most. */
  readonly bytes: Uint8Array;
  /** Where in these bytes the PDU begins that is none. */
  readonly errorAt: number;
  /** When it came, in the milliseconds of the session's clock. */
  readonly atMs: number;
}

const MOST_BYTES = 512;
/** As much as is kept of what stood before the fault, which mostly is the cause of it. */
const MOST_BYTES_BEFORE = 256;
const LENGTH_BYTES = 4;
/** AuthenticatorSource, which whoever knows it can log in with, and what is shown in its place. */
const SECRET = { start: HEADER_BYTES + 6, end: HEADER_BYTES + 22, shownAs: 0x2a };

/** Of a stream that has begun with something else than it must. Undefined if nothing of it is known. */
export function malformedBegin(side: Side, begin: Uint8Array, nowMs: number): Malformed | undefined {
  if (begin.length === 0) return undefined;
  // Not `slice`, which in a Buffer copies nothing.
  const bytes = Uint8Array.from(begin.subarray(0, MOST_BYTES));
  const isConnect = bytes.length > LENGTH_BYTES + 4 && readUint32(bytes, LENGTH_BYTES) === CommandId.connect;
  if (isConnect) bytes.fill(SECRET.shownAs, SECRET.start, SECRET.end);
  return { side, bytes, errorAt: 0, atMs: nowMs };
}

/** Of a stream in which a frame of an impossible length has come. */
export function malformedStream(side: Side, chunk: Uint8Array, fault: FrameFault, nowMs: number): Malformed {
  const { lengthBytes, startsAt } = fault;
  if (startsAt < 0) {
    // The chunk before it was passed on; what is not in this one is the begin of Total_Length, which is known.
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, lengthBytes);
    const bytes = new Uint8Array(Math.min(chunk.length - startsAt, MOST_BYTES));
    bytes.set(length.subarray(0, -startsAt));
    bytes.set(chunk.subarray(0, bytes.length + startsAt), -startsAt);
    return { side, bytes, errorAt: 0, atMs: nowMs };
  }
  const start = Math.max(0, startsAt - MOST_BYTES_BEFORE);
  const bytes = Uint8Array.from(chunk.subarray(start, start + MOST_BYTES));
  return { side, bytes, errorAt: startsAt - start, atMs: nowMs };
}
