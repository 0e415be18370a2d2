/** How haproxy.cfg spells values, as the texts and numbers that cmpp-lb.yaml has for them. Pure. */

import { durationText } from '../quantity.js';
import type { WordReader } from './keyword.js';

const unitsMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  '': 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds without a unit. Microseconds are rounded up, so that none of them becomes "never". */
function durationOf(text: string): string | undefined {
  const [, amount, unit] = /^([0-9]{1,15})(us|ms|s|m|h|d)?$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return durationText(Math.ceil(Number(amount) * (unitsMs[unit ?? ''] ?? Number.NaN)));
}

export const word: WordReader = { what: 'a word', read: (text) => text };

export const duration: WordReader = { what: 'a duration such as 5s or 5000 (milliseconds)', read: durationOf };

function wholeNumberOf(text: string): number | undefined {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

export const wholeNumber: WordReader = { what: 'a whole number', read: wholeNumberOf };

/** k, m and g are powers of 1024. */
export const size: WordReader = {
  what: 'a size such as 200k',
  read: (text) => {
    if (/^[0-9]{1,15}$/.test(text)) return Number(text);
    return /^[0-9]{1,15}[kmg]$/i.test(text) ? text.toLowerCase() : undefined;
  },
};

/** Of a unix socket, as cmpp-lb.yaml writes it. */
export const permission: WordReader = {
  what: 'an octal permission such as 600',
  read: (text) => (/^0?[0-7]{3}$/.test(text) ? text.padStart(4, '0') : undefined),
};

export function choice(...names: readonly string[]): WordReader {
  return {
    what: names.length === 1 ? `${names[0]}` : `one of ${names.join(', ')}`,
    read: (text) => (names.includes(text) ? text : undefined),
  };
}

/** A prefix that says which family of address follows: none is like `ipv4` or `ipv6`, by its looks. */
const FAMILY = /^(ipv4|ipv6|unix|abns|fd|sockpair|udp|udp4|udp6|tcp|tcp4|tcp6|rhttp|quic4|quic6|uxst|uxdg|abnsz)@/;

/** The host and the port of an address; the last colon is the port's, with or without brackets. */
interface Endpoint {
  readonly host: string;
  /** Empty if none is written. */
  readonly port: string;
}

type Address = ({ readonly kind: 'tcp' } & Endpoint) | { readonly kind: 'unix'; readonly path: string };

/** Undefined for the kinds of address that only HAProxy has. Hosts of either family are told apart by their looks. */
export function addressOf(text: string): Address | undefined {
  const family = FAMILY.exec(text)?.[1];
  const rest = family === undefined ? text : text.slice(family.length + 1);
  if (family === 'unix' || family === 'uxst' || (family === undefined && rest.startsWith('/'))) {
    return { kind: 'unix', path: rest };
  }
  const isVersion6 = family === 'ipv6' || family === 'tcp6';
  if (family !== undefined && !isVersion6 && !['ipv4', 'tcp', 'tcp4'].includes(family)) return undefined;
  const colon = rest.lastIndexOf(':');
  // `[::1]` and `10.0.0.1` have no port.
  const hasPort = colon >= 0 && !rest.endsWith(']');
  const host = (hasPort ? rest.slice(0, colon) : rest).replace(/^\[(.*)\]$/, '$1');
  if (host.includes(':') && family !== undefined && !isVersion6) return undefined;
  const any = isVersion6 ? '::' : '*';
  return { kind: 'tcp', host: host === '' || host === '*' ? any : host, port: hasPort ? rest.slice(colon + 1) : '' };
}

/** As cmpp-lb.yaml writes it. */
export function endpointText({ host, port }: Endpoint): string {
  const spelt = host.includes(':') ? `[${host}]` : host;
  return port === '' ? spelt : `${spelt}:${port}`;
}

/** The address of a server; what is no address is left as it is, for the schema to say so. */
export function serverAddressText(text: string): string | undefined {
  const address = addressOf(text);
  if (address?.kind === 'unix') return `unix:${address.path}`;
  return address && endpointText(address);
}
