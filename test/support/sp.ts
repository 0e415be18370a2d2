/** An SP over a real connection, in the hands of a test. */

import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { PduOf } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';
import { versionByte } from '../../src/cmpp/version.js';
import type { Leave, Peer } from './peer.js';

/** 39 bytes with a Sequence_Id of their own. */
export function connectFrame(account = '900001', version: Version = '3.0', sequenceId = 1): Uint8Array {
  return frameOf(makePdu('connect', sequenceId, { sourceAddr: account, version: versionByte(version) }), version);
}

export function submitFrame(sequenceId: number, version: Version = '3.0'): Uint8Array {
  const msgContent = Buffer.from(`message ${sequenceId}`);
  return frameOf(makePdu('submit', sequenceId, { destTerminalIds: ['13800138000'], msgContent }), version);
}

export class Sp {
  readonly peer: Peer;
  #lastSequenceId = 0;

  constructor(peer: Peer) {
    this.peer = peer;
  }

  get name(): string {
    return this.peer.name;
  }

  /** Sends a CONNECT, and returns the answer. */
  async logIn(account?: string, version: Version = '3.0'): Promise<PduOf<'connectResp'>> {
    this.peer.version = version;
    this.peer.write(connectFrame(account, version, this.#next()));
    return this.peer.pdu('connectResp');
  }

  /** Sends a SUBMIT, and returns the answer. Throws if that is another one's. */
  async submit(): Promise<PduOf<'submitResp'>> {
    const sequenceId = this.#next();
    this.peer.write(submitFrame(sequenceId, this.peer.version));
    const answer = await this.peer.pdu('submitResp');
    if (answer.sequenceId !== sequenceId) throw new Error(`asked ${sequenceId}, answered ${answer.sequenceId}`);
    return answer;
  }

  async left(): Promise<Leave> {
    return this.peer.left();
  }

  #next(): number {
    this.#lastSequenceId += 1;
    return this.#lastSequenceId;
  }
}
