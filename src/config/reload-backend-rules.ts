/** What a reload does with each key of backends and servers: see reload-rules.ts. Pure. */

import type { ProbeSettings } from '../health/probe.js';
import { addressText } from './address.js';
import type { BackendConfig, ServerAddress, ServerConfig } from './config.js';
import { heartbeatKeys, key, partOf, sizeTextOf, time } from './reload-key.js';
import type { KeyRule, KeyRules } from './reload-key.js';

export const backendKeys: KeyRules<BackendConfig> = {
  name: [],
  servers: [],
  // Servers that are there have a check of their own, made of it.
  serverCheck: [],
  mode: [key('mode', ({ mode }) => mode, { effect: 'new-sessions' })],
  balance: [key('balance', ({ balance }) => balance)],
  hashType: [key('hash-type', ({ hashType }) => hashType)],
  hashBalanceFactor: [key('hash-balance-factor', ({ hashBalanceFactor }) => hashBalanceFactor)],
  stick: partOf('stick', [
    key('stick.on', ({ stick }) => stick?.on, {
      note: 'The table begins anew, with the sessions that are there.',
    }),
    key('stick.size', ({ stick }) => stick?.sizeEntries, {
      text: ({ stick }) => sizeTextOf(stick?.sizeEntries),
      note: 'Of a smaller one the oldest entries without a session go.',
    }),
    time('stick.expire', ({ stick }) => stick?.expireMs, 'at-once', 'For the entries that are there, too.'),
  ]),
  connectTimeoutMs: [time('timeout.connect', ({ connectTimeoutMs }) => connectTimeoutMs, 'new-sessions')],
  loginTimeoutMs: [time('timeout.login', ({ loginTimeoutMs }) => loginTimeoutMs, 'new-sessions')],
  serverTimeoutMs: [time('timeout.server', ({ serverTimeoutMs }) => serverTimeoutMs, 'new-sessions')],
  serverFinTimeoutMs: [time('timeout.server-fin', ({ serverFinTimeoutMs }) => serverFinTimeoutMs, 'new-sessions')],
  queueTimeoutMs: [time('timeout.queue', ({ queueTimeoutMs }) => queueTimeoutMs, 'new-sessions')],
  retries: [key('retries', ({ retries }) => retries, { effect: 'new-sessions' })],
  redispatch: [key('redispatch', ({ redispatch }) => redispatch, { effect: 'new-sessions' })],
  allBackups: [key('allbackups', ({ allBackups }) => allBackups)],
  minUp: [key('min-up', ({ minUp }) => minUp)],
  onMarkedDown: [key('on-marked-down', ({ onMarkedDown }) => onMarkedDown)],
  onLinkLost: [key('on-link-lost', ({ onLinkLost }) => onLinkLost, { effect: 'new-sessions' })],
  inDoubt: [key('in-doubt', ({ inDoubt }) => inDoubt, { effect: 'new-sessions' })],
  moveTimeoutMs: [time('timeout.move', ({ moveTimeoutMs }) => moveTimeoutMs, 'new-sessions')],
  holdTimeoutMs: [time('timeout.hold', ({ holdTimeoutMs }) => holdTimeoutMs, 'new-sessions')],
  heartbeat: heartbeatKeys(),
  loginConcurrency: [key('login-concurrency', ({ loginConcurrency }) => loginConcurrency)],
  moveRate: [key('move-rate', ({ moveRate }) => moveRate, { note: 'For what begins to move from now on.' })],
  rebalance: [key('rebalance', ({ rebalance }) => rebalance)],
  onMarkedUp: [key('on-marked-up', ({ onMarkedUp }) => onMarkedUp)],
  observe: partOf('observe', [
    time('observe.unanswered', ({ observe }) => observe?.unansweredMs),
    key('observe.link-losses', ({ observe }) => observe?.linkLosses),
    key('observe.busy', ({ observe }) => observe?.busyPercent),
    time('observe.within', ({ observe }) => observe?.withinMs),
    key('observe.max-ejected', ({ observe }) => observe?.maxEjectedPercent),
  ]),
};

/** Where it is checked, if not where it is. */
function placeOf({ check }: ServerConfig): ServerAddress | undefined {
  return check?.isElsewhere === true ? check.address : undefined;
}

function placeText(server: ServerConfig): string {
  const place = placeOf(server);
  return place === undefined ? 'its own' : addressText(place);
}

const ANEW = 'The checks begin anew, with the health that the server has.';

const checkRules: readonly KeyRule<ServerConfig>[] = [
  key('check', ({ check }) => check?.probe, { text: ({ check }) => probeText(check?.probe), note: ANEW }),
  key('check.address', placeOf, { text: placeText, note: ANEW }),
  time('check.inter', ({ check }) => check?.interMs, 'at-once', ANEW),
  time('check.fastinter', ({ check }) => check?.fastinterMs, 'at-once', ANEW),
  time('check.downinter', ({ check }) => check?.downinterMs, 'at-once', ANEW),
  time('timeout.check', ({ check }) => check?.timeoutMs, 'at-once', ANEW),
  key('check.fall', ({ check }) => check?.fall, { note: ANEW }),
  key('check.rise', ({ check }) => check?.rise, { note: ANEW }),
  key('check.init-state', ({ check }) => check?.initState, { note: 'For servers that are added.' }),
];

export const serverKeys: KeyRules<ServerConfig> = {
  name: [],
  address: [
    key('address', ({ address }) => address, {
      effect: 'new-sessions',
      text: ({ address }) => addressText(address),
      note: 'Checks go there at once.',
    }),
  ],
  weight: [key('weight', ({ weight }) => weight)],
  maxconn: [key('maxconn', ({ maxconn }) => maxconn, { note: 'Sessions beyond a lower one stay.' })],
  backup: [key('backup', ({ backup }) => backup, { note: 'Sessions stay where they are.' })],
  sendProxy: [
    key('send-proxy', ({ sendProxy }) => sendProxy, { effect: 'new-sessions', note: 'Checks have it at once.' }),
  ],
  check: partOf('check', checkRules),
  track: [
    key('track', ({ track }) => track, {
      text: ({ track }) => (track === undefined ? 'off' : `${track.backend}/${track.server}`),
    }),
  ],
  slowstartMs: [time('slowstart', ({ slowstartMs }) => slowstartMs, 'at-once', 'When it comes up the next time.')],
  disabled: [
    key('disabled', ({ disabled }) => disabled, {
      note: 'Puts the server into maintenance, or takes it out, whatever the operator has set.',
    }),
  ],
};

function probeText(probe: ProbeSettings | undefined): string {
  if (probe?.kind === 'cmpp') {
    const { account, version, persistent } = probe;
    return `cmpp ${version}${account === undefined ? '' : ` account ${account.sourceAddr}`}${persistent ? ' persistent' : ''}`;
  }
  return probe?.kind === 'tcp-script' ? `tcp-script of ${probe.script.length} steps` : (probe?.kind ?? 'off');
}
