/** Tells our own pages from those of other sites that send a browser here. Pure. */

import { isIP } from 'node:net';
import type { RefusalReason } from './refusal.js';

/** The headers by which a browser says where it is and where it was sent from. */
export interface SiteHeaders {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly 'sec-fetch-site': string | undefined;
}

/**
 * Whether `host`, a header of that name, is ours. An address always is: who makes a name point here (DNS rebinding) has
 * the browser say that name, and `hosts` are the names that are ours, in small letters.
 */
export function isOwnHost(host: string | undefined, hosts: readonly string[]): boolean {
  const name = hostNameOf(host ?? '');
  if (name === undefined) return false;
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || hosts.includes(name);
}

/** Why a request that changes something is not from us; undefined if it may be. Programs other than browsers say nothing. */
export function foreignReason(headers: SiteHeaders, hosts: readonly string[]): RefusalReason | undefined {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (!isOwnHost(host, hosts)) return 'foreign-host';
  // `none`: the user's own doing, such as a bookmark.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'foreign-origin';
  if (origin === undefined) return undefined;
  // Behind a proxy with TLS it begins with https, and Host may be what the proxy calls us.
  const from = /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
  const isOurs =
    from !== undefined && (from.toLowerCase() === host?.toLowerCase() || hosts.includes(hostNameOf(from) ?? ''));
  return isOurs ? undefined : 'foreign-origin';
}

/** Without port and brackets, in small letters; undefined for what is none. */
function hostNameOf(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]@/]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}
