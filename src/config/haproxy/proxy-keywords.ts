/** What becomes of each keyword of the sections that sessions go through, where it is a key of ours. A table; pure. */

import { readBind } from './bind-line.js';
import { said, valued } from './keyword.js';
import type { KeywordTable, Meaning, Use } from './keyword.js';
import { readLogLine } from './log-line.js';
import type { Proxy } from './proxy.js';
import { passedOverKeywords } from './proxy-keywords-without-key.js';
import { checkScriptKeywords } from './script-rules.js';
import { readDefaultServer, readServer } from './server-line.js';
import { statsPageKeywords } from './stats-page-keywords.js';
import { stickKeywords } from './stick-lines.js';
import { duration, wholeNumber } from './values.js';

type ProxyMeaning = Meaning<Proxy>;

const ONLY_TCP = 'HAProxy balances so in mode http';

/** Why these algorithms are not those of `cmpp-lb.yaml`. */
const otherBalances: Readonly<Record<string, string>> = {
  hash: 'cmpp-lb hashes the source address or the account; write balance source',
  uri: `${ONLY_TCP}; write balance source or roundrobin`,
  url_param: `${ONLY_TCP}; write balance source or roundrobin`,
  'rdp-cookie': 'cmpp-lb does not read RDP; write balance source',
};
const sameBalances = ['roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'random'];

function readBalance({ place, words, remarks }: Use, { settings }: Proxy): void {
  const [word] = words;
  const text = word?.text ?? '';
  const [, name = '', draws] = /^([a-z_-]+)(?:\((.*)\))?$/.exec(text) ?? [];
  const at = { ...place, column: word?.column ?? place.column };
  if (name === 'random' && draws !== undefined && draws !== '2') {
    remarks.problem(at, 'random draws two servers and takes the better one; write random(2)');
  } else if (sameBalances.includes(name)) {
    settings.set('balance', { value: name, place: at });
  } else {
    const isHeader = name === 'hdr';
    const why = isHeader ? `${ONLY_TCP}; write balance source or roundrobin` : otherBalances[name];
    remarks.problem(at, why ?? `expected one of ${sameBalances.join(', ')}, got ${JSON.stringify(text.slice(0, 60))}`);
  }
}

/** The function does not act on `balance source`; `avalanche` does, and is always on in `consistent`. */
function readHashType({ place, words, remarks }: Use, { settings }: Proxy): void {
  const [method, ...rest] = words.map(({ text }) => text);
  const hasAvalanche = rest.includes('avalanche');
  const functions = rest.filter((text) => text !== 'avalanche');
  const known = ['sdbm', 'djb2', 'wt6', 'crc32', 'none'];
  const strange = functions.find((text) => !known.includes(text)) ?? functions[1];
  if (method !== 'map-based' && method !== 'consistent') {
    remarks.problem(place, `expected map-based or consistent, got ${JSON.stringify(method)}`);
  } else if (strange !== undefined) {
    remarks.problem(place, `expected one function (${known.join(', ')}), got ${JSON.stringify(strange)}`);
  } else if (method === 'map-based' && hasAvalanche) {
    remarks.problem(place, 'cmpp-lb has map-based without avalanche only; write hash-type consistent, or leave it out');
  } else if (functions.includes('none')) {
    remarks.problem(place, 'cmpp-lb has no hash-type with the function none; leave the function out');
  } else {
    settings.set('hash-type', { value: method, place });
    const [name] = functions;
    if (name !== undefined) remarks.note(place, `${name} does not act on balance source, in HAProxy neither`);
  }
}

function readRedispatch({ place, words, remarks }: Use, { settings }: Proxy): void {
  const [interval] = words;
  const text = interval?.text ?? '-1';
  const value = { '-1': 'last-retry', '1': 'every-retry', '0': 'never' }[text];
  if (value === undefined)
    remarks.problem(place, 'cmpp-lb goes to another server on every retry (1), the last (-1) or none (0); write one');
  else settings.set('redispatch', { value, place });
}

function readUseBackend({ place, words, remarks }: Use, { settings }: Proxy): void {
  const [name, condition] = words;
  if (condition !== undefined) {
    const message =
      'cmpp-lb chooses no backend by a condition; write use_backend without one, or one frontend for each backend';
    remarks.problem({ ...place, column: condition.column }, message);
    return;
  }
  // The first one decides, and before default_backend.
  if (name === undefined || settings.has('use-backend')) return;
  settings.set('use-backend', { value: name.text, place: { ...place, column: name.column } });
}

function readMode({ place, words: [word], remarks }: Use, { settings }: Proxy): void {
  const text = word?.text ?? '';
  if (text !== 'tcp' && text !== 'http') {
    const message = `expected tcp, got ${JSON.stringify(text.slice(0, 60))}; for CMPP write tcp, and start with --mode cmpp`;
    remarks.problem(place, message);
  } else settings.set('mode', { value: text, place });
}

function readLog(use: Use, { logs }: Proxy): void {
  if (use.words[0]?.text === 'global' && use.words.length === 1) {
    logs.push('global');
    return;
  }
  const line = readLogLine(use);
  if (line !== undefined) logs.push(line);
}

function key(
  expected: string,
  words: readonly [number, number],
  side: ProxyMeaning['side'],
  read: (use: Use, proxy: Proxy) => void,
  undo: (proxy: Proxy) => void = () => {},
): ProxyMeaning {
  return { kind: 'key', expected, words, side, read, undo };
}

export const proxyKeywords: KeywordTable<Proxy> = {
  backlog: valued('backlog', wholeNumber, 'frontend'),
  balance: key('an algorithm', [0, Infinity], 'backend', (use, proxy) => {
    // Nothing behind it means the default.
    if (use.words.length > 0) readBalance(use, proxy);
  }),
  bind: key('an address', [1, Infinity], 'frontend', readBind),
  default_backend: valued('default-backend', { what: 'the name of a backend', read: (text) => text }, 'frontend'),
  'default-server': key('parameters', [0, Infinity], 'backend', readDefaultServer),
  disabled: said('section-disabled', true),
  enabled: key('nothing', [0, 0], 'both', (_use, { settings }) => void settings.delete('section-disabled')),
  'hash-balance-factor': valued('hash-balance-factor', wholeNumber, 'backend'),
  'hash-type': key('map-based or consistent', [1, Infinity], 'backend', readHashType),
  log: key('global, or an address and a facility', [1, Infinity], 'both', readLog, ({ logs }) => void logs.splice(0)),
  maxconn: valued('maxconn', wholeNumber, 'frontend'),
  mode: key('tcp', [1, 1], 'both', readMode),
  'option allbackups': said('allbackups', true, 'backend'),
  'option dontlognull': said('dontlognull', true, 'frontend'),
  'option redispatch': key('an interval', [0, 1], 'backend', readRedispatch, ({ settings }) => {
    settings.delete('redispatch');
  }),
  'option tcp-check': said('tcp-check', true, 'backend'),
  'option tcplog': said('tcplog', true, 'frontend'),
  retries: valued('retries', wholeNumber, 'backend'),
  server: key('a name and an address', [2, Infinity], 'backend', readServer),
  'timeout check': valued('timeout.check', duration, 'backend'),
  'timeout client': valued('timeout.client', duration, 'frontend'),
  'timeout client-fin': valued('timeout.client-fin', duration, 'frontend'),
  'timeout connect': valued('timeout.connect', duration, 'backend'),
  'timeout queue': valued('timeout.queue', duration, 'backend'),
  'timeout server': valued('timeout.server', duration, 'backend'),
  'timeout server-fin': valued('timeout.server-fin', duration, 'backend'),
  use_backend: key('the name of a backend', [1, Infinity], 'frontend', readUseBackend),
  ...stickKeywords,
  ...checkScriptKeywords,
  ...statsPageKeywords,
  ...passedOverKeywords,
};
