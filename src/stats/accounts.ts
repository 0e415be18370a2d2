/** What is counted of accounts, and which of them are remembered. Pure. */

import { Population } from './population.js';
import { Tally } from './tally.js';
import { Traffic } from './traffic.js';

/**
 * So many accounts are remembered that have no session. A platform has some hundreds; the rest is room for those that
 * guess names, who cost 7 MB at most.
 */
const MOST_IDLE = 10_000;

export class AccountCounters {
  /** Those that a server has accepted. */
  readonly sessions = new Population();
  /** Those that logged in and got no server, or were refused by it, by reason. */
  readonly refused = new Tally();
  /** Of the sessions that have ended. */
  readonly traffic = new Traffic();
  /** Milliseconds since 1970-01-01 UTC; undefined before the first. */
  lastLoginWallMs: number | undefined;
}

/** Accounts are called by their Source_Addr as it came, one character a byte. */
export class AccountBook {
  /** Those with sessions: no more than there are sessions. */
  readonly #busy = new Map<string, AccountCounters>();
  /** Those without, the longest forsaken first. */
  readonly #idle = new Map<string, AccountCounters>();
  readonly #mostIdle: number;

  constructor(mostIdle: number = MOST_IDLE) {
    this.#mostIdle = mostIdle;
  }

  get size(): number {
    return this.#busy.size + this.#idle.size;
  }

  /** In no order. */
  *entries(): Iterable<readonly [string, AccountCounters]> {
    yield* this.#busy;
    yield* this.#idle;
  }

  of(account: string): AccountCounters | undefined {
    return this.#busy.get(account) ?? this.#idle.get(account);
  }

  /** A server has accepted a session of this account. */
  entered(account: string, nowMs: number, wallMs: number): void {
    const counters = this.of(account) ?? new AccountCounters();
    this.#idle.delete(account);
    this.#busy.set(account, counters);
    counters.sessions.entered(nowMs);
    counters.lastLoginWallMs = wallMs;
  }

  /** A session that has entered is over. Returns the account's traffic, to which its own is to be added. */
  left(account: string): Traffic {
    const counters = this.#busy.get(account);
    if (counters === undefined) throw new Error('an account left that had not entered');
    counters.sessions.left();
    if (counters.sessions.now === 0) {
      this.#busy.delete(account);
      this.#rest(account, counters);
    }
    return counters.traffic;
  }

  /** A session of this account was not let in. */
  refused(account: string, reason: string): void {
    const counters = this.of(account) ?? new AccountCounters();
    counters.refused.add(reason);
    if (this.#busy.has(account)) return;
    this.#idle.delete(account);
    this.#rest(account, counters);
  }

  /** Forgets the maxima, or with `all` everything; `livingOf` tells what an account's living sessions have had so far. */
  clear(all: boolean, livingOf: (account: string) => Traffic, nowMs: number): void {
    if (all) this.#idle.clear();
    for (const [account, { sessions, refused, traffic }] of this.entries()) {
      sessions.clear(all, nowMs);
      if (!all) continue;
      refused.clear();
      traffic.becomeMinus(livingOf(account));
    }
  }

  /** Remembers an account without sessions, in place of the one that has had none for the longest time. */
  #rest(account: string, counters: AccountCounters): void {
    this.#idle.set(account, counters);
    if (this.#idle.size <= this.#mostIdle) return;
    for (const oldest of this.#idle.keys()) {
      this.#idle.delete(oldest);
      return;
    }
  }
}
