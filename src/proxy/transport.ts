/** Makes connections: takes over accepted sockets, and dials. */

import { connect } from 'node:net';
import type { NetConnectOpts } from 'node:net';
import { BareSocket, BareSockets } from './bare-socket.js';
import type { AnySocket, DialEvents } from './bare-socket.js';
import type { Connection, ConnectionEvents } from './connection.js';
import { HandleConnection, HandleConnections } from './handle-connection.js';
import { Outbox } from './outbox.js';
import { SocketConnection } from './socket-connection.js';
import { findStreamBinding, findTcpBinding, handleOf } from './stream-binding.js';

/** Where a server is reached. */
export type DialAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** A connection that is not open yet: destroyed before it is, it gives no event. */
export interface Dialling {
  destroy(): unknown;
}

export class Transport {
  /** Undefined where this Node's sockets are not as the fast way needs them. */
  readonly #handles: HandleConnections | undefined;
  readonly #bare: BareSockets | undefined;

  /** `documentedMeansOnly` is for tests of the slower way. */
  constructor(documentedMeansOnly = false) {
    const binding = documentedMeansOnly ? undefined : findStreamBinding();
    this.#handles = binding === undefined ? undefined : new HandleConnections(binding, new Outbox());
    const tcp = findTcpBinding();
    this.#bare = binding && tcp && new BareSockets(tcp, binding);
  }

  get isFast(): boolean {
    return this.#handles !== undefined;
  }

  /** What a server's handle has accepted, at the least cost; undefined where it has to become a Socket. */
  accepted(connection: unknown): BareSocket | undefined {
    return this.#bare?.accepted(connection);
  }

  /** Takes over a connected socket that has not been read from. */
  takeOver(socket: AnySocket, events: ConnectionEvents): Connection {
    const handle = socket instanceof BareSocket ? socket.handle : handleOf(socket);
    if (this.#handles !== undefined && handle !== undefined) {
      return new HandleConnection(socket, handle, this.#handles, events);
    }
    if (socket instanceof BareSocket) throw new Error('a bare socket of another transport');
    return new SocketConnection(socket, events);
  }

  /** Opens a connection. */
  dial(address: DialAddress, events: DialEvents): Dialling {
    return this.#bare?.dial(address, events) ?? dialSocket(address, events);
  }
}

function dialSocket(address: DialAddress, events: DialEvents): Dialling {
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
