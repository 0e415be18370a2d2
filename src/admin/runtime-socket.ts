/** Listens for callers of the runtime API on one address. */

import type { Socket } from 'node:net';
import type { AdminSocketConfig } from '../config/config.js';
import type { AdminLevel } from '../config/vocabulary.js';
import { stackOf } from '../log/event.js';
import type { Log } from '../log/log.js';
import { Listener } from '../proxy/listener.js';
import type { Bound } from '../proxy/listener.js';
import type { Clock } from '../runtime/clock.js';
import { giveFile } from '../runtime/file-owner.js';
import type { Executor } from './executor.js';
import { RuntimeConnection } from './runtime-connection.js';
import { Talk } from './talk.js';
import type { World } from './world.js';

const BACKLOG = 64;

export interface RuntimeSocketParts {
  readonly executor: Pick<Executor<World>, 'execute'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'event'>;
}

export class RuntimeSocket {
  #config: AdminSocketConfig;
  readonly #parts: RuntimeSocketParts;
  readonly #listener: Listener;
  readonly #connections = new Set<RuntimeConnection>();

  constructor(config: AdminSocketConfig, parts: RuntimeSocketParts) {
    this.#config = config;
    this.#parts = parts;
    this.#listener = new Listener(config.address, BACKLOG, {
      take: () => false,
      accepted: (socket, { address }) => this.#accept(socket, address),
      hasRoom: (connections) => this.#connections.size + connections < this.#config.maxconn,
      failed: (error) => parts.log.event('internal-error', { session: undefined, stack: stackOf(error) }),
    });
  }

  /** Where it listens; with the port that the system gave for port 0. */
  get address(): string {
    return this.#listener.address;
  }

  /** How many callers there are. */
  get connectionsNow(): number {
    return this.#connections.size;
  }

  /** What its callers may do. */
  get level(): AdminLevel {
    return this.#config.level;
  }

  /** Another level, timeout or limit for callers who come from now on. */
  use(config: AdminSocketConfig): void {
    this.#config = config;
  }

  /** Begins to listen; a socket that cannot be given to whom it is meant for stays the process's, and the log says so. */
  async bind(): Promise<Bound> {
    const bound = await this.#listener.bind();
    const { address, owner } = this.#config;
    if (bound.kind === 'fault' || address.kind !== 'unix' || owner === undefined) return bound;
    const trouble = giveFile(address.path, owner);
    if (trouble !== undefined) this.#parts.log.event('admin-owner', { address: this.address, why: trouble });
    return bound;
  }

  /** Listens no more, which removes a unix socket's file, and ends all conversations. */
  close(): void {
    this.#listener.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #accept(socket: Socket, from: string): void {
    const { executor, clock } = this.#parts;
    const { level, timeoutMs, maxconn } = this.#config;
    if (this.#connections.size >= maxconn) {
      socket.on('error', () => socket.destroy());
      socket.end('Too many connections to the runtime API; try again.\n\n', () => socket.destroy());
      return;
    }
    const talk = new Talk({ level, from, timeoutMs });
    const ended = (): void => void this.#connections.delete(connection);
    const connection: RuntimeConnection = new RuntimeConnection(socket, { executor, talk, clock, ended });
    this.#connections.add(connection);
  }
}
