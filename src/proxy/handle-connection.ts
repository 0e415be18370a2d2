/** A connection on its socket's handle: the fast way, and the hot path. See stream-binding.ts for why. */

import { getSystemErrorName } from 'node:util';
import { Chunk } from '../balancer/session-port.js';
import { READ_BYTES } from './connection.js';
import type { Connection, ConnectionEvents } from './connection.js';
import { KEPT_VIEW_BYTES, noViews } from './outbox.js';
import type { Outbox, Receiver } from './outbox.js';
import { END_OF_STREAM } from './stream-binding.js';
import type { StreamBinding, StreamHandle, WriteRequest } from './stream-binding.js';

/** Whose the handle is: a node:net Socket, or what stands in its place. */
export interface HandleOwner {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** What is the same for all connections. */
export class HandleConnections {
  readonly binding: StreamBinding;
  readonly outbox: Outbox;
  /** All sockets read into this: a chunk is dealt with before the next one is read. */
  readonly readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);
  /** Chunks of its first bytes by their number, made when they are needed. */
  readonly #chunks = noViews<Chunk>();
  #spareRequest: WriteRequest;

  constructor(binding: StreamBinding, outbox: Outbox) {
    this.binding = binding;
    this.outbox = outbox;
    this.#spareRequest = new binding.WriteWrap();
  }

  /** What has been read. */
  chunk(lengthBytes: number): Chunk {
    if (lengthBytes > KEPT_VIEW_BYTES) return new Chunk(this.readBuffer.subarray(0, lengthBytes));
    return (this.#chunks[lengthBytes] ??= new Chunk(this.readBuffer.subarray(0, lengthBytes)));
  }

  /** A request that no write uses. Node touches it only when the kernel does not take everything at once. */
  get spareRequest(): WriteRequest {
    return this.#spareRequest;
  }

  /** The spare request is in use until its `oncomplete`. */
  useSpareRequest(): WriteRequest {
    const used = this.#spareRequest;
    this.#spareRequest = new this.binding.WriteWrap();
    return used;
  }
}

export class HandleConnection implements Connection, Receiver {
  readonly #socket: HandleOwner;
  readonly #handle: StreamHandle;
  readonly #shared: HandleConnections;
  #events: ConnectionEvents | undefined;
  /** Writes of which the kernel has not taken all. */
  #unsentWrites = 0;
  #hasEnded = false;

  constructor(socket: HandleOwner, handle: StreamHandle, shared: HandleConnections, events: ConnectionEvents) {
    this.#socket = socket;
    this.#handle = handle;
    this.#shared = shared;
    this.#events = events;
    handle.reader = this;
    handle.useUserBuffer(shared.readBuffer);
    handle.onread = onRead;
    socket.on('error', (error: NodeJS.ErrnoException) => this.#lost(error.code ?? error.message));
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (this.#events !== undefined) this.#shared.outbox.append(this, bytes, start, end);
  }

  pause(): void {
    if (this.#events !== undefined) this.#handle.readStop();
  }

  resume(): void {
    if (this.#events !== undefined && !this.#hasEnded) this.#handle.readStart();
  }

  finish(): void {
    this.#shared.outbox.deliverTo(this);
    this.#socket.end();
  }

  drop(): void {
    if (this.#events === undefined) return;
    this.#shared.outbox.deliverTo(this);
    this.#events = undefined;
    this.#socket.destroy();
  }

  transmit(bytes: Uint8Array): boolean {
    if (this.#events === undefined) return true;
    const { binding, spareRequest } = this.#shared;
    const error = this.#handle.writeBuffer(spareRequest, bytes);
    if (error !== 0) {
      // The caller is in the middle of something: it learns of this when it is done.
      queueMicrotask(() => this.#lost(getSystemErrorName(error)));
      return true;
    }
    if (binding.streamBaseState[binding.kLastWriteWasAsync] === 0) return true;
    const request = this.#shared.useSpareRequest();
    request.bytes = bytes;
    request.writer = this;
    request.oncomplete = onWritten;
    this.#unsentWrites += 1;
    if (this.#unsentWrites === 1) queueMicrotask(() => this.#events?.blocked());
    return false;
  }

  /** For `onRead`: what libuv has read, or why it can't. */
  received(): void {
    const { binding, outbox } = this.#shared;
    const events = this.#events;
    const result = binding.streamBaseState[binding.kReadBytesOrError] ?? 0;
    if (events === undefined || result === 0) return;
    if (result > 0) {
      outbox.collect();
      events.read(this.#shared.chunk(result));
      outbox.deliver();
      return;
    }
    this.#handle.readStop();
    if (result !== END_OF_STREAM) {
      this.#lost(getSystemErrorName(result));
      return;
    }
    this.#hasEnded = true;
    events.ended();
  }

  /** For `onWritten`: the rest of a write has been sent, or can't be. */
  written(status: number): void {
    this.#unsentWrites -= 1;
    if (status < 0) this.#lost(getSystemErrorName(status));
    else if (this.#unsentWrites === 0) this.#events?.drained();
  }

  #lost(detail: string): void {
    const events = this.#events;
    this.#events = undefined;
    this.#socket.destroy();
    events?.lost(detail);
  }
}

function onRead(this: StreamHandle): void {
  this.reader?.received();
}

function onWritten(this: WriteRequest, status: number): void {
  this.writer?.written(status);
}
