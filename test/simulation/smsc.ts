/** A simulated gateway's side of one connection. */

import { CmppPeer } from './cmpp-peer.js';
import type { Draw } from './draw.js';
import type { Endpoint, Network } from './endpoint.js';
import { SMSC_REQUESTS, concat, connectResp, frame, sequenceOf } from './frames.js';
import type { Manner } from './manner.js';

/** What a gateway does about a CONNECT. */
export interface Welcome {
  readonly kind: 'accept' | 'refuse' | 'silent' | 'close' | 'reset' | 'garbage';
  /** Gateways answer in the version that they are set to, whatever was asked. */
  readonly version: '2.0' | '3.0';
  readonly delayMs: number;
  /** Whether its first request comes in one segment with the answer. */
  readonly speaksAtOnce: boolean;
  /** Some answer with a Sequence_Id of their own. */
  readonly echoesSequenceId: boolean;
}

export function drawWelcome(draw: Draw, isGood: boolean): Welcome {
  return {
    kind: isGood ? 'accept' : draw.weighted({ accept: 12, refuse: 2, silent: 2, close: 1, reset: 1, garbage: 1 }),
    version: draw.pick(['2.0', '3.0']),
    delayMs: draw.pick([0, 0, 5, 800]),
    speaksAtOnce: draw.percent(20),
    echoesSequenceId: !draw.percent(5),
  };
}

/** What some servers answer that do not speak CMPP, or not as they should. */
const GARBAGE = [
  Uint8Array.from('HTTP/1.0 400 Bad Request\r\n\r\n', (letter) => letter.charCodeAt(0)),
  frame(0x80000000, 1, 0, 0),
  frame(0x80000001, 1, 19, 0),
  frame(5, 1, 18, 0),
] as const;

export class Smsc extends CmppPeer {
  readonly #welcome: Welcome;
  /** What is still to come before the CONNECT. */
  #prefaceBytes: number;

  /** `prefaceBytes`: so much comes before the CONNECT that is not CMPP. */
  constructor(network: Network, endpoint: Endpoint, manner: Manner, welcome: Welcome, prefaceBytes: number) {
    super(network, endpoint, manner, SMSC_REQUESTS);
    this.#welcome = welcome;
    this.#prefaceBytes = prefaceBytes;
  }

  protected override heard(chunk: Uint8Array): void {
    const skippedBytes = Math.min(this.#prefaceBytes, chunk.length);
    this.#prefaceBytes -= skippedBytes;
    super.heard(chunk.subarray(skippedBytes));
  }

  protected heardLogin(bytes: Uint8Array): void {
    this.scheduler.after(this.#welcome.delayMs, () => this.#answer(sequenceOf(bytes), bytes[34] ?? 0));
  }

  #answer(sequenceId: number, versionByte: number): void {
    const { kind, version, echoesSequenceId, speaksAtOnce } = this.#welcome;
    const answer = (status: number): Uint8Array =>
      connectResp(version, echoesSequenceId ? sequenceId : (sequenceId ^ 1) >>> 0, status, versionByte, 0x5a);
    if (kind === 'garbage') {
      this.send(this.draw.pick(GARBAGE));
    } else if (kind === 'close') {
      this.close();
    } else if (kind === 'reset') {
      this.reset();
    } else if (kind === 'refuse') {
      this.send(answer(this.draw.pick([1, 2, 3, 4, 5, 55])));
      if (this.draw.percent(70)) this.close();
    } else if (kind === 'accept') {
      this.send(speaksAtOnce ? concat([answer(0), this.nextSaying()]) : answer(0));
      this.talk();
    }
  }
}
