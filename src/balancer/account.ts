/** One account: its rules, its sessions, what it has left of its rate, and what was counted of it. Pure. */

import type { AccountRules } from './account-rules.js';
import type { CloseReason } from './close-reason.js';
import { TokenBucket } from './token-bucket.js';

/** A session of an account, as far as the account knows it. */
export interface AccountMember {
  /** When it last heard of its client, or its client took something. */
  lastHeardMs(): number;
  /** It is to end, because the account needs its place. That comes in the midst of another session's event. */
  makeWay(nowMs: number): void;
  /** The account's limits may have become others. */
  limitsChanged(nowMs: number): void;
}

/** What was counted of an account since the start. */
export interface AccountFigures {
  /** One character per byte (Latin-1). */
  readonly account: string;
  /** Whether the configuration names it. */
  readonly isListed: boolean;
  readonly connectionsNow: number;
  /** Infinity for no limit. */
  readonly maxConnections: number;
  /** SUBMITs that were answered with Result 8, and those that were held back, for being beyond rate or window. */
  readonly rejected: number;
  readonly delayed: number;
  /** For how long its sessions had something held back, in milliseconds, all of them together. */
  readonly delayedMs: number;
  /** Logins that were refused. */
  readonly refused: ReadonlyMap<CloseReason, number>;
}

export class Account {
  readonly name: string;
  isListed: boolean;
  readonly members = new Set<AccountMember>();
  rejected = 0;
  delayed = 0;
  delayedMs = 0;
  #rules: AccountRules;
  #bucket: TokenBucket | undefined;
  /** Undefined until one was refused: as for most of many thousand accounts. */
  #refused: Map<CloseReason, number> | undefined;

  constructor(name: string, rules: AccountRules, isListed: boolean) {
    this.name = name;
    this.isListed = isListed;
    this.#rules = rules;
  }

  get rules(): AccountRules {
    return this.#rules;
  }

  get isFull(): boolean {
    return this.members.size >= this.#rules.maxConnections;
  }

  /** From now on by other rules. What it has spent of its rate stays spent. */
  use(rules: AccountRules, isListed: boolean, nowMs: number): void {
    const { submitRate } = rules;
    this.#rules = rules;
    this.isListed = isListed;
    if (submitRate === undefined) this.#bucket = undefined;
    else this.#bucket?.use(submitRate, nowMs);
    for (const member of this.members) member.limitsChanged(nowMs);
  }

  /** The one bucket of all its sessions; undefined where it has no rate. */
  bucket(nowMs: number): TokenBucket | undefined {
    const { submitRate } = this.#rules;
    if (submitRate !== undefined) this.#bucket ??= new TokenBucket(submitRate, nowMs);
    return this.#bucket;
  }

  /** The session of which nothing was heard for longest. */
  mostSilent(): AccountMember | undefined {
    let found: AccountMember | undefined;
    for (const member of this.members) {
      if (found === undefined || member.lastHeardMs() < found.lastHeardMs()) found = member;
    }
    return found;
  }

  refuses(reason: CloseReason): void {
    this.#refused ??= new Map();
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  figures(): AccountFigures {
    const { name: account, isListed, members, rejected, delayed, delayedMs } = this;
    const { maxConnections } = this.#rules;
    const counts = { rejected, delayed, delayedMs, refused: new Map(this.#refused) };
    return { account, isListed, connectionsNow: members.size, maxConnections, ...counts };
  }
}
