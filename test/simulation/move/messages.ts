/** The messages of a world of moving sessions: each SUBMIT and DELIVER has a number of its own in its body. Pure. */

import type { Version } from '../../../src/cmpp/version.js';
import { ACTIVE_TEST, ANSWER, BUSY, SUBMIT, frame } from '../frames.js';

export const DELIVER = 5;
/** A message's number stands behind its header, and salts what follows; so the body has at least as many bytes. */
export const LEAST_BODY_BYTES = 8;
const NUMBER_AT = 16;
const MSG_ID_AT = 12;
const RESULT_BYTES = { '2.0': 1, '3.0': 4 } as const;
/** The reserved byte of a gateway's or SP's ACTIVE_TEST_RESP; in the balancer's own it is 0. */
const PEERS_RESERVED = 0x77;

/** A SUBMIT or a DELIVER. */
export function message(command: number, sequenceId: number, bodyBytes: number, number: number): Uint8Array {
  const bytes = frame(command, sequenceId, Math.max(bodyBytes, LEAST_BODY_BYTES), number);
  // Its Msg_Id.
  new DataView(bytes.buffer).setBigUint64(MSG_ID_AT, BigInt(number));
  return bytes;
}

export function numberOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(NUMBER_AT);
}

/** SUBMIT_RESP or DELIVER_RESP: Msg_Id is the message's number. */
export function messageAnswer(
  command: number,
  sequenceId: number,
  number: number,
  result: number,
  version: Version,
): Uint8Array {
  const bytes = frame(ANSWER + command, sequenceId, 8 + RESULT_BYTES[version], 0).fill(0, 12);
  new DataView(bytes.buffer).setUint32(NUMBER_AT, number);
  bytes[bytes.length - 1] = result;
  return bytes;
}

export function heartbeatAnswer(sequenceId: number): Uint8Array {
  return frame(ANSWER + ACTIVE_TEST, sequenceId, 1, 0).fill(PEERS_RESERVED, 12);
}

/** What the balancer says itself: that a SUBMIT is to be sent again, and that it is there. */
export function ownRejection(sequenceId: number, version: Version): Uint8Array {
  return messageAnswer(SUBMIT, sequenceId, 0, BUSY, version);
}

export function ownHeartbeatAnswer(sequenceId: number): Uint8Array {
  return frame(ANSWER + ACTIVE_TEST, sequenceId, 1, 0).fill(0, 12);
}
