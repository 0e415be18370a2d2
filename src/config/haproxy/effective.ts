/** What holds in a section: what it says, what it inherits, and HAProxy's defaults where ours are others. Pure. */

import type { Setting, Settings } from './keyword.js';
import type { Proxy } from './proxy.js';

/** Keys that `defaults` of cmpp-lb.yaml has, too. */
export const INHERITED_KEYS: ReadonlySet<string> = new Set([
  'timeout.connect',
  'timeout.client',
  'timeout.server',
  'timeout.client-fin',
  'timeout.server-fin',
  'timeout.queue',
  'timeout.check',
  'maxconn',
  'balance',
  'hash-type',
  'retries',
  'redispatch',
  'dontlognull',
]);

/** Keys of a frontend of cmpp-lb.yaml; the other ones are of a backend. */
export const FRONTEND_KEYS: readonly string[] = [
  'maxconn',
  'backlog',
  'timeout.client',
  'timeout.client-fin',
  'dontlognull',
];

export const BACKEND_KEYS: readonly string[] = [
  'balance',
  'hash-type',
  'hash-balance-factor',
  'timeout.connect',
  'timeout.server',
  'timeout.server-fin',
  'timeout.queue',
  'timeout.check',
  'retries',
  'redispatch',
  'allbackups',
];

/** The settings of a section, HAProxy's defaults included. */
export function effectiveSettings({ settings, place }: Proxy): Settings {
  const all: Settings = new Map(settings);
  const addDefault = (key: string, from: Setting): void => {
    if (!all.has(key)) all.set(key, from);
  };
  for (const side of ['client', 'server']) {
    const timeout = settings.get(`timeout.${side}`);
    const comment = `HAProxy’s: as ${side}; 30s would end half-closed sessions sooner`;
    if (timeout !== undefined) addDefault(`timeout.${side}-fin`, { ...timeout, comment });
  }
  addDefault('redispatch', { value: 'never', place, comment: 'HAProxy’s without option redispatch' });
  addDefault('dontlognull', { value: false, place, comment: 'HAProxy’s without option dontlognull' });
  const balance = settings.get('balance');
  if (balance?.value === 'source') {
    addDefault('hash-type', { value: 'map-based', place: balance.place, comment: 'HAProxy’s; maglev spreads evenly' });
  }
  // HAProxy's ways to write that there is none.
  for (const key of ['maxconn', 'backlog', 'hash-balance-factor']) if (all.get(key)?.value === 0) all.delete(key);
  return all;
}

/** Which of a section's keys it has to say itself, where `defaults` of cmpp-lb.yaml says `inherited`. */
export function ownSettings(all: Settings, keys: readonly string[], inherited: Settings): [string, Setting][] {
  return keys.flatMap((key) => {
    const setting = all.get(key);
    if (setting === undefined || inherited.get(key)?.value === setting.value) return [];
    return [[key, setting] as [string, Setting]];
  });
}
