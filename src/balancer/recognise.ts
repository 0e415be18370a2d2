/**
 * Recognises a CMPP client by its first PDU, and a server by its answer. Pure.
 *
 * A client logs in with CMPP_CONNECT, 39 bytes in every version (specification 3.0, 7.4.1.1); whatever begins
 * otherwise is refused with a reason that names it.
 */

import { CommandId, HEADER_BYTES, readUint32 } from '../cmpp/header.js';
import { accountOf } from '../cmpp/source-addr.js';
import { versionOfConnectResp } from '../cmpp/version.js';
import type { Version } from '../cmpp/version.js';
import type { CloseReason } from './close-reason.js';
import type { Recognised } from './first-pdu.js';

export const CONNECT_BYTES = 39;
/** The longer of the two CONNECT_RESPs: 3.0's, whose Status has four bytes. */
export const LONGEST_CONNECT_RESP_BYTES = 33;

/** Who logs in, from the CONNECT. */
export interface Login {
  /** The 39 bytes as the SP sent them: what every server is shown. */
  readonly frame: Uint8Array;
  readonly sequenceId: number;
  /** Source_Addr without its padding, one character per byte (Latin-1). */
  readonly account: string;
  /** The version that the SP claims, such as 0x30. The session's version is the server's to decide. */
  readonly versionByte: number;
}

/** The first PDU of a client: CONNECT, or the ACTIVE_TEST of one whose heartbeat starts before its login. */
export type FirstPdu =
  { readonly kind: 'connect'; readonly login: Login } | { readonly kind: 'active-test'; readonly sequenceId: number };

export interface NotRecognised {
  readonly kind: 'refused';
  readonly reason: CloseReason;
  /** What came instead, for the log. */
  readonly detail: string;
}

export function recogniseClient(begin: Uint8Array): Recognised<FirstPdu, NotRecognised> {
  const foreign = foreignProtocol(begin);
  if (foreign !== undefined) return foreign;
  if (begin.length < 4) return { kind: 'more' };
  const lengthBytes = readUint32(begin, 0);
  if (lengthBytes !== CONNECT_BYTES && lengthBytes !== HEADER_BYTES) {
    return { kind: 'refused', reason: 'login-length', detail: `Total_Length ${lengthBytes} instead of 39` };
  }
  if (begin.length < 8) return { kind: 'more' };
  const commandId = readUint32(begin, 4);
  if (commandId !== (lengthBytes === CONNECT_BYTES ? CommandId.connect : CommandId.activeTest)) {
    const command = `Command_Id 0x${commandId.toString(16).padStart(8, '0')}`;
    return { kind: 'refused', reason: 'login-not-connect', detail: `${command} with Total_Length ${lengthBytes}` };
  }
  if (begin.length < lengthBytes) return { kind: 'more' };
  const found: FirstPdu =
    commandId === CommandId.connect
      ? { kind: 'connect', login: readLogin(begin) }
      : { kind: 'active-test', sequenceId: readUint32(begin, 8) };
  return { kind: 'found', found, lengthBytes };
}

/** Reads the fields of a whole CONNECT that decide about the session. */
function readLogin(frame: Uint8Array): Login {
  const account = accountOf(String.fromCharCode(...frame.subarray(12, 18)));
  return { frame, sequenceId: readUint32(frame, 8), account, versionByte: frame[34] ?? 0 };
}

const HTTP_METHODS = new Set(['GET ', 'POST', 'HEAD', 'PUT ', 'OPTI', 'DELE', 'CONN', 'TRAC', 'PATC', 'PRI ']);
/** How the PROXY protocol's versions 1 and 2 begin. */
const PROXY_SIGNATURES = new Set(['PROX', '\r\n\r\n']);

/** A protocol that four bytes tell, so that the operator reads its name and not a senseless length. */
function foreignProtocol(begin: Uint8Array): NotRecognised | undefined {
  const text = String.fromCharCode(...begin.subarray(0, 4));
  if (HTTP_METHODS.has(text)) return { kind: 'refused', reason: 'login-http', detail: 'an HTTP request' };
  if (text.startsWith('\x16\x03')) return { kind: 'refused', reason: 'login-tls', detail: 'a TLS handshake' };
  if (PROXY_SIGNATURES.has(text)) {
    return {
      kind: 'refused',
      reason: 'login-proxy-header',
      detail: 'a PROXY header from a sender that is not trusted',
    };
  }
  return undefined;
}

/** A server's answer to the CONNECT. Status 0 is a login; any other is the server's refusal. */
export interface LoginAnswer {
  readonly version: Version;
  readonly status: number;
}

export interface NotAnswered {
  readonly kind: 'refused';
  /** What came instead, for the log. */
  readonly detail: string;
}

export function recogniseServer(begin: Uint8Array): Recognised<LoginAnswer, NotAnswered> {
  if (begin.length < 8) return { kind: 'more' };
  const lengthBytes = readUint32(begin, 0);
  const commandId = readUint32(begin, 4);
  // The version is what the answer's length says: servers answer in the one they are set to, whatever was asked.
  const version = versionOfConnectResp(lengthBytes);
  if (commandId !== CommandId.connectResp || version === undefined) {
    const command = `Command_Id 0x${commandId.toString(16).padStart(8, '0')}`;
    return { kind: 'refused', detail: `answered the CONNECT with ${command}, Total_Length ${lengthBytes}` };
  }
  if (begin.length < lengthBytes) return { kind: 'more' };
  const status = version === '3.0' ? readUint32(begin, HEADER_BYTES) : (begin[HEADER_BYTES] ?? 0);
  return { kind: 'found', found: { version, status }, lengthBytes };
}
