/**
 * A TCP connection on its handle alone, without node:net's Socket. To make a Socket and to take it down again costs more
 * than the login that is relayed on it, or than all that a probe says; and it holds more memory than a session.
 */

import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { HandleOwner } from './handle-connection.js';
import type { SocketEnd, StreamBinding, TcpBinding, TcpHandle } from './stream-binding.js';
import type { DialAddress } from './transport.js';

/** A connection that nobody has read from yet. */
export type AnySocket = Socket | BareSocket;

export interface DialEvents {
  opened(socket: AnySocket): void;
  /** `detail` is the system's word, such as `ECONNREFUSED`. */
  failed(detail: string): void;
}

/** Makes them. */
export class BareSockets {
  readonly #tcp: TcpBinding;
  readonly #stream: StreamBinding;

  constructor(tcp: TcpBinding, stream: StreamBinding) {
    this.#tcp = tcp;
    this.#stream = stream;
  }

  /** What a server's handle has accepted. Undefined where that is no TCP connection. */
  accepted(connection: unknown): BareSocket | undefined {
    if (!(connection instanceof this.#tcp.TCP)) return undefined;
    connection.setNoDelay(true);
    return new BareSocket(connection, this.#stream);
  }

  /** Undefined for what node:net has to look up, or connects to by another kind of handle. */
  dial(address: DialAddress, events: DialEvents): BareSocket | undefined {
    if (address.kind !== 'tcp') return undefined;
    const { host, port } = address;
    const family = isIP(host);
    if (family === 0) return undefined;
    const handle = new this.#tcp.TCP(this.#tcp.constants.SOCKET);
    const socket = new BareSocket(handle, this.#stream);
    const settle = (status: number): void => {
      if (socket.isClosed) return;
      if (status === 0) {
        handle.setNoDelay(true);
        events.opened(socket);
        return;
      }
      socket.destroy();
      events.failed(getSystemErrorName(status));
    };
    const request = new this.#tcp.TCPConnectWrap();
    request.oncomplete = settle;
    const error = family === 6 ? handle.connect6(request, host, port) : handle.connect(request, host, port);
    // The caller is in the middle of something: it learns of this when it is done.
    if (error !== 0) queueMicrotask(() => settle(error));
    return socket;
  }
}

export class BareSocket implements HandleOwner {
  readonly handle: TcpHandle;
  readonly #stream: StreamBinding;
  #failed: ((error: NodeJS.ErrnoException) => void) | undefined;
  #isClosed = false;

  constructor(handle: TcpHandle, stream: StreamBinding) {
    this.handle = handle;
    this.#stream = stream;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What happens to it happens to its handle, but for an `end` that can't be. */
  on(_event: 'error', listener: (error: NodeJS.ErrnoException) => void): void {
    this.#failed = listener;
  }

  /** Sends FIN behind what was written. */
  end(): void {
    if (this.#isClosed) return;
    const settle = (status: number): void => {
      if (status === 0 || this.#isClosed) return;
      const code = getSystemErrorName(status);
      this.#failed?.(Object.assign(new Error(code), { code }));
    };
    const request = new this.#stream.ShutdownWrap();
    request.oncomplete = settle;
    const error = this.handle.shutdown(request);
    // The caller is in the middle of something: it learns of this when it is done.
    if (error !== 0) queueMicrotask(() => settle(error));
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.handle.close();
  }
}

export interface SocketEnds {
  readonly local: SocketEnd;
  readonly remote: SocketEnd;
}

/** Undefined for a unix socket, and for one that is broken already. */
export function endsOf(socket: AnySocket): SocketEnds | undefined {
  const isBare = socket instanceof BareSocket;
  const local = isBare ? endNamed(socket, 'getsockname') : endOf(socket.localAddress, socket.localPort);
  const remote = isBare ? endNamed(socket, 'getpeername') : endOf(socket.remoteAddress, socket.remotePort);
  return local && remote && { local, remote };
}

function endOf(address: string | undefined, port = 0): SocketEnd | undefined {
  return address === undefined ? undefined : { address, port };
}

function endNamed({ handle, isClosed }: BareSocket, name: 'getsockname' | 'getpeername'): SocketEnd | undefined {
  const end = { address: '', port: 0 };
  if (isClosed || handle[name](end) !== 0) return undefined;
  // Node writes the family into it as well.
  return { address: end.address, port: end.port };
}
