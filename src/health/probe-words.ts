/** The words of what probes find, as an operator reads them. Pure. */

import { isShortage } from '../runtime/shortage.js';
import type { CheckStatus } from './probe.js';

/** What is shown of bytes that a server has sent. */
const SHOWN_BYTES = 40;

/** What the system's words mean to somebody who wanted to connect. */
const CONNECT_TROUBLES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset while it was opened'],
  ['ENOTFOUND', 'the name is not known'],
  ['EAI_AGAIN', 'the name could not be looked up'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'no route to the network'],
  ['ETIMEDOUT', 'no connection'],
  ['ENOENT', 'no such socket'],
  ['EACCES', 'the socket may not be opened'],
  ['EADDRNOTAVAIL', 'no local port is left'],
  ['EMFILE', 'no descriptor is left (ulimit -n)'],
  ['ENFILE', 'no descriptor is left on this machine'],
  ['ENOBUFS', 'no memory is left for sockets'],
  ['ENOMEM', 'no memory is left'],
]);

/** `3 s`, `3.2 s`, `12 ms` or `0.4 ms`. */
export function spanText(ms: number): string {
  if (ms >= 999.5) return `${Number((ms / 1000).toFixed(1))} s`;
  return `${ms < 1 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}

/** Why a connection could not be opened. */
export function connectFailure(detail: string): { readonly status: CheckStatus; readonly text: string } {
  const text = `${CONNECT_TROUBLES.get(detail) ?? 'no connection'} (${detail})`;
  if (isShortage(detail)) return { status: 'SOCKERR', text };
  return { status: detail === 'ETIMEDOUT' ? 'L4TOUT' : 'L4CON', text };
}

/** What `ProbeLinkEvents.lost` says when it was not the connection that broke. */
export const CLOSED_BY_SERVER = 'closed by the server';

/** How a connection ended that something was waited for on. */
export function lostText(detail: string, awaited: string): string {
  const isClosed = detail === CLOSED_BY_SERVER;
  return isClosed ? `closed by the server before ${awaited}` : `connection lost before ${awaited} (${detail})`;
}

/** In quotes, the start of Latin-1 text from a server, so that no byte of it can mean anything in a log. */
export function quoted(text: string): string {
  const start = JSON.stringify(text.slice(0, SHOWN_BYTES));
  const shown = start.replace(/[^ -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return text.length > SHOWN_BYTES ? `${shown} and ${text.length - SHOWN_BYTES} bytes more` : shown;
}
