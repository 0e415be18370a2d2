/** Turns a checked file into the configuration: what a section leaves out, it inherits. Pure. */

import type { BackendConfig, Config, FrontendConfig, ListenConfig, Limits, LogConfig, ServerConfig } from './config.js';
import { maxconnWithin } from './descriptors.js';
import type { ConfigFile } from './file-schema.js';
import type { Path } from './problem.js';

type FrontendSection = ConfigFile['frontends'][string];
type BackendSection = ConfigFile['backends'][string];
type ListenSection = FrontendSection['listen'];
type Defaults = ConfigFile['defaults'];

/** The names below a key, in the order of the file. */
interface Order {
  keysAt(path: Path): readonly string[];
}

export function resolveConfig(file: ConfigFile, limits: Limits, order: Order): Config {
  const frontends = Object.values(file.frontends);
  const listeners = frontends.flatMap(({ listen }) => listenConfigs(listen)).length;
  const entrances = { frontends: frontends.length, listeners };
  const maxconn = file.global.maxconn ?? maxconnWithin(limits.descriptorLimit, entrances);
  return {
    global: { maxconn, log: logConfig(file.global.log), hardStopAfterMs: file.global['hard-stop-after'] },
    frontends: inOrder(file.frontends, order.keysAt(['frontends'])).map(([name, section]) =>
      frontendConfig(name, section, file.defaults, maxconn),
    ),
    backends: inOrder(file.backends, order.keysAt(['backends'])).map(([name, section]) =>
      backendConfig(name, section, file.defaults, order.keysAt(['backends', name, 'servers'])),
    ),
  };
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
    maxBufferBytes: own['max-buffer'] ?? defaults['max-buffer'],
    dontlognull: own.dontlognull ?? defaults.dontlognull,
  };
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

function backendConfig(
  name: string,
  own: BackendSection,
  defaults: Defaults,
  servers: readonly string[],
): BackendConfig {
  const connectTimeoutMs = own.timeout.connect ?? defaults.timeout.connect;
  return {
    name,
    mode: own.mode ?? defaults.mode,
    balance: own.balance ?? defaults.balance,
    hashType: own['hash-type'] ?? defaults['hash-type'],
    hashBalanceFactor: own['hash-balance-factor'],
    stick: own.stick && { on: own.stick.on, sizeEntries: own.stick.size, expireMs: own.stick.expire },
    servers: inOrder(own.servers, servers).map(([name, section]) => serverConfig(name, section)),
    connectTimeoutMs,
    loginTimeoutMs: own.timeout.login ?? defaults.timeout.login,
    serverTimeoutMs: own.timeout.server ?? defaults.timeout.server,
    serverFinTimeoutMs: own.timeout['server-fin'] ?? defaults.timeout['server-fin'],
    queueTimeoutMs: own.timeout.queue ?? defaults.timeout.queue ?? connectTimeoutMs,
    retries: own.retries ?? defaults.retries,
    redispatch: own.redispatch ?? defaults.redispatch,
    maxFrameBytes: own['max-frame'] ?? defaults['max-frame'],
    maxBufferBytes: own['max-buffer'] ?? defaults['max-buffer'],
  };
}

function serverConfig(name: string, own: BackendSection['servers'][string]): ServerConfig {
  return {
    name,
    address: own.address,
    weight: own.weight,
    maxconn: own.maxconn ?? Infinity,
    backup: own.backup,
    sendProxy: own['send-proxy'],
  };
}
