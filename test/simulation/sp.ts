/** A simulated SP, and what else connects to the port of one. */

import { CmppPeer } from './cmpp-peer.js';
import type { Draw } from './draw.js';
import type { Endpoint, Network } from './endpoint.js';
import { ACTIVE_TEST, SP_REQUESTS, concat, connect, frame, isRefusal } from './frames.js';
import type { Login } from './frames.js';
import type { Manner } from './manner.js';

/** How a client's stream begins. */
export type Opening =
  | {
      readonly kind: 'login';
      /** The Sequence_Ids of the ACTIVE_TESTs before its CONNECT. */
      readonly heartbeats: readonly number[];
      readonly login: Login;
      /** Whether it goes on before it is answered. */
      readonly isPipelined: boolean;
    }
  | Foreign;

/** It speaks something else. */
export interface Foreign {
  readonly kind: 'foreign';
  readonly bytes: Uint8Array;
  /** What the balancer must say to that, and how many bytes tell it. */
  readonly reason: 'login-http' | 'login-tls' | 'login-proxy-header' | 'login-length' | 'login-not-connect' | undefined;
  readonly decidedAtBytes: number;
}

const VERSION_BYTES = [0x20, 0x20, 0x30, 0x30, 0x21, 0x00, 0x7f] as const;

export function drawOpening(draw: Draw): Opening {
  if (draw.percent(12)) return drawForeign(draw);
  const sequenceId = draw.pick([0, 1, 7, 0xffffffff, draw.below(2 ** 32)]);
  const account = draw.pick(['900001', '900002', '900003', '90', '']);
  return {
    kind: 'login',
    heartbeats: draw.percent(10) ? Array.from({ length: draw.pick([1, 2, 16, 17, 100]) }, (_, nth) => nth) : [],
    login: { sequenceId, account, versionByte: draw.pick(VERSION_BYTES) },
    isPipelined: draw.percent(25),
  };
}

function drawForeign(draw: Draw): Foreign {
  return draw.pick([
    foreign(words('GET / HTTP/1.0\r\n\r\n'), 'login-http', 4),
    foreign(words('POST /x HTTP/1.1\r\nhost: a\r\n\r\n'), 'login-http', 4),
    foreign(Uint8Array.of(0x16, 0x03, 0x01, 0, 200, 1), 'login-tls', 2),
    foreign(words('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'), 'login-proxy-header', 4),
    // A client that leaves the header out of Total_Length
    foreign(connectOfLength(27), 'login-length', 4),
    foreign(connectOfLength(0x7fffffff), 'login-length', 4),
    foreign(frame(1, 1, 15, 1), 'login-length', 4),
    foreign(frame(4, 1, 27, 1), 'login-not-connect', 8),
    foreign(frame(0x80000008, 1, 0, 1), 'login-not-connect', 8),
    foreign(words('*!'), undefined, Infinity),
    foreign(new Uint8Array(0), undefined, Infinity),
  ]);
}

function foreign(bytes: Uint8Array, reason: Foreign['reason'], decidedAtBytes: number): Foreign {
  return { kind: 'foreign', bytes, reason, decidedAtBytes };
}

function words(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function connectOfLength(lengthBytes: number): Uint8Array {
  const bytes = connect({ sequenceId: 1, account: '900001', versionByte: 0x20 });
  new DataView(bytes.buffer).setUint32(0, lengthBytes);
  return bytes;
}

export class Sp extends CmppPeer {
  readonly opening: Opening;
  #isTalking = false;

  constructor(network: Network, endpoint: Endpoint, manner: Manner, opening: Opening) {
    super(network, endpoint, manner, SP_REQUESTS);
    this.opening = opening;
    this.scheduler.after(this.draw.pick([0, 0, 10, 900]), () => this.#open());
  }

  #open(): void {
    const { opening } = this;
    if (opening.kind === 'foreign') {
      this.send(opening.bytes);
      if (this.draw.percent(30)) this.close();
      else if (this.draw.percent(20)) this.reset();
      return;
    }
    const isSeparate = this.draw.percent(50);
    const first = [
      ...opening.heartbeats.map((sequenceId) => frame(ACTIVE_TEST, sequenceId, 0, 0)),
      connect(opening.login),
    ];
    for (const bytes of isSeparate ? first : [concat(first)]) this.send(bytes);
    if (opening.isPipelined) this.#talk();
  }

  protected heardLogin(bytes: Uint8Array): void {
    if (!isRefusal(bytes)) this.#talk();
    else if (this.draw.percent(70)) this.close();
  }

  #talk(): void {
    if (this.#isTalking) return;
    this.#isTalking = true;
    this.talk();
  }
}
