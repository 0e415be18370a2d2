/** A listener, and the frontend that it leads to: that may become another one while the listener stays bound. */

import { addressText } from '../config/address.js';
import type { ListenConfig } from '../config/config.js';
import { stackOf } from '../log/event.js';
import type { Log } from '../log/log.js';
import type { AnySocket } from '../proxy/bare-socket.js';
import type { Frontend, TrustedSenders } from '../proxy/frontend.js';
import { Listener } from '../proxy/listener.js';
import type { Bound } from '../proxy/listener.js';
import type { Transport } from '../proxy/transport.js';
import { formatEndpoint, NetworkList } from '../runtime/address.js';
import type { Clock } from '../runtime/clock.js';

export interface GateParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly transport: Transport;
  /** Whether so many connections would find a place in the process. */
  readonly hasRoom: (connections: number) => boolean;
}

/** A listener that can't accept says so at most this often. */
const QUIET_MS = 1000;

interface Lead {
  readonly frontend: Frontend;
  readonly trusted: TrustedSenders;
}

/** What two addresses have alike that are the same, however they are spelt. */
export function keyOf(address: ListenConfig['address']): string {
  return address.kind === 'unix' ? addressText(address) : formatEndpoint(address.host, address.port);
}

export class Gate {
  /** Of the address as it was configured. */
  readonly key: string;
  readonly listener: Listener;
  /** As it was configured; undefined for a unix socket, and for one that the system chooses. */
  readonly port: number | undefined;
  /** It was never bound. */
  isNew = true;
  readonly #parts: GateParts;
  #lead: Lead | undefined;
  /** Who came after it was bound, and before it led anywhere. */
  #early: AnySocket[] = [];
  #quietUntilMs = -Infinity;

  constructor({ address }: ListenConfig, backlog: number, parts: GateParts) {
    this.key = keyOf(address);
    this.port = address.kind === 'unix' || address.port === 0 ? undefined : address.port;
    this.#parts = parts;
    this.listener = new Listener(address, backlog, {
      take: (connection) => this.#take(connection),
      accepted: (socket) => this.#accept(socket),
      hasRoom: (connections) => parts.hasRoom(connections),
      failed: (error) => this.#failed(error),
    });
  }

  async bind(): Promise<Bound> {
    this.isNew = false;
    return this.listener.bind();
  }

  /** Leads to this frontend, whose `config` this is, from now on. */
  lead(frontend: Frontend, { acceptProxyFrom }: ListenConfig): void {
    if (this.#lead !== undefined && this.#lead.frontend !== frontend) this.listener.countAnew();
    const networks = acceptProxyFrom.flatMap((sender) => (sender.kind === 'network' ? [sender.network] : []));
    const unix = acceptProxyFrom.some(({ kind }) => kind === 'unix');
    this.#lead = { frontend, trusted: { networks: new NetworkList(networks), unix } };
    const early = this.#early;
    this.#early = [];
    for (const socket of early) this.#accept(socket);
  }

  /** Who came too early is sent away. */
  close(): void {
    this.listener.close();
    for (const socket of this.#early) socket.destroy();
    this.#early = [];
  }

  #take(connection: unknown): boolean {
    const socket = this.#parts.transport.accepted(connection);
    if (socket !== undefined) this.#accept(socket);
    return socket !== undefined;
  }

  #accept(socket: AnySocket): void {
    if (this.#lead === undefined) {
      this.#early.push(socket);
      return;
    }
    const { frontend, trusted } = this.#lead;
    const { address, counters } = this.listener;
    try {
      frontend.accept(socket, { address, counters }, trusted);
    } catch (error) {
      // A fault in the program costs this connection, and no other.
      socket.destroy();
      this.#parts.log.event('internal-error', { session: undefined, stack: stackOf(error) });
    }
  }

  #failed(error: Error): void {
    const { clock, log } = this.#parts;
    // Without descriptors, accepting fails in every turn of the event loop.
    if (clock.nowMs() < this.#quietUntilMs) return;
    this.#quietUntilMs = clock.nowMs() + QUIET_MS;
    const frontend = this.#lead?.frontend.parts.name ?? '';
    log.event('accept-error', { frontend, address: this.listener.address, error: error.message });
  }
}
