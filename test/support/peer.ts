/**
 * One end of a real connection, in the hands of a test. It reads what it is asked for and little more, so that a peer
 * who is asked for nothing does not read.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { decode } from '../../src/cmpp/pdu.js';
import type { Command, PduOf } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';
import { formatEndpoint } from '../../src/runtime/address.js';
import { Change } from './change.js';

/** How the other end took leave: FIN, or the system's word for a connection that broke, such as ECONNRESET. */
export interface Leave {
  /** What came before it and nobody had asked for. */
  readonly bytes: Buffer;
  readonly by: string;
}

export class Peer {
  readonly socket: Socket;
  /** The address and port of this end, as the balancer writes a client's. */
  readonly name: string;
  /** The version of the PDUs that come here. */
  version: Version = '3.0';
  #trouble: string | undefined;
  readonly #change = new Change();

  constructor(socket: Socket) {
    this.socket = socket;
    this.name =
      socket.localAddress === undefined ? 'unix:' : formatEndpoint(socket.localAddress, socket.localPort ?? 0);
    for (const event of ['readable', 'end', 'close']) socket.on(event, () => this.#change.happened());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#trouble = error.code ?? error.message;
      this.#change.happened();
    });
  }

  static async connected(where: NetConnectOpts): Promise<Peer> {
    const socket = connect({ ...where, allowHalfOpen: true, noDelay: true });
    await once(socket, 'connect');
    return new Peer(socket);
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** Writes, and resolves when the system has taken it. */
  async sent(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.write(bytes, () => resolve());
    });
  }

  /** Sends FIN. */
  finish(): void {
    this.socket.end();
  }

  /** Breaks the connection: the other end gets RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** The next bytes, exactly so many. */
  async bytes(count: number): Promise<Buffer> {
    for (;;) {
      const read: unknown = this.socket.read(count);
      if (read instanceof Buffer && read.length === count) return read;
      if (read instanceof Buffer || this.#isOver) {
        const got = read instanceof Buffer ? read.toString('hex') : 'nothing';
        throw new Error(`the connection ended (${this.#trouble ?? 'FIN'}) after ${got}, ${count} bytes were expected`);
      }
      await this.#change.next();
    }
  }

  /** The next whole frame. */
  async frame(): Promise<Buffer> {
    const length = await this.bytes(4);
    return Buffer.concat([length, await this.bytes(length.readUInt32BE() - 4)]);
  }

  /** The next frame as a PDU of this command. */
  async pdu<C extends Command>(command: C): Promise<PduOf<C>> {
    const decoded = decode(await this.frame(), this.version);
    if (decoded.kind !== 'pdu') throw new Error(`expected ${command}, got ${JSON.stringify(decoded)}`);
    if (!isOf(command, decoded.pdu)) throw new Error(`expected ${command}, got ${decoded.pdu.command}`);
    return decoded.pdu;
  }

  /** Reads all that still comes, until the other end takes leave. */
  async left(): Promise<Leave> {
    const pieces: Buffer[] = [];
    for (;;) {
      const read: unknown = this.socket.read();
      if (read instanceof Buffer) pieces.push(read);
      else if (this.#isOver) return { bytes: Buffer.concat(pieces), by: this.#trouble ?? 'FIN' };
      else await this.#change.next();
    }
  }

  get #isOver(): boolean {
    return this.#trouble !== undefined || this.socket.readableEnded || this.socket.destroyed;
  }
}

function isOf<C extends Command>(command: C, pdu: { readonly command: Command }): pdu is PduOf<C> {
  return pdu.command === command;
}
