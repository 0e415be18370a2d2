/** Listens on one address: accepts connections, and says in one sentence why it can't. */

import { existsSync, chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { formatEndpoint } from '../runtime/address.js';

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** `mode`: permission bits of the socket; undefined leaves them to the umask. */
  | { readonly kind: 'unix'; readonly path: string; readonly mode: number | undefined };

export interface ListenerEvents {
  /** The socket is paused, and nothing was read from it. */
  accepted(socket: Socket, listener: Listener): void;
  failed(error: Error, listener: Listener): void;
}

export type Bound = { readonly kind: 'bound' } | { readonly kind: 'fault'; readonly message: string };

export class Listener {
  readonly #wanted: ListenAddress;
  readonly #backlog: number;
  readonly #server: Server;
  #address: string;

  constructor(address: ListenAddress, backlog: number, events: ListenerEvents) {
    this.#wanted = address;
    this.#backlog = backlog;
    this.#address = addressText(address);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
      events.accepted(socket, this);
    });
    this.#server.on('error', (error) => events.failed(error, this));
  }

  /** Where it listens; once bound, with the port that the system gave for port 0. */
  get address(): string {
    return this.#address;
  }

  async bind(): Promise<Bound> {
    if (this.#wanted.kind === 'unix') {
      const fault = await removeStaleSocket(this.#wanted.path);
      if (fault !== undefined) return { kind: 'fault', message: fault };
    }
    const error = await listenOn(this.#server, optionsOf(this.#wanted, this.#backlog));
    if (error !== undefined)
      return { kind: 'fault', message: `cannot listen on ${this.#address}: ${sentenceOf(error)}` };
    if (this.#wanted.kind === 'unix' && this.#wanted.mode !== undefined)
      chmodSync(this.#wanted.path, this.#wanted.mode);
    const bound = this.#server.address();
    if (bound !== null && typeof bound === 'object') this.#address = formatEndpoint(bound.address, bound.port);
    return { kind: 'bound' };
  }

  /** Accepts no more. What was accepted lives on. */
  close(): void {
    this.#server.close();
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

function listenOn(server: Server, options: ListenOptions): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const settle = (error?: NodeJS.ErrnoException): void => {
      server.off('error', settle);
      server.off('listening', settle);
      resolve(error);
    };
    server.once('error', settle);
    server.once('listening', settle);
    server.listen(options);
  });
}

const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use; another process listens there, perhaps HAProxy or another cmpp-lb',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'permission denied; ports below 1024 and other users’ folders need rights that this process lacks',
  ENOENT: 'the folder of the socket does not exist',
};

function sentenceOf(error: NodeJS.ErrnoException): string {
  return SENTENCES[error.code ?? ''] ?? error.message;
}

/** A unix socket outlives its process as a file. Removes it if nobody answers there; returns why it can't. */
async function removeStaleSocket(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  if (!lstatSync(path).isSocket()) return `cannot listen on unix:${path}: there is a file that is no socket`;
  if (await isAnswered(path)) return `cannot listen on unix:${path}: ${SENTENCES['EADDRINUSE']}`;
  unlinkSync(path);
  return undefined;
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
