/** A server behind the balancer, in the hands of a test: it answers by itself, or hands out its connections. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenOptions, Server } from 'node:net';
import { decode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Pdu } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';
import { versionByte } from '../../src/cmpp/version.js';
import { formatEndpoint } from '../../src/runtime/address.js';
import { Peer } from './peer.js';

export interface Manner {
  readonly version: Version;
  /** What it answers a CONNECT with. */
  readonly status: number;
}

export class Gateway {
  readonly #server: Server;
  readonly #manner: Manner | undefined;
  readonly #peers: Peer[] = [];
  readonly #arrived: Peer[] = [];
  readonly #waiting: ((peer: Peer) => void)[] = [];

  private constructor(manner: Manner | undefined) {
    this.#manner = manner;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(new Peer(socket)));
  }

  /** With `manner` it answers all that an SP asks; without, its connections are `accept`ed by the test. */
  static async listening(where: ListenOptions, manner?: Manner): Promise<Gateway> {
    const gateway = new Gateway(manner);
    gateway.#server.listen(where);
    await once(gateway.#server, 'listening');
    return gateway;
  }

  /** As in the configuration. */
  get address(): string {
    const address = this.#server.address();
    if (address === null) throw new Error('the gateway does not listen');
    return typeof address === 'string' ? `unix:${address}` : formatEndpoint(address.address, address.port);
  }

  /** How many connections it has had. */
  get count(): number {
    return this.#peers.length;
  }

  /** The next connection, in the order of their arrival. */
  async accept(): Promise<Peer> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return arrived;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Accepts no more, and drops every connection. */
  close(): void {
    this.#server.close();
    for (const { socket } of this.#peers) socket.destroy();
  }

  #accept(peer: Peer): void {
    this.#peers.push(peer);
    if (this.#manner !== undefined) {
      void serve(peer, this.#manner);
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(peer);
    else waiting(peer);
  }
}

/** Answers until the connection ends, by whomever. */
async function serve(peer: Peer, manner: Manner): Promise<void> {
  try {
    for (;;) {
      const decoded = decode(await peer.frame(), manner.version);
      const answer = decoded.kind === 'pdu' ? answerTo(decoded.pdu, manner) : undefined;
      if (answer !== undefined) peer.write(answer);
    }
  } catch {
    peer.finish();
  }
}

function answerTo(pdu: Pdu, { version, status }: Manner): Uint8Array | undefined {
  const { command, sequenceId } = pdu;
  if (command === 'connect') {
    return frameOf(makePdu('connectResp', sequenceId, { status, version: versionByte(version) }), version);
  }
  if (command === 'submit') return frameOf(makePdu('submitResp', sequenceId, { msgId: 7n, result: 0 }), version);
  if (command === 'activeTest') return frameOf(makePdu('activeTestResp', sequenceId), version);
  if (command === 'terminate') return frameOf(makePdu('terminateResp', sequenceId), version);
  return undefined;
}
