/** A connection by node:net's documented means alone: for a Node whose handles are not as expected. Slower, and the same. */

import type { Socket } from 'node:net';
import { Chunk } from '../balancer/session-port.js';
import type { Connection, ConnectionEvents } from './connection.js';

export class SocketConnection implements Connection {
  readonly #socket: Socket;
  #events: ConnectionEvents | undefined;
  #isBlocked = false;

  constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('data', (chunk: Buffer) => this.#events?.read(new Chunk(chunk)));
    // Listening for data starts the reading, which is for `resume` to do.
    socket.pause();
    socket.on('end', () => this.#events?.ended());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#lost(error.code ?? error.message));
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (this.#events === undefined) return;
    this.#socket.write(Buffer.from(bytes.subarray(start, end)), this.#written);
    if (this.#socket.writableLength === 0 || this.#isBlocked) return;
    this.#isBlocked = true;
    queueMicrotask(() => this.#events?.blocked());
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#events !== undefined) this.#socket.resume();
  }

  finish(): void {
    this.#socket.end();
  }

  drop(): void {
    this.#events = undefined;
    this.#socket.destroy();
  }

  readonly #written = (): void => {
    if (!this.#isBlocked || this.#socket.writableLength > 0) return;
    this.#isBlocked = false;
    this.#events?.drained();
  };

  #lost(detail: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.lost(detail);
  }
}
