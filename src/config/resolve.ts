/** Turns a checked file into the configuration: what a section leaves out, it inherits. Pure. */

import type { HeartbeatRules } from '../balancer/heartbeats.js';
import type {
  AdminHttpConfig,
  AdminSocketConfig,
  BackendConfig,
  Config,
  FrontendConfig,
  ListenConfig,
  Limits,
  LogConfig,
  ServerConfig,
} from './config.js';
import { accountsRules } from './resolve-accounts.js';
import { maxconnWithin } from './descriptors.js';
import { heartbeatSection } from './move-schema.js';
import type { ConfigFile } from './file-schema.js';
import type { Path } from './problem.js';
import { backendCheck, checkConfigOf, checkSettingsOf, observeRules, serverReference } from './resolve-health.js';
import { standingNeedsOf } from './rule.js';
import { fetchSecret } from './secret.js';
import type { SecretStore } from './secret.js';
import type { Mode } from './vocabulary.js';

type FrontendSection = ConfigFile['frontends'][string];
type BackendSection = ConfigFile['backends'][string];
type ServerSection = BackendSection['servers'][string];
type ListenSection = FrontendSection['listen'];
type Defaults = ConfigFile['defaults'];

/** The names below a key, in the order of the file. */
interface Order {
  keysAt(path: Path): readonly string[];
}

/** What a configuration depends on beside its file. */
interface System extends Limits {
  readonly secrets: SecretStore;
  readonly lowersMaxconn: boolean;
}

export function resolveConfig(
  file: ConfigFile,
  { descriptorLimit, lowersMaxconn, secrets }: System,
  order: Order,
): Config {
  const most = maxconnWithin(descriptorLimit, standingNeedsOf(file));
  const wanted = file.global.maxconn ?? most;
  const maxconn = lowersMaxconn ? Math.min(wanted, most) : wanted;
  return {
    global: {
      maxconn,
      log: logConfig(file.global.log),
      stateFile: file.global['state-file'],
      pidFile: file.global['pid-file'],
      hardStopAfterMs: file.global['hard-stop-after'],
    },
    admin: { sockets: adminSockets(file.admin), http: adminHttp(file.admin, secrets) },
    frontends: inOrder(file.frontends, order.keysAt(['frontends'])).map(([name, section]) =>
      frontendConfig(name, section, file.defaults, maxconn),
    ),
    backends: inOrder(file.backends, order.keysAt(['backends'])).map(([name, section]) =>
      backendConfig(name, section, file.defaults, { servers: order.keysAt(['backends', name, 'servers']), secrets }),
    ),
    accounts: accountsRules(file, order.keysAt(['accounts']), secrets),
  };
}

function adminSockets({ socket = [] }: ConfigFile['admin']): AdminSocketConfig[] {
  const sockets = Array.isArray(socket) ? socket : [socket];
  return sockets.flatMap(({ path, address, mode, user, group, level, timeout: timeoutMs, maxconn }) =>
    [path, address].flatMap((place): AdminSocketConfig | [] => {
      if (place === undefined) return [];
      const rules = { level, timeoutMs, maxconn };
      return place.kind === 'unix'
        ? { address: { ...place, mode }, owner: { user, group }, ...rules }
        : { address: place, owner: undefined, ...rules };
    }),
  );
}

function adminHttp({ http }: ConfigFile['admin'], secrets: SecretStore): AdminHttpConfig | undefined {
  if (http === undefined) return undefined;
  const { listen: address, user, password, maxconn, level, refresh: refreshMs, hosts = [] } = http;
  const open = { address, credentials: undefined, level, refreshMs, hosts, maxconn };
  if (user === undefined || password === undefined) return open;
  const found = fetchSecret(password, secrets);
  // Never open because a rule was left out.
  if (found.kind === 'missing') throw new Error(`the configuration was not checked: ${found.message}`);
  return { ...open, credentials: { user, password: found.secret } };
}

function logConfig({ level, to, facility, format }: ConfigFile['global']['log']): LogConfig {
  return { level, to: to.kind === 'syslog' ? { ...to, facility } : to, format };
}

function inOrder<Section>(sections: Readonly<Record<string, Section>>, names: readonly string[]): [string, Section][] {
  return Object.entries(sections).sort(([one], [other]) => names.indexOf(one) - names.indexOf(other));
}

function frontendConfig(name: string, own: FrontendSection, defaults: Defaults, globalMaxconn: number): FrontendConfig {
  return {
    name,
    mode: own.mode ?? defaults.mode,
    listen: listenConfigs(own.listen),
    defaultBackend: own['default-backend'],
    maxconn: own.maxconn ?? defaults.maxconn ?? globalMaxconn,
    sourceMaxconn: own['source-maxconn'] ?? Infinity,
    backlog: own.backlog,
    loginTimeoutMs: own.timeout.login ?? defaults.timeout.login,
    clientTimeoutMs: own.timeout.client ?? defaults.timeout.client,
    clientFinTimeoutMs: own.timeout['client-fin'] ?? defaults.timeout['client-fin'],
    maxFrameBytes: own['max-frame'] ?? defaults['max-frame'],
    dontlognull: own.dontlognull ?? defaults.dontlognull,
    heartbeat: heartbeatRules(own.heartbeat ?? defaults.heartbeat, own.mode ?? defaults.mode),
  };
}

function heartbeatRules(
  section: Defaults['heartbeat'] = heartbeatSection.parse({}),
  mode: Mode,
): HeartbeatRules | undefined {
  if (section === 'off' || mode === 'tcp') return undefined;
  return { intervalMs: section.interval, timeoutMs: section.timeout, tries: section.tries };
}

function listenConfigs(listen: ListenSection): ListenConfig[] {
  const entries = Array.isArray(listen) ? listen : [listen];
  return entries.map((entry) => {
    // The short form is an address, which has a kind; the long one has the address below it.
    const {
      address,
      mode,
      'accept-proxy': senders = [],
    } = 'kind' in entry ? { address: entry, mode: undefined } : entry;
    return {
      address: address.kind === 'unix' ? { ...address, mode } : address,
      acceptProxyFrom: senders,
    };
  });
}

interface BackendSurroundings {
  /** Names in the order of the file. */
  readonly servers: readonly string[];
  readonly secrets: SecretStore;
}

function backendConfig(
  name: string,
  own: BackendSection,
  defaults: Defaults,
  { servers, secrets }: BackendSurroundings,
): BackendConfig {
  const mode = own.mode ?? defaults.mode;
  const connectTimeoutMs = own.timeout.connect ?? defaults.timeout.connect;
  const check = backendCheck(own, mode, own.timeout.check ?? defaults.timeout.check, secrets);
  return {
    name,
    mode,
    balance: own.balance ?? defaults.balance,
    hashType: own['hash-type'] ?? defaults['hash-type'],
    hashBalanceFactor: own['hash-balance-factor'],
    stick: own.stick && { on: own.stick.on, sizeEntries: own.stick.size, expireMs: own.stick.expire },
    servers: inOrder(own.servers, servers).map(([server, section]) => ({
      ...serverConfig(server, section),
      check: checkConfigOf(own, check, section),
      track: serverReference(section, name),
      slowstartMs: section.slowstart ?? own.slowstart ?? 0,
    })),
    serverCheck: checkSettingsOf(check),
    connectTimeoutMs,
    loginTimeoutMs: own.timeout.login ?? defaults.timeout.login,
    serverTimeoutMs: own.timeout.server ?? defaults.timeout.server,
    serverFinTimeoutMs: own.timeout['server-fin'] ?? defaults.timeout['server-fin'],
    queueTimeoutMs: own.timeout.queue ?? defaults.timeout.queue ?? connectTimeoutMs,
    retries: own.retries ?? defaults.retries,
    redispatch: own.redispatch ?? defaults.redispatch,
    allBackups: own.allbackups,
    minUp: own['min-up'],
    onMarkedDown: own['on-marked-down'] ?? (mode === 'cmpp' ? 'move' : 'keep'),
    onLinkLost: own['on-link-lost'] ?? (mode === 'cmpp' ? 'move' : 'close'),
    inDoubt: own['in-doubt'],
    moveTimeoutMs: own.timeout.move ?? defaults.timeout.move,
    holdTimeoutMs: own.timeout.hold ?? defaults.timeout.hold,
    loginConcurrency: own['login-concurrency'],
    moveRate: own['move-rate'],
    rebalance: own.rebalance,
    heartbeat: heartbeatRules(own.heartbeat ?? defaults.heartbeat, mode),
    onMarkedUp: own['on-marked-up'],
    observe: observeRules(own, mode),
  };
}

/** What a server says by itself. */
export function serverConfig(name: string, own: ServerSection): Omit<ServerConfig, 'check' | 'track' | 'slowstartMs'> {
  return {
    name,
    address: own.address,
    weight: own.weight,
    maxconn: own.maxconn ?? Infinity,
    backup: own.backup,
    sendProxy: own['send-proxy'],
    disabled: own.disabled,
  };
}
