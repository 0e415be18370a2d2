/**
 * What a reload does with each key of the process and of the frontends: the tables that plans, the reload itself and
 * docs/reload.md go by, with those in reload-backend-rules.ts and reload-account-rules.ts. A key without an entry does not
 * compile. Pure.
 */

import { addressText, senderText } from './address.js';
import type {
  AdminConfig,
  AdminHttpConfig,
  AdminSocketConfig,
  FrontendConfig,
  GlobalConfig,
  ListenConfig,
  LogConfig,
} from './config.js';
import { heartbeatKeys, key, sizeTextOf, time } from './reload-key.js';
import type { KeyRules } from './reload-key.js';

function logTargetText({ to }: LogConfig): string {
  if (to.kind === 'syslog') return `syslog:${to.host}:${to.port} ${to.facility}`;
  return to.kind === 'file' ? to.path : to.kind;
}

export const globalKeys: KeyRules<GlobalConfig> = {
  maxconn: [
    key('maxconn', ({ maxconn }) => maxconn, {
      note: 'In place of what `set maxconn global` has said. Sessions beyond a lower one stay.',
    }),
  ],
  log: [
    key('log.level', ({ log }) => log.level),
    key('log.format', ({ log }) => log.format),
    key('log.to', ({ log }) => log.to, { effect: 'restart', text: ({ log }) => logTargetText(log) }),
  ],
  hardStopAfterMs: [time('hard-stop-after', ({ hardStopAfterMs }) => hardStopAfterMs)],
  stateFile: [key('state-file', ({ stateFile }) => stateFile, { effect: 'restart' })],
  pidFile: [key('pid-file', ({ pidFile }) => pidFile, { effect: 'restart' })],
};

export const adminKeys: KeyRules<AdminConfig> = {
  sockets: [
    key('socket', ({ sockets }) => sockets.map(({ address, owner }) => ({ address, owner })), {
      effect: 'restart',
      text: ({ sockets }) =>
        sockets.map((socket) => `${addressText(socket.address)} ${modeText(socket)}`).join(' ') || 'off',
      note: 'Its `path`, `address`, `mode`, `user` and `group`.',
    }),
  ],
  http: [
    key('http', ({ http }) => http, {
      effect: 'restart',
      text: ({ http }) => (http === undefined ? 'off' : httpText(http)),
      note: 'All of its keys.',
    }),
  ],
};

function modeText({ address }: Pick<ListenConfig, 'address'>): string {
  return address.kind === 'unix' && address.mode !== undefined ? address.mode.toString(8).padStart(4, '0') : 'umask';
}

function httpText({ address, credentials, maxconn }: AdminHttpConfig): string {
  return `${addressText(address)} user ${credentials?.user ?? 'none'} maxconn ${maxconn}`;
}

export const adminSocketKeys: KeyRules<AdminSocketConfig> = {
  address: [],
  owner: [],
  level: [key('level', ({ level }) => level, { note: 'For callers who come from now on.' })],
  timeoutMs: [time('timeout', ({ timeoutMs }) => timeoutMs, 'at-once', 'For callers who come from now on.')],
  maxconn: [key('maxconn', ({ maxconn }) => maxconn)],
};

export const frontendKeys: KeyRules<FrontendConfig> = {
  name: [],
  listen: [],
  mode: [key('mode', ({ mode }) => mode, { effect: 'new-sessions' })],
  defaultBackend: [key('default-backend', ({ defaultBackend }) => defaultBackend, { effect: 'new-sessions' })],
  maxconn: [
    key('maxconn', ({ maxconn }) => maxconn, {
      note: 'In place of what `set maxconn frontend` has said. Sessions beyond a lower one stay.',
    }),
  ],
  sourceMaxconn: [
    key('source-maxconn', ({ sourceMaxconn }) => sourceMaxconn, { note: 'Sessions beyond a lower one stay.' }),
  ],
  backlog: [
    key('backlog', ({ backlog }) => backlog, { effect: 'restart', note: 'Addresses that are added have the new one.' }),
  ],
  loginTimeoutMs: [time('timeout.login', ({ loginTimeoutMs }) => loginTimeoutMs, 'new-sessions')],
  clientTimeoutMs: [time('timeout.client', ({ clientTimeoutMs }) => clientTimeoutMs, 'new-sessions')],
  clientFinTimeoutMs: [time('timeout.client-fin', ({ clientFinTimeoutMs }) => clientFinTimeoutMs, 'new-sessions')],
  maxFrameBytes: [
    key('max-frame', ({ maxFrameBytes }) => maxFrameBytes, {
      effect: 'new-sessions',
      text: ({ maxFrameBytes }) => sizeTextOf(maxFrameBytes),
    }),
  ],
  dontlognull: [key('dontlognull', ({ dontlognull }) => dontlognull, { effect: 'new-sessions' })],
  heartbeat: heartbeatKeys(),
};

export const listenKeys: KeyRules<ListenConfig> = {
  address: [
    key('mode', ({ address }) => (address.kind === 'unix' ? address.mode : undefined), {
      effect: 'restart',
      text: modeText,
      note: 'The permissions of a unix socket.',
    }),
  ],
  acceptProxyFrom: [
    key('accept-proxy', ({ acceptProxyFrom }) => acceptProxyFrom, {
      effect: 'new-sessions',
      text: ({ acceptProxyFrom }) => acceptProxyFrom.map(senderText).join(' ') || 'nobody',
    }),
  ],
};
