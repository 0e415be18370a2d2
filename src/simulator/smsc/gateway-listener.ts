/** The port of one simulated gateway: accepts connections and keeps them. */

import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Gateway } from './gateway.js';
import type { GatewayAtWork } from './smsc-executor.js';
import { SmscConnection } from './smsc-connection.js';
import type { SmscSession } from './smsc-session.js';
import type { SmscSurroundings } from './surroundings.js';

/** Many SPs come back at once after a fault; the kernel lowers this to what it allows. */
const BACKLOG = 8192;

export interface ListenAddress {
  /** A name or address. */
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
}

/** What all gateways of a simulator have around them. */
export type SharedSurroundings = Omit<SmscSurroundings, 'gateway' | 'tell'> & {
  tell(port: number, event: Parameters<SmscSurroundings['tell']>[0]): void;
};

export class GatewayListener implements GatewayAtWork {
  readonly gateway: Gateway;
  readonly #server: Server;
  readonly #connections = new Set<SmscConnection>();

  private constructor(server: Server, gateway: Gateway, shared: SharedSurroundings) {
    this.#server = server;
    this.gateway = gateway;
    const around = { ...shared, gateway, tell: shared.tell.bind(undefined, gateway.port) };
    server.on('connection', (socket) => this.#accept(socket, around));
  }

  /** Rejects with the system's error when the address cannot be listened on. */
  static async listen(
    address: ListenAddress,
    gatewayCode: number,
    shared: SharedSurroundings,
  ): Promise<GatewayListener> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...address, backlog: BACKLOG }, resolve);
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only a server on a pipe has another kind of address
    const { port } = server.address() as AddressInfo;
    return new GatewayListener(server, new Gateway(port, gatewayCode, shared.clock), shared);
  }

  sessions(): readonly SmscSession[] {
    return [...this.#connections].map(({ session }) => session);
  }

  faultsChanged(): void {
    for (const connection of this.#connections) connection.faultsChanged();
  }

  closeConnections(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** Accepts nothing more, ends every session with TERMINATE, and waits until all connections are gone. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.closeConnections();
    await closed;
  }

  #accept(socket: Socket, around: SmscSurroundings): void {
    this.gateway.counts.connections += 1;
    const connection: SmscConnection = new SmscConnection(around, socket, () => this.#connections.delete(connection));
    this.#connections.add(connection);
  }
}
