/**
 * Who was on which server, so that whoever comes back finds it again. Pure; every operation takes the same short time
 * however large the table is.
 *
 * Unlike HAProxy's, an entry does not run out under a living session: its time counts from the creation, the last match
 * or the end of its last session, whichever was latest, and while a session lives it is neither expired nor evicted.
 */

import { LinkedList } from './linked-list.js';
import type { ListNode } from './linked-list.js';
import type { Requester } from './server.js';

export const STICK_KEY_NAMES = ['source', 'account'] as const;
type StickKeyName = (typeof STICK_KEY_NAMES)[number];

/** A requester without the key is not stuck. */
const STICK_KEYS: Readonly<Record<StickKeyName, (who: Requester) => string | undefined>> = {
  source: ({ source }) => (source.length === 0 ? undefined : hexOf(source)),
  account: ({ account }) => account,
};

export interface StickRules {
  readonly on: StickKeyName;
  readonly sizeEntries: number;
  /** Infinity: never. */
  readonly expireMs: number;
}

/** How many expired entries one operation clears away at most, so that a crowd of them delays nobody. */
const EXPIRED_PER_OPERATION = 8;

/** An entry as whoever lists the table sees it. */
export interface StickEntry {
  /** An address as hexadecimal digits, or an account. */
  readonly key: string;
  readonly serverName: string;
  readonly sessionsNow: number;
  /** How long ago it was used: 0 while it has a session. */
  readonly idleMs: number;
  /** While it has a session its time does not run: then this is all of it. */
  readonly expiresInMs: number;
}

interface Entry {
  readonly key: string;
  /** Undefined if the table was full when its session came: then it only counts the sessions. */
  serverName: string | undefined;
  sessionsNow: number;
  usedAtMs: number;
  /** Where it waits to expire, while it has no session. */
  idle: ListNode<Entry> | undefined;
}

export class StickTable {
  #rules: StickRules;
  /** Those that have a server, and those of living sessions that found the table full. */
  readonly #entries = new Map<string, Entry>();
  /** Without a living session, the one that was used longest ago first. */
  readonly #idle = new LinkedList<Entry>();
  #storedNow = 0;
  #notStored = 0;

  constructor(rules: StickRules) {
    this.#rules = rules;
  }

  get rules(): StickRules {
    return this.#rules;
  }

  /** Another size or time for the entries that there are; not another key. */
  use(rules: StickRules): void {
    if (rules.on !== this.#rules.on) throw new Error('the entries of a stick table have one kind of key');
    this.#rules = rules;
    while (this.#storedNow > rules.sizeEntries && this.#idle.first !== undefined) this.#drop(this.#idle.first.value);
  }

  /** Entries that have a server; the expired ones that are not cleared away yet count. */
  get storedNow(): number {
    return this.#storedNow;
  }

  /** How many sessions found the table full of living sessions' entries, and left none. */
  get notStored(): number {
    return this.#notStored;
  }

  /** All that would match now. Takes as long as the table is large. */
  *entries(nowMs: number): Iterable<StickEntry> {
    for (const entry of this.#entries.values()) {
      const { key, serverName, sessionsNow, usedAtMs, idle } = entry;
      if (serverName === undefined || (idle !== undefined && this.#isExpired(entry, nowMs))) continue;
      // Whoever takes the list bit by bit may find entries that were used after `nowMs`.
      const idleMs = idle === undefined ? 0 : Math.max(0, nowMs - usedAtMs);
      yield { key, serverName, sessionsNow, idleMs, expiresInMs: this.#rules.expireMs - idleMs };
    }
  }

  /**
   * Adds where a key without a session was, as it was known before a restart; to be called for the one that was used
   * longest ago first. Returns false if its time is over, or if it is known already.
   */
  restore(key: string, serverName: string, idleMs: number, nowMs: number): boolean {
    if (idleMs >= this.#rules.expireMs || this.#entries.has(key) || !this.#makeSpace()) return false;
    const entry = this.#add(key, nowMs);
    entry.serverName = serverName;
    this.#storedNow += 1;
    this.#enterIdle(entry, nowMs - idleMs);
    return true;
  }

  /** Forgets where this key was. Its living sessions stay where they are. Returns whether that was known. */
  forget(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry?.serverName === undefined) return false;
    if (entry.sessionsNow === 0) {
      this.#drop(entry);
    } else {
      entry.serverName = undefined;
      this.#storedNow -= 1;
    }
    return true;
  }

  /** The name of the server that `who` was on, if that is known and not expired. Counts as a match. */
  match(who: Requester, nowMs: number): string | undefined {
    this.#clearExpired(nowMs);
    const key = STICK_KEYS[this.#rules.on](who);
    const entry = key === undefined ? undefined : this.#entries.get(key);
    if (entry?.serverName === undefined) return undefined;
    if (entry.idle !== undefined) {
      if (this.#isExpired(entry, nowMs)) {
        this.#drop(entry);
        return undefined;
      }
      this.#leaveIdle(entry);
      this.#enterIdle(entry, nowMs);
    }
    return entry.serverName;
  }

  /** A session of `who` now lives on this server: stores it, or puts it in place of the former server. */
  established(who: Requester, serverName: string, nowMs: number): void {
    this.#clearExpired(nowMs);
    const key = STICK_KEYS[this.#rules.on](who);
    if (key === undefined) return;
    const entry = this.#entries.get(key) ?? this.#add(key, nowMs);
    this.#leaveIdle(entry);
    entry.sessionsNow += 1;
    if (entry.serverName !== undefined || this.#makeSpace()) {
      if (entry.serverName === undefined) this.#storedNow += 1;
      entry.serverName = serverName;
    } else {
      this.#notStored += 1;
    }
  }

  /** A session that was `established` has ended. */
  ended(who: Requester, nowMs: number): void {
    const key = STICK_KEYS[this.#rules.on](who);
    if (key === undefined) return;
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.sessionsNow === 0)
      throw new Error(`a session of ${key} ended that was not established`);
    entry.sessionsNow -= 1;
    if (entry.sessionsNow > 0) return;
    if (entry.serverName === undefined) this.#entries.delete(entry.key);
    else this.#enterIdle(entry, nowMs);
  }

  #add(key: string, nowMs: number): Entry {
    const entry: Entry = { key, serverName: undefined, sessionsNow: 0, usedAtMs: nowMs, idle: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Drops the oldest entry without a session if the table is full. Returns whether there is space now. */
  #makeSpace(): boolean {
    if (this.#storedNow < this.#rules.sizeEntries) return true;
    const oldest = this.#idle.first;
    if (oldest === undefined) return false;
    this.#drop(oldest.value);
    return true;
  }

  #clearExpired(nowMs: number): void {
    for (let cleared = 0; cleared < EXPIRED_PER_OPERATION; cleared += 1) {
      const oldest = this.#idle.first?.value;
      if (oldest === undefined || !this.#isExpired(oldest, nowMs)) return;
      this.#drop(oldest);
    }
  }

  #isExpired(entry: Entry, nowMs: number): boolean {
    return nowMs - entry.usedAtMs >= this.#rules.expireMs;
  }

  #enterIdle(entry: Entry, nowMs: number): void {
    entry.usedAtMs = nowMs;
    entry.idle = this.#idle.append(entry);
  }

  #leaveIdle(entry: Entry): void {
    if (entry.idle !== undefined) this.#idle.remove(entry.idle);
    entry.idle = undefined;
  }

  /** Only for an idle entry, which therefore has a server. */
  #drop(entry: Entry): void {
    this.#leaveIdle(entry);
    this.#entries.delete(entry.key);
    this.#storedNow -= 1;
  }
}

function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
