/**
 * The accounts: who may log in, from where, how often, and what the balancer itself can say of a login. Pure.
 *
 * A login is judged before anything is opened towards a server, so that a wrong one never reaches a gateway. One table
 * serves all frontends: an account's limits are of all its sessions together.
 */

import { Account } from './account.js';
import type { AccountFigures, AccountMember } from './account.js';
import { NO_RULES } from './account-rules.js';
import type { AccountsRules, AllowedSource } from './account-rules.js';
import type { CloseReason } from './close-reason.js';
import { ATTEMPTS, Lockout } from './lockout.js';
import { mannerOf, signedAnew, skewMs } from './login-proof.js';
import type { Login } from './recognise.js';

/** Without a session, so many accounts that no one has listed are remembered: what they have spent, and their counts. */
export const REMEMBERED_ACCOUNTS = 10_000;
const IPV6_BYTES = 16;
const IPV6_NETWORK_BYTES = 8;
const MS_PER_SECOND = 1000;

/** Who wants to know what becomes of accounts: the log. */
export interface AccountsWatcher {
  /** A SUBMIT was beyond the rate or the window: told of each one. */
  limited(account: Account): void;
  /** So many wrong secrets came from this address, or for IPv6 its network, that it is not listened to for a while. */
  lockedOut(account: string, source: Uint8Array): void;
}

interface Network {
  readonly address: Uint8Array;
  readonly prefixBits: number;
}

export interface AccountsParts {
  /** Milliseconds since 1970-01-01 UTC, to look at and to make Timestamps. */
  readonly wallMs: () => number;
  readonly networkList: (networks: readonly Network[]) => { holds(address: Uint8Array): boolean };
  readonly watcher: AccountsWatcher;
}

/** What a session has of its account, to be given back with `leave`. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly account: Account;
}

export interface NotAdmitted {
  readonly kind: 'refused';
  readonly reason: CloseReason;
  /** For the log. */
  readonly detail: string;
}

/** What a session needs of the accounts. */
export type AccountGate = Pick<Accounts, 'admit' | 'leave' | 'limited'>;

type Judgement = Pick<NotAdmitted, 'reason' | 'detail'> | undefined;
type SourceCheck = (source: Uint8Array) => boolean;

export class Accounts {
  readonly #parts: AccountsParts;
  readonly #lockout = new Lockout();
  /** Before `use`, everybody is welcome. */
  #rules: AccountsRules = { listed: [], unlisted: NO_RULES };
  #unlistedSources: SourceCheck = () => true;
  /** Those that are listed, with or without sessions. */
  #listed = new Map<string, Account>();
  readonly #sources = new Map<string, SourceCheck>();
  /** The others that have sessions; and of those that have none as many as are remembered, the longest forsaken first. */
  readonly #busy = new Map<string, Account>();
  readonly #idle = new Map<string, Account>();
  #refusedUnknown = 0;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  /** Logins that were refused because nobody has listed their account. Their names are not remembered. */
  get refusedUnknown(): number {
    return this.#refusedUnknown;
  }

  /**
   * By these rules from now on. Accounts that are in both keep their sessions, what they have spent, and their counts;
   * sessions stay, also those beyond a lower limit and those of an account that would now be refused.
   */
  use(rules: AccountsRules, nowMs: number): void {
    const former = new Map([...this.#idle, ...this.#busy, ...this.#listed]);
    this.#rules = rules;
    this.#unlistedSources = this.#sourceCheck(rules.unlisted?.allowFrom);
    this.#listed = new Map();
    this.#sources.clear();
    this.#busy.clear();
    this.#idle.clear();
    for (const listed of rules.listed) {
      const { account: name } = listed;
      const account = former.get(name) ?? new Account(name, listed, true);
      account.use(listed, true, nowMs);
      this.#listed.set(name, account);
      this.#sources.set(name, this.#sourceCheck(listed.allowFrom));
      former.delete(name);
    }
    this.#useUnlisted(former, nowMs);
  }

  /** Lets a login in, until `leave`; or says why not. `member` is the session. */
  admit(login: Login, source: Uint8Array, member: AccountMember, nowMs: number): Admitted | NotAdmitted {
    const account = this.#listed.get(login.account) ?? this.#unlistedAccount(login.account);
    if (account === undefined) {
      this.#refusedUnknown += 1;
      return { kind: 'refused', reason: 'account-unknown', detail: 'not in accounts, and unknown-accounts is refuse' };
    }
    const judgement = this.#judge(account, login, source, nowMs) ?? crowded(account);
    if (judgement !== undefined) {
      account.refuses(judgement.reason);
      this.#keep(account);
      return { kind: 'refused', ...judgement };
    }
    if (account.isFull) this.#replace(account, nowMs);
    account.members.add(member);
    this.#keep(account);
    return { kind: 'admitted', account };
  }

  /** The session is over. */
  leave({ account }: Admitted, member: AccountMember): void {
    account.members.delete(member);
    this.#keep(account);
  }

  limited(account: Account): void {
    this.#parts.watcher.limited(account);
  }

  /** The login as its SP would make it now; undefined where the secret is not known, or not the one it was made with. */
  signLogin(login: Login): Login | undefined {
    const secret = this.#listed.get(login.account)?.rules.secret;
    return secret && signedAnew(login, secret.reveal(), this.#parts.wallMs());
  }

  /** One that is listed, or is remembered. */
  find(name: string): Account | undefined {
    return this.#listed.get(name) ?? this.#busy.get(name) ?? this.#idle.get(name);
  }

  /** Of every account that is listed, and of the others that are remembered. */
  figures(): readonly AccountFigures[] {
    return [...this.#listed.values(), ...this.#busy.values(), ...this.#idle.values()].map((account) =>
      account.figures(),
    );
  }

  #judge(account: Account, login: Login, source: Uint8Array, nowMs: number): Judgement {
    const allows = account.isListed ? this.#sources.get(account.name) : this.#unlistedSources;
    if (allows?.(source) === false) return { reason: 'account-address', detail: 'not in allow-from' };
    const { secret, clockWindowMs } = account.rules;
    if (secret === undefined) return undefined;
    const guesser = guesserOf(account.name, source);
    const lockedUntilMs = this.#lockout.lockedUntilMs(guesser, nowMs);
    // Not even with the right secret: else the answer would tell who guesses on that it was right.
    if (lockedUntilMs !== undefined) {
      const seconds = Math.ceil((lockedUntilMs - nowMs) / MS_PER_SECOND);
      return { reason: 'account-locked', detail: `${ATTEMPTS} wrong secrets; locked out for another ${seconds} s` };
    }
    if (mannerOf(login, secret.reveal()) === undefined) {
      const isLocked = this.#lockout.wasWrong(guesser, nowMs);
      if (isLocked) this.#parts.watcher.lockedOut(account.name, networkOf(source));
      return { reason: 'account-secret', detail: 'AuthenticatorSource is not of this account’s shared-secret' };
    }
    this.#lockout.wasRight(guesser);
    return clockWindowMs === Infinity ? undefined : untimely(skewMs(login, this.#parts.wallMs()), clockWindowMs);
  }

  /** The longest silent session makes way. Its place is free at once, though it takes a while to end. */
  #replace(account: Account, nowMs: number): void {
    const silent = account.mostSilent();
    if (silent === undefined) return;
    account.members.delete(silent);
    silent.makeWay(nowMs);
  }

  #unlistedAccount(name: string): Account | undefined {
    const { unlisted } = this.#rules;
    return unlisted && (this.#busy.get(name) ?? this.#idle.get(name) ?? new Account(name, unlisted, false));
  }

  /** An account that is not listed and has no session is remembered in place of the one that has had none for longest. */
  #keep(account: Account): void {
    if (account.isListed) return;
    const { name } = account;
    this.#idle.delete(name);
    if (account.members.size > 0) {
      this.#busy.set(name, account);
      return;
    }
    this.#busy.delete(name);
    this.#idle.set(name, account);
    const [oldest] = this.#idle.keys();
    if (oldest !== undefined && this.#idle.size > REMEMBERED_ACCOUNTS) this.#idle.delete(oldest);
  }

  #useUnlisted(accounts: ReadonlyMap<string, Account>, nowMs: number): void {
    const { unlisted } = this.#rules;
    for (const account of accounts.values()) {
      // Where others are refused, those who are here stay, by the rules that they came by.
      account.use(unlisted ?? account.rules, false, nowMs);
      this.#keep(account);
    }
  }

  #sourceCheck(allowed: readonly AllowedSource[] | undefined): SourceCheck {
    if (allowed === undefined) return () => true;
    const isUnixAllowed = allowed.some(({ kind }) => kind === 'unix');
    const list = this.#parts.networkList(allowed.flatMap((each) => (each.kind === 'network' ? [each.network] : [])));
    return (source) => (source.length === 0 ? isUnixAllowed : list.holds(source));
  }
}

function crowded(account: Account): Judgement {
  const { maxConnections, onMaxConnections } = account.rules;
  if (!account.isFull || onMaxConnections === 'replace') return undefined;
  return { reason: 'account-maxconn', detail: `max-connections ${maxConnections}` };
}

function untimely(skew: number, windowMs: number): Judgement {
  if (skew <= windowMs) return undefined;
  const offText = skew === Infinity ? 'is no time' : `is ${Math.round(skew / MS_PER_SECOND)} s off`;
  return { reason: 'account-clock', detail: `its Timestamp ${offText}; clock-window is ${windowMs / MS_PER_SECOND} s` };
}

/** Whoever has one IPv6 address has its whole /64, and would never use up the attempts of all of them. */
function networkOf(source: Uint8Array): Uint8Array {
  if (source.length !== IPV6_BYTES) return source;
  return Uint8Array.from(source, (byte, index) => (index < IPV6_NETWORK_BYTES ? byte : 0));
}

function guesserOf(account: string, source: Uint8Array): string {
  return `${account} ${networkOf(source).join('.')}`;
}
