/** Listens on one address: accepts connections, and says in one sentence why it can't. */

import { chmodSync, existsSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { formatEndpoint } from '../runtime/address.js';
import { afterThisTurn } from '../runtime/turn.js';
import { connectTrouble } from '../runtime/unix-socket.js';
import { EntranceCounters } from '../stats/counters.js';
import { acceptFirst } from './stream-binding.js';

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** `mode`: permission bits of the socket; undefined leaves them to the umask. */
  | { readonly kind: 'unix'; readonly path: string; readonly mode: number | undefined };

export interface ListenerEvents {
  /** Deals with a connection by its handle; returns false where it is to become a Socket, for `accepted`. */
  take(connection: unknown): boolean;
  /** The socket is paused, and nothing was read from it. */
  accepted(socket: Socket, listener: Listener): void;
  failed(error: Error, listener: Listener): void;
  /** Whether so many connections would fit in beside the sessions that there are. */
  hasRoom(connections: number): boolean;
}

export type Bound = { readonly kind: 'bound' } | { readonly kind: 'fault'; readonly message: string };

/** So many accepted connections become sessions in one turn of the event loop, between which the others are served. */
const SESSIONS_PER_TURN = 64;

export class Listener {
  /** Of what it leads to now: see `countAnew`. */
  counters = new EntranceCounters();
  #wanted: ListenAddress;
  readonly #backlog: number;
  readonly #events: ListenerEvents;
  readonly #server: Server;
  #address: string;
  /** Accepts no more, for now or for good; one that was accepted before and waited for its turn is closed. */
  #isClosed = false;
  readonly #failed = (error: Error): void => this.#events.failed(error, this);

  constructor(address: ListenAddress, backlog: number, events: ListenerEvents) {
    this.#wanted = address;
    this.#backlog = backlog;
    this.#address = addressText(address);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
      if (this.#isClosed) socket.destroy();
      else events.accepted(socket, this);
    });
    this.#events = events;
  }

  /** Where it listens; once bound, with the port that the system gave for port 0. */
  get address(): string {
    return this.#address;
  }

  /** Whether it accepts connections. */
  get isOpen(): boolean {
    return this.#server.listening && !this.#isClosed;
  }

  /** It leads to another frontend; those who have come already are counted where they were. */
  countAnew(): void {
    this.counters = new EntranceCounters();
  }

  /** Begins to listen; after `close` again, on the same port. */
  async bind(): Promise<Bound> {
    try {
      const trouble = await this.#listen();
      if (trouble !== undefined) return { kind: 'fault', message: `cannot listen on ${this.#address}: ${trouble}` };
    } catch (error) {
      return { kind: 'fault', message: `cannot listen on ${this.#address}: ${sentenceOf(error)}` };
    }
    this.#isClosed = false;
    this.#server.on('error', this.#failed);
    acceptFirst(this.#server, {
      mayWait: (waiting) => this.#events.hasRoom(waiting),
      perTurn: SESSIONS_PER_TURN,
      afterThisTurn,
      take: (connection) => !this.#isClosed && this.#events.take(connection),
    });
    const bound = this.#server.address();
    if (bound !== null && typeof bound === 'object') {
      this.#address = formatEndpoint(bound.address, bound.port);
      if (this.#wanted.kind === 'tcp') this.#wanted = { ...this.#wanted, port: bound.port };
    }
    return { kind: 'bound' };
  }

  /** Accepts no more. What was accepted lives on. */
  close(): void {
    this.#isClosed = true;
    this.#server.off('error', this.#failed);
    this.#server.close();
  }

  /** Returns why it can't, or throws the system's error. */
  async #listen(): Promise<string | undefined> {
    const wanted = this.#wanted;
    if (wanted.kind === 'unix') {
      const trouble = await makeWay(wanted.path);
      if (trouble !== undefined) return trouble;
    }
    await listenOn(this.#server, optionsOf(wanted, this.#backlog));
    if (wanted.kind === 'unix' && wanted.mode !== undefined) chmodSync(wanted.path, wanted.mode);
    return undefined;
  }
}

function addressText(address: ListenAddress): string {
  return address.kind === 'unix' ? `unix:${address.path}` : formatEndpoint(address.host, address.port);
}

function optionsOf(address: ListenAddress, backlog: number): ListenOptions {
  if (address.kind === 'unix') return { path: address.path, backlog };
  // `[::]` means IPv6 alone, so that it can stand beside `*`, which means IPv4.
  return { host: address.host, port: address.port, backlog, ipv6Only: true };
}

function listenOn(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = (): void => {
      server.off('error', failed);
      resolve();
    };
    const failed = (error: Error): void => {
      server.off('listening', listening);
      reject(error);
    };
    server.once('listening', listening);
    server.once('error', failed);
    server.listen(options);
  });
}

const IN_USE = 'the address is in use; another process listens there, perhaps HAProxy or another cmpp-lb';
const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: IN_USE,
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'permission denied; ports below 1024 and other users’ folders need rights that this process lacks',
};

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return SENTENCES[code] ?? error.message;
}

/** A unix socket outlives its process as a file. Removes it if nobody listens there; returns why it can't. */
async function makeWay(path: string): Promise<string | undefined> {
  // The system would call it a lack of permission.
  if (!existsSync(dirname(path))) return 'the folder of the socket does not exist';
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (!status.isSocket()) return 'there is a file that is no socket';
  // Any other trouble than a refusal, such as a full backlog, means that somebody is there.
  const trouble = await connectTrouble(path);
  if (trouble !== 'ECONNREFUSED') return SENTENCES[trouble] ?? IN_USE;
  unlinkSync(path);
  return undefined;
}
