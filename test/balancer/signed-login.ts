/** Logins as SPs sign them. */

import { authenticatorSource } from '../../src/cmpp/authenticator.js';
import type { SourceAddrForm } from '../../src/cmpp/authenticator.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { connectTimestamp } from '../../src/cmpp/timestamp.js';
import { recogniseClient } from '../../src/balancer/recognise.js';
import type { Login } from '../../src/balancer/recognise.js';

export interface Signing {
  readonly secret?: string;
  readonly form?: SourceAddrForm;
  readonly wallMs?: number;
  readonly sequenceId?: number;
}

/** The 39 bytes of a CONNECT. */
export function signedConnect(account: string, signing: Signing = {}): Uint8Array {
  const { secret = 'secret', form = 'unpadded', wallMs = 0, sequenceId = 1 } = signing;
  const timestamp = connectTimestamp(wallMs);
  const source = authenticatorSource({ sourceAddr: account, timestamp }, secret, form);
  const fields = { sourceAddr: account, authenticatorSource: source, version: 0x20, timestamp };
  return frameOf(makePdu('connect', sequenceId, fields), '2.0');
}

export function signedLogin(account: string, signing: Signing = {}): Login {
  const recognised = recogniseClient(signedConnect(account, signing));
  if (recognised.kind !== 'found' || recognised.found.kind !== 'connect') throw new Error('no CONNECT');
  return recognised.found.login;
}
