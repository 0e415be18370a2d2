/** Judges a CONNECT and makes its answer (specification 3.0, 8.4.1). Pure. */

import { authenticatorIsmg, isAuthentic } from '../../cmpp/authenticator.js';
import type { BodyOf } from '../../cmpp/pdu.js';
import { accountOf } from '../../cmpp/source-addr.js';
import { versionByte, versionOfByte } from '../../cmpp/version.js';
import type { Version } from '../../cmpp/version.js';

export const ConnectStatus = {
  ok: 0,
  badStructure: 1,
  illegalSourceAddress: 2,
  authError: 3,
  versionTooHigh: 4,
  other: 5,
} as const;

export interface Login {
  readonly account: string;
  /** The edition that the client claims, in which the gateway answers and goes on. */
  readonly version: Version;
  /** 0: let in. */
  readonly status: number;
  readonly answer: BodyOf<'connectResp'>;
}

/** One vendor's extension of 3.0. */
const SMSGATE_VERSION_BYTE = 0x7f;

/** `faultStatus` other than 0 refuses whoever comes. */
export function judgeLogin(
  connect: BodyOf<'connect'>,
  secrets: ReadonlyMap<string, string> | undefined,
  faultStatus: number,
): Login {
  const account = accountOf(connect.sourceAddr);
  const version = versionOfByte(connect.version);
  const status = faultStatus > 0 ? faultStatus : statusOf(connect, account, secrets);
  const secret = secrets?.get(account);
  // Without the secret there is nothing to prove: the field stays empty, as gateways leave it in a refusal.
  const proof =
    status === ConnectStatus.ok && secret !== undefined
      ? authenticatorIsmg(status, connect.authenticatorSource, secret, version)
      : new Uint8Array(16);
  return { account, version, status, answer: { status, authenticatorIsmg: proof, version: versionByte('3.0') } };
}

function statusOf(
  connect: BodyOf<'connect'>,
  account: string,
  secrets: ReadonlyMap<string, string> | undefined,
): number {
  if (connect.version > versionByte('3.0') && connect.version !== SMSGATE_VERSION_BYTE) {
    return ConnectStatus.versionTooHigh;
  }
  if (secrets === undefined) return ConnectStatus.ok;
  const secret = secrets.get(account);
  if (secret === undefined) return ConnectStatus.illegalSourceAddress;
  return isAuthentic(connect, secret) ? ConnectStatus.ok : ConnectStatus.authError;
}
