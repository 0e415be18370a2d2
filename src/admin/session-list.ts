/** The living sessions as rows, found by account, address or server, and never more of them than are asked for. Pure. */

import { printableBytes } from '../log/escape.js';
import type { Guest } from '../proxy/guest.js';
import { wordOf } from './session-word.js';

export interface SessionRow {
  /** As in the log. */
  readonly id: number;
  /** See wordOf. */
  readonly state: string;
  /** With every byte that is not visible ASCII as `\xNN`; null before the login. */
  readonly account: string | null;
  readonly source: string;
  readonly frontend: string;
  readonly backend: string;
  /** Null as long as there is none. */
  readonly server: string | null;
  readonly version: string | null;
  readonly acceptedWallMs: number;
  readonly ageMs: number;
  /** From the client, and to it. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** What the client has asked and nobody answered yet. */
  readonly unanswered: number;
}

export type SessionOrder = 'newest' | 'oldest';

export interface SessionSearch {
  /** In account, address, server or number, in letters of any size; empty for all. */
  readonly search: string;
  readonly order: SessionOrder;
  readonly limit: number;
}

export interface SessionList {
  /** How many there are, and how many of them were found; beyond the limit they are counted only. */
  readonly total: number;
  readonly found: number;
  readonly sessions: readonly SessionRow[];
}

export function listSessions(guests: readonly Guest[], wanted: SessionSearch, nowMs: number): SessionList {
  const search = wanted.search.trim().toLowerCase();
  const found = search === '' ? [...guests] : guests.filter(searchFor(search));
  // Numbers are given in the order of arrival.
  found.sort(wanted.order === 'newest' ? (one, other) => other.id - one.id : (one, other) => one.id - other.id);
  const sessions = found.slice(0, wanted.limit).map((guest) => rowOf(guest, nowMs));
  return { total: guests.length, found: found.length, sessions };
}

function serverOf({ driver }: Guest): string | null {
  const { conversation, placing } = driver.session;
  return (conversation?.server ?? placing?.lastServer)?.name ?? null;
}

/** `search` in small letters. Many sessions have the same account, or the same server: each is looked at once. */
function searchFor(search: string): (guest: Guest) => boolean {
  const known = new Map<string, boolean>();
  const has = (text: string): boolean => {
    const found = known.get(text) ?? printableBytes(text).toLowerCase().includes(search);
    known.set(text, found);
    return found;
  };
  // To write an address with its port costs more than all the rest.
  const hasPort = search.includes(':');
  return (guest) =>
    guest.address.includes(search) ||
    (hasPort && guest.source.includes(search)) ||
    has(guest.driver.session.login?.account ?? '') ||
    has(`${guest.service.name}/${serverOf(guest) ?? ''}`) ||
    String(guest.id) === search;
}

function rowOf(guest: Guest, nowMs: number): SessionRow {
  const { id, source, frontend, service, acceptedWallMs, driver } = guest;
  const { session } = driver;
  const { relay } = session.conversation ?? {};
  const { login } = session;
  return {
    id,
    state: wordOf(session),
    account: login === undefined ? null : printableBytes(login.account),
    source,
    frontend,
    backend: service.name,
    server: serverOf(guest),
    version: session.answer?.version ?? null,
    acceptedWallMs,
    ageMs: Math.round(nowMs - session.acceptedAtMs),
    bytesIn: session.receivedBytes,
    bytesOut: relay?.server.bytes ?? 0,
    unanswered: relay?.client.unanswered ?? 0,
  };
}
