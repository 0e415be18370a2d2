/** Makes connections: takes over accepted sockets, and dials. */

import { connect } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { dialBare } from './bare-dial.js';
import type { BareDialEvents, BareSocket } from './bare-dial.js';
import type { Connection, ConnectionEvents } from './connection.js';
import { HandleConnection, HandleConnections } from './handle-connection.js';
import { Outbox } from './outbox.js';
import { SocketConnection } from './socket-connection.js';
import { findStreamBinding, findTcpBinding, handleOf } from './stream-binding.js';
import type { TcpBinding } from './stream-binding.js';

/** Where a server is reached. */
export type DialAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface DialEvents {
  opened(socket: Socket): void;
  /** `detail` is the system's word, such as `ECONNREFUSED`. */
  failed(detail: string): void;
}

export class Transport {
  /** Undefined where this Node's sockets are not as the fast way needs them. */
  readonly #handles: HandleConnections | undefined;
  readonly #tcp: TcpBinding | undefined;

  /** `documentedMeansOnly` is for tests of the slower way. */
  constructor(documentedMeansOnly = false) {
    const binding = documentedMeansOnly ? undefined : findStreamBinding();
    this.#handles = binding === undefined ? undefined : new HandleConnections(binding, new Outbox());
    this.#tcp = binding === undefined ? undefined : findTcpBinding();
  }

  get isFast(): boolean {
    return this.#handles !== undefined;
  }

  /** Takes over a connected socket that has not been read from. */
  takeOver(socket: Socket, events: ConnectionEvents): Connection {
    const handle = handleOf(socket);
    return this.#handles === undefined || handle === undefined
      ? new SocketConnection(socket, events)
      : new HandleConnection(socket, handle, this.#handles, events);
  }

  /**
   * Opens a connection at the least cost. Returns undefined, and calls nobody, where that can't be: then `dial` can. One
   * that is destroyed before it is open gives no event.
   */
  dialBare(address: DialAddress, events: BareDialEvents): BareSocket | undefined {
    return this.#tcp && dialBare(this.#tcp, address, events);
  }

  /** Takes over what `dialBare` has opened. */
  takeOverBare(socket: BareSocket, events: ConnectionEvents): Connection {
    if (this.#handles === undefined) throw new Error('nothing was dialled on its handle');
    return new HandleConnection(socket, socket.handle, this.#handles, events);
  }

  /** Opens a connection. The socket is returned so that it can be destroyed before it is open; then no event comes. */
  dial(address: DialAddress, events: DialEvents): Socket {
    const where: NetConnectOpts =
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port, noDelay: true };
    const socket = connect({ ...where, allowHalfOpen: true });
    // Reading is for the connection to start.
    socket.pause();
    const failed = (error: NodeJS.ErrnoException): void => events.failed(error.code ?? error.message);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      events.opened(socket);
    });
    return socket;
  }
}
