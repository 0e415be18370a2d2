/** The composition root: makes a running balancer from a configuration. The one file that knows every part. */

import type { Socket } from 'node:net';
import { startAdmin } from './admin/admin.js';
import type { Admin } from './admin/admin.js';
import { showsOf } from './admin/shows-of.js';
import { Statistics } from './admin/snapshot.js';
import type { ShownBackend, ShownFrontend } from './admin/snapshot-parts.js';
import type { Accounts } from './balancer/accounts.js';
import { followsRamp } from './balancer/algorithms.js';
import { Admission, FrontendPlaces } from './balancer/admission.js';
import { Backend } from './balancer/backend.js';
import { modes } from './balancer/mode.js';
import type { Waiter } from './balancer/placing-state.js';
import { createServer } from './balancer/server.js';
import type { Server } from './balancer/server.js';
import type {
  BackendConfig,
  CheckConfig,
  Config,
  FrontendConfig,
  ListenConfig,
  ServerConfig,
} from './config/config.js';
import { readLimits } from './config/load.js';
import type { OpenProbeLink } from './health/probe.js';
import { createProbe } from './health/probe-table.js';
import { stackOf } from './log/event.js';
import type { Log } from './log/log.js';
import { localOffsetMinutes } from './log/timestamp.js';
import { createAccounts } from './proxy/account-lines.js';
import { BackendStatistics } from './proxy/backend-statistics.js';
import { BackendService } from './proxy/backend-service.js';
import type { Route } from './proxy/backend-service.js';
import { Balancer } from './proxy/balancer.js';
import type { Entrance } from './proxy/balancer.js';
import { Frontend } from './proxy/frontend.js';
import type { TrustedSenders } from './proxy/frontend.js';
import { Listener } from './proxy/listener.js';
import { probeLinks } from './proxy/probe-link.js';
import { writeOwnHeader } from './proxy/proxy-header-writer.js';
import type { DialAddress, Transport } from './proxy/transport.js';
import { NetworkList } from './runtime/address.js';
import type { Clock } from './runtime/clock.js';
import { readProcessFacts } from './runtime/process-facts.js';
import type { Random } from './runtime/random.js';
import { version } from './runtime/version.js';
import { EntranceCounters } from './stats/counters.js';
import { SessionTotals } from './stats/session-totals.js';
import { Supervisor } from './supervision/supervisor.js';
import type { DeclaredServer, SupervisedBackend } from './supervision/supervisor.js';

export interface AppParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly log: Log;
}

export type Started =
  | {
      readonly kind: 'started';
      readonly balancer: Balancer;
      readonly admin: Admin;
      readonly statistics: Statistics;
      readonly accounts: Accounts;
    }
  /** A sentence for the operator. Nothing is left open. */
  | { readonly kind: 'fault'; readonly message: string };

/** A listener that can't accept says so at most this often. */
const QUIET_MS = 1000;

/** What all frontends share. */
interface Shared extends AppParts {
  readonly accounts: Accounts;
  readonly admission: Admission;
  readonly totals: SessionTotals;
  readonly nextId: () => number;
}

export async function startBalancer(config: Config, parts: AppParts): Promise<Started> {
  let lastId = 0;
  const { accounts, lines } = createAccounts(config.accounts, parts.log, parts.clock);
  const shared: Shared = {
    ...parts,
    accounts,
    admission: new Admission(config.global.maxconn),
    totals: new SessionTotals(),
    nextId: () => (lastId += 1),
  };
  const services = new Map(config.backends.map((backend) => [backend.name, createService(backend, parts)]));
  const entrances = config.frontends.map((frontend) => createEntrance(frontend, services, shared));
  const supervised = config.backends.map((backend) => supervisedBackend(backend, services.get(backend.name), parts));
  const supervisor = new Supervisor(supervised, { ...parts, sessions: () => balancer.sessions() });
  const balancer = new Balancer(entrances, supervisor, shared.totals, parts.clock);
  const fault = await bindAll(entrances, parts.log);
  if (fault !== undefined) {
    // Those who have come to the first listeners already would keep the process alive.
    balancer.kill();
    return { kind: 'fault', message: fault };
  }
  const { admission, clock, log } = shared;
  const statistics = createStatistics(config, entrances, services, supervisor, shared);
  const shows = showsOf(statistics);
  const steered = { version, clock, offsetMinutesAt: localOffsetMinutes, balancer, supervisor, admission, services };
  const started = await startAdmin(config.admin, { ...steered, shows }, statistics, log);
  if (started.kind === 'fault') {
    balancer.kill();
    return started;
  }
  balancer.endWith(started.admin, lines);
  supervisor.start();
  const servers = config.backends.reduce((sum, backend) => sum + backend.servers.length, 0);
  parts.log.event('ready', { frontends: entrances.length, servers, maxconn: config.global.maxconn });
  return { kind: 'started', balancer, admin: started.admin, statistics, accounts };
}

function createService(config: BackendConfig, { clock, random }: Pick<AppParts, 'clock' | 'random'>): BackendService {
  const routes = new Map<Server, Route>();
  const servers = config.servers.map((server, index) => {
    const created = createServer(index + 1, server);
    if (server.disabled) created.wish = 'maint';
    routes.set(created, { address: server.address, sendProxy: proxyVersion(server) });
    return created;
  });
  const statistics = new BackendStatistics(servers, clock);
  const backend = new Backend<Waiter>(config, servers, random, statistics);
  return new BackendService(config.name, backend, config, routes, statistics);
}

function supervisedBackend(
  config: BackendConfig,
  service: BackendService | undefined,
  parts: Pick<AppParts, 'clock' | 'transport'>,
): SupervisedBackend {
  if (service === undefined) throw new Error(`no backend ${config.name}`);
  const { backend } = service;
  const servers = backend.servers.map((server): DeclaredServer => {
    const declared = config.servers.find(({ name }) => name === server.name);
    if (declared === undefined) throw new Error(`no server ${server.name}`);
    const { check, track, slowstartMs } = declared;
    const place = (): DialAddress => service.addressOf(server);
    const probe =
      check &&
      createProbe(check.probe, { clock: parts.clock, openLink: linksTo(declared, check, place, parts.transport) });
    return { server, track, slowstartMs, check: check && probe && { rules: check, probe } };
  });
  return { name: config.name, backend, rules: config, observe: config.observe, servers };
}

/** A server that wants a PROXY header wants it of probes as well, unless they go somewhere else. */
function linksTo(
  server: ServerConfig,
  { address, isElsewhere }: CheckConfig,
  place: () => DialAddress,
  transport: Transport,
): OpenProbeLink {
  if (isElsewhere) return probeLinks(transport, address);
  const wanted = proxyVersion(server);
  const preface = wanted === undefined ? undefined : (socket: Socket) => writeOwnHeader(wanted, socket);
  // The operator may move the server between two probes.
  return (port, events) => probeLinks(transport, place(), preface)(port, events);
}

function proxyVersion({ sendProxy }: ServerConfig): 1 | 2 | undefined {
  if (sendProxy === undefined) return undefined;
  return sendProxy === 'v1' ? 1 : 2;
}

function createEntrance(
  config: FrontendConfig,
  services: ReadonlyMap<string, BackendService>,
  shared: Shared,
): Entrance {
  const service = services.get(config.defaultBackend);
  if (service === undefined) throw new Error(`the configuration was not checked: no backend ${config.defaultBackend}`);
  const { accounts, admission, clock, log, totals, transport, nextId } = shared;
  const places = new FrontendPlaces(config.maxconn, config.sourceMaxconn);
  const { loginTimeoutMs: clientLoginTimeoutMs, clientTimeoutMs, clientFinTimeoutMs, maxFrameBytes } = config;
  const heartbeat = { client: config.heartbeat, server: service.rules.heartbeat };
  const rules = {
    ...service.rules,
    heartbeat,
    clientLoginTimeoutMs,
    clientTimeoutMs,
    clientFinTimeoutMs,
    maxFrameBytes,
  };
  const frontend = new Frontend({
    name: config.name,
    driverParts: {
      mode: modes[config.mode],
      rules,
      backend: service.backend,
      accounts,
      signLogin: (login) => accounts.signLogin(login),
      clock,
      transport,
    },
    service,
    admission,
    places,
    clock,
    log,
    totals,
    counters: new EntranceCounters(),
    dontlognull: config.dontlognull,
    nextId,
    sessionsNow: () => ({ process: admission.sessionsNow, frontend: places.sessionsNow }),
  });
  return { frontend, listeners: config.listen.map((listen) => createListener(frontend, listen, config.backlog, log)) };
}

function createListener(frontend: Frontend, config: ListenConfig, backlog: number, log: Log): Listener {
  const trusted: TrustedSenders = {
    networks: new NetworkList(
      config.acceptProxyFrom.flatMap((sender) => (sender.kind === 'network' ? [sender.network] : [])),
    ),
    unix: config.acceptProxyFrom.some((sender) => sender.kind === 'unix'),
  };
  const { name, admission, clock } = frontend.parts;
  let quietUntilMs = -Infinity;
  return new Listener(config.address, backlog, {
    accepted: (socket, listener) => {
      try {
        frontend.accept(socket, listener, trusted);
      } catch (error) {
        // A fault in the program costs this connection, and no other.
        socket.destroy();
        log.event('internal-error', { session: undefined, stack: stackOf(error) });
      }
    },
    hasRoom: (connections) => admission.hasRoom(connections),
    failed: (error, { address }) => {
      // Without descriptors, accepting fails in every turn of the event loop.
      if (clock.nowMs() < quietUntilMs) return;
      quietUntilMs = clock.nowMs() + QUIET_MS;
      log.event('accept-error', { frontend: name, address, error: error.message });
    },
  });
}

function createStatistics(
  config: Config,
  entrances: readonly Entrance[],
  services: ReadonlyMap<string, BackendService>,
  supervisor: Supervisor,
  { admission, clock, log, totals }: Shared,
): Statistics {
  return new Statistics({
    admission,
    clock,
    log,
    totals,
    facts: readProcessFacts(),
    descriptorLimit: readLimits().descriptorLimit,
    frontends: entrances.flatMap((entrance, index) => shownFrontend(entrance, config.frontends[index]) ?? []),
    backends: config.backends.flatMap((backend) => shownBackend(backend, services.get(backend.name), supervisor) ?? []),
  });
}

function shownFrontend(
  { frontend, listeners }: Entrance,
  config: FrontendConfig | undefined,
): ShownFrontend | undefined {
  if (config === undefined) return undefined;
  const { name, mode, defaultBackend } = config;
  const { places, counters } = frontend.parts;
  return { name, mode, defaultBackend, places, counters, listeners, guests: () => frontend.guests };
}

function shownBackend(
  config: BackendConfig,
  service: BackendService | undefined,
  supervisor: Supervisor,
): ShownBackend | undefined {
  if (service === undefined) return undefined;
  const { name, mode, balance: algorithm, hashType } = config;
  const { backend, statistics } = service;
  const servers = config.servers.flatMap(({ name: server, weight: weightConfigured, disabled }) => {
    const supervised = supervisor.find(name, server);
    if (supervised === undefined) return [];
    const address = (): DialAddress => service.addressOf(supervised.server);
    return [{ supervised, address, weightConfigured, isDisabled: disabled }];
  });
  return { name, mode, algorithm, followsRamp: followsRamp(algorithm, hashType), backend, statistics, servers };
}

/** Binds one listener after the other. Returns why one could not be. */
async function bindAll(entrances: readonly Entrance[], log: Log): Promise<string | undefined> {
  for (const { frontend, listeners } of entrances) {
    for (const listener of listeners) {
      const bound = await listener.bind();
      if (bound.kind === 'fault') return `frontend ${frontend.parts.name}: ${bound.message}`;
      log.event('listening', { frontend: frontend.parts.name, address: listener.address });
    }
  }
  return undefined;
}
