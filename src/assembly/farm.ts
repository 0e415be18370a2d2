/**
 * The backends that run: makes them from a configuration, and makes them follow another one.
 *
 * A server that is in both is the same object, so that its sessions, its health, its counters and what the operator has
 * said of it live on; of its settings those are set that the configuration says something else of than before. One that is
 * removed stays until its last session has left.
 */

import { followsRamp } from '../balancer/algorithms.js';
import { Backend } from '../balancer/backend.js';
import type { Present } from '../balancer/backend.js';
import type { Waiter } from '../balancer/placing-state.js';
import { createServer } from '../balancer/server.js';
import type { Server } from '../balancer/server.js';
import type { BackendConfig, ServerConfig } from '../config/config.js';
import { isSame } from '../config/same.js';
import type { ShownBackend } from '../admin/snapshot-parts.js';
import type { Check } from '../health/checker.js';
import { BackendService } from '../proxy/backend-service.js';
import { BackendStatistics } from '../proxy/backend-statistics.js';
import type { Random } from '../runtime/random.js';
import type { Supervisor } from '../supervision/supervisor.js';
import type { DeclaredServer, SupervisedBackend } from '../supervision/supervisor.js';
import { checkOf, proxyVersion } from './checks.js';
import type { CheckParts } from './checks.js';

export interface FarmParts extends CheckParts {
  readonly random: Random;
  readonly supervisor: Supervisor;
  /** The sessions that servers of this backend have accepted. */
  readonly presentIn: (service: BackendService) => Iterable<Present>;
}

/** By a file the number of a server is its place in it, as after a start; by a command, who is there keeps its number. */
export type ChangedBy = 'file' | 'command';

interface Member {
  readonly service: BackendService;
  config: BackendConfig;
  /** It has been removed: nobody is led here, and it is forgotten when nobody is here. */
  isLeaving: boolean;
  readonly servers: Map<Server, Declaration>;
}

/** As a server was declared last. */
interface Declaration {
  readonly config: ServerConfig;
  readonly check: Check | undefined;
}

export class Farm {
  /** By name, in the order of the file; those that are leaving come last. */
  readonly services = new Map<string, BackendService>();
  readonly #parts: FarmParts;
  readonly #members = new Map<string, Member>();
  /** Servers that have been removed, and that nobody has been told of yet. */
  #removed: [Member, Server][] = [];

  constructor(parts: FarmParts) {
    this.#parts = parts;
  }

  service(name: string): BackendService {
    const service = this.services.get(name);
    if (service === undefined) throw new Error(`the configuration was not checked: no backend ${name}`);
    return service;
  }

  /** Goes by these backends from now on. `settle` is to be called when everything else is in place too. */
  use(backends: readonly BackendConfig[], by: ChangedBy): void {
    for (const [name, member] of this.#members) member.isLeaving = !backends.some((config) => config.name === name);
    const supervised = backends.map((config) => this.#declare(config, by));
    const leaving = [...this.#members.values()].filter(({ isLeaving }) => isLeaving).map(({ service }) => service);
    const all = [...backends.map(({ name }) => this.#member(name).service), ...leaving];
    this.services.clear();
    for (const service of all) this.services.set(service.name, service);
    const { supervisor } = this.#parts;
    supervisor.use(supervised);
    for (const { name, servers } of backends) {
      for (const { name: server, weight } of servers) {
        const found = supervisor.find(name, server);
        if (found !== undefined) found.initialWeight = weight;
      }
    }
  }

  /** Begins with what is new, and tells those who wait, the log, and the sessions of servers that were removed. */
  settle(by: ChangedBy): void {
    const { supervisor } = this.#parts;
    const removed = this.#removed;
    this.#removed = [];
    supervisor.settle(by === 'file' ? undefined : 'a new server starts in maintenance');
    for (const [{ service }, server] of removed) {
      const supervised = supervisor.find(service.name, server.name);
      if (supervised !== undefined) supervisor.removed(supervised);
    }
  }

  /**
   * Forgets what has been removed and has nobody any more. Returns whether something is still leaving. A session that has
   * lost its server holds no place there, and yet is that server's until another one has it: so it is asked for as well.
   */
  sweep(isUsed: (part: BackendService | Server) => boolean): boolean {
    let isLeft = false;
    for (const [name, member] of this.#members) {
      const isGone = member.isLeaving && !isUsed(member.service);
      for (const server of member.servers.keys()) {
        if (!isGone && !server.isLeaving) continue;
        if (server.sessionsNow === 0 && !isUsed(server)) this.#forget(member, server);
        else isLeft = true;
      }
      if (isGone && member.servers.size === 0) this.#forgetMember(name);
      else isLeft ||= member.isLeaving;
    }
    return isLeft;
  }

  shown(): ShownBackend[] {
    return [...this.services.keys()].map((name) => this.#shown(this.#member(name)));
  }

  #declare(config: BackendConfig, by: ChangedBy): SupervisedBackend {
    const { name } = config;
    const { clock, presentIn } = this.#parts;
    const member = this.#members.get(name) ?? this.#create(config);
    const { service, servers } = member;
    member.config = config;
    service.rules = config;
    const declared = config.servers.map((server) => this.#declareServer(member, server));
    for (const { server } of declared) {
      server.logins.limit = config.loginConcurrency;
      server.logins.admit(clock.nowMs());
    }
    const gone = [...servers.keys()].filter((server) => !declared.some((each) => each.server === server));
    for (const server of gone) {
      if (!server.isLeaving) this.#removed.push([member, server]);
      server.isLeaving = true;
    }
    const all = [...declared.map(({ server }) => server), ...gone];
    number(all, by);
    service.backend.use(config, all, presentIn(service), clock.nowMs());
    return { name, backend: service.backend, rules: config, observe: config.observe, servers: declared };
  }

  #create(config: BackendConfig): Member {
    const { clock, random } = this.#parts;
    const statistics = new BackendStatistics([], clock);
    const backend = new Backend<Waiter>(config, [], random, statistics);
    const service = new BackendService(config.name, backend, config, statistics);
    const member = { service, config, isLeaving: false, servers: new Map<Server, Declaration>() };
    this.#members.set(config.name, member);
    return member;
  }

  #declareServer({ service, servers }: Member, config: ServerConfig): DeclaredServer {
    const known = [...servers.keys()].find(({ name }) => name === config.name);
    // One that comes back before it has left is as new: what holds of it is what the file says.
    const former = known === undefined || known.isLeaving ? undefined : servers.get(known);
    const server = known ?? createServer(0, config);
    const isNew = (...keys: readonly (keyof ServerConfig)[]): boolean =>
      keys.some((key) => !isSame(former?.config[key], config[key])) || former === undefined;
    server.isLeaving = false;
    server.backup = config.backup;
    if (isNew('weight')) server.weight = config.weight;
    if (isNew('maxconn')) server.maxconn = config.maxconn;
    if (isNew('disabled')) server.wish = config.disabled ? 'maint' : 'ready';
    if (isNew('address', 'sendProxy')) {
      const address = former !== undefined && !isNew('address') ? service.addressOf(server) : config.address;
      service.lead(server, { address, sendProxy: proxyVersion(config) });
    }
    const check = isNew('check', 'address', 'sendProxy')
      ? checkOf(config, () => service.addressOf(server), this.#parts)
      : former?.check;
    servers.set(server, { config, check });
    service.statistics.begin(server);
    return { server, track: config.track, slowstartMs: config.slowstartMs, check };
  }

  #forget({ service, servers }: Member, server: Server): void {
    const { supervisor } = this.#parts;
    const supervised = supervisor.find(service.name, server.name);
    if (supervised !== undefined) supervisor.forget(supervised);
    service.forget(server);
    servers.delete(server);
  }

  #forgetMember(name: string): void {
    this.#parts.supervisor.forgetBackend(name);
    this.#members.delete(name);
    this.services.delete(name);
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`no backend ${name}`);
    return member;
  }

  #shown({ config, service, servers }: Member): ShownBackend {
    const { name, mode, balance: algorithm, hashType } = config;
    const { backend, statistics } = service;
    const shown = backend.servers.flatMap((server) => {
      const supervised = this.#parts.supervisor.find(name, server.name);
      const declared = servers.get(server)?.config;
      if (supervised === undefined || declared === undefined) return [];
      const { weight: weightConfigured, disabled: isDisabled } = declared;
      return [{ supervised, address: () => service.addressOf(server), weightConfigured, isDisabled }];
    });
    return {
      name,
      mode,
      algorithm,
      followsRamp: followsRamp(algorithm, hashType),
      backend,
      statistics,
      servers: shown,
    };
  }
}

/** Numbers are from 1, and no two are alike. Whoever has none yet gets the lowest that is free. */
function number(servers: readonly Server[], by: ChangedBy): void {
  if (by === 'file') {
    for (const [index, server] of servers.entries()) server.id = index + 1;
    return;
  }
  for (const server of servers.filter(({ id }) => id === 0)) {
    const taken = new Set(servers.map(({ id }) => id));
    let id = 1;
    while (taken.has(id)) id += 1;
    server.id = id;
  }
}
