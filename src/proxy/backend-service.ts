/** A backend as sessions use it: its decisions, its rules, and the way to each of its servers. */

import type { Backend } from '../balancer/backend.js';
import type { HeartbeatRules } from '../balancer/heartbeats.js';
import type { PlacingRules, Waiter } from '../balancer/placing-state.js';
import type { Server } from '../balancer/server.js';
import type { SessionRules } from '../balancer/session-state.js';
import type { BackendStatistics } from './backend-statistics.js';
import { writeProxyHeader } from './proxy-header-writer.js';
import type { ProxyHeader } from './proxy-header.js';
import type { DialAddress } from './transport.js';

export interface Route {
  /** Where the server is now; the operator may change it. */
  readonly address: DialAddress;
  /** The version of the PROXY header that the server wants first; undefined if it wants none. */
  readonly sendProxy: 1 | 2 | undefined;
}

/** What a backend says of its sessions; the frontend says the rest. */
export interface BackendRules
  extends
    PlacingRules,
    Pick<
      SessionRules,
      'serverTimeoutMs' | 'serverFinTimeoutMs' | 'moveTimeoutMs' | 'holdTimeoutMs' | 'onLinkLost' | 'inDoubt'
    > {
  /** Of its servers; undefined: they are not asked. */
  readonly heartbeat: HeartbeatRules | undefined;
  /** Sessions that begin to move in a second, unless it is said otherwise. */
  readonly moveRate: number;
  readonly mode: string;
}

export class BackendService {
  readonly name: string;
  readonly backend: Backend<Waiter>;
  /** For sessions that begin from now on; the others keep theirs. */
  rules: BackendRules;
  readonly statistics: BackendStatistics;
  readonly #routes = new Map<Server, Route>();

  constructor(name: string, backend: Backend<Waiter>, rules: BackendRules, statistics: BackendStatistics) {
    this.name = name;
    this.backend = backend;
    this.rules = rules;
    this.statistics = statistics;
  }

  /** The way to a server: a new one, or another one from now on. */
  lead(server: Server, route: Route): void {
    this.#routes.set(server, route);
  }

  /** The server is gone. */
  forget(server: Server): void {
    this.#routes.delete(server);
    this.statistics.forget(server);
  }

  /** Sessions that hold a place on one of the servers. */
  get sessionsNow(): number {
    return this.backend.servers.reduce((sum, { sessionsNow }) => sum + sessionsNow, 0);
  }

  addressOf(server: Server): DialAddress {
    return this.#route(server).address;
  }

  /** Connections from now on go there; those that are open stay. */
  moveServer(server: Server, address: DialAddress): void {
    this.#routes.set(server, { ...this.#route(server), address });
  }

  /** Where a server is, and the bytes that it wants before the session's own. */
  routeTo(server: Server, client: ProxyHeader): { address: DialAddress; preface: Uint8Array | undefined } {
    const { address, sendProxy } = this.#route(server);
    return { address, preface: sendProxy === undefined ? undefined : writeProxyHeader(sendProxy, client) };
  }

  #route(server: Server): Route {
    const route = this.#routes.get(server);
    if (route === undefined) throw new Error(`no route to ${this.name}/${server.name}`);
    return route;
  }
}
