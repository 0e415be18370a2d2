/** Places sessions on a backend's servers, lets them wait where all are full, remembers who was where. Pure. */

import type { Chance } from './algorithms/chooser.js';
import { Balance } from './balance.js';
import type { BalanceRules } from './balance.js';
import { candidatesOf, hasRoom } from './server.js';
import type { Requester, Server } from './server.js';
import { StickTable } from './stick-table.js';
import type { StickRules } from './stick-table.js';
import { WaitingLine } from './waiting-line.js';
import type { Waiting } from './waiting-line.js';

export interface BackendRules extends BalanceRules {
  readonly stick: StickRules | undefined;
  /** Without another server all backups are used, not only the first. */
  readonly allBackups: boolean;
  /** With fewer servers to choose from nobody is placed, so that the rest is not overrun. 0: no such floor. */
  readonly minUp: number;
}

/** The session has a place: the server's sessionsNow has grown, until `release`. */
export interface Placed {
  readonly kind: 'placed';
  readonly server: Server;
  /** `redispatch`: another server, or others, failed for this session before. `queue`: it has waited. */
  readonly why: 'stick-table' | 'balance' | 'redispatch' | 'queue';
}

/** All that it may go to are full; `waitsFor` is the server that hash or stick table say, undefined if any will do. */
export interface Queued {
  readonly kind: 'queued';
  readonly waitsFor: Server | undefined;
}

export type Placement =
  | Placed
  | Queued
  /** The backend has no server that takes new sessions, or fewer than it must have. */
  | { readonly kind: 'none'; readonly why: 'no-server' | 'min-up' };

/** A place that has been given to somebody who waited. */
export interface Handed<Waiter> extends Placed {
  readonly waiter: Waiter;
}

/** What a change has meant for those who waited. They must be told. */
export interface Reordered<Waiter> {
  readonly handed: readonly Handed<Waiter>[];
  /** There is no server to wait for any more. */
  readonly turnedAway: readonly Waiter[];
}

/** A session that a server has accepted, and that has not ended. */
export interface Present {
  readonly who: Requester;
  readonly server: Server;
}

/** Who counts what becomes of a backend's places. */
export interface PlaceWatcher {
  /** A session has begun to look for a place. */
  sought(): void;
  placed(server: Server, why: Placed['why']): void;
  released(server: Server): void;
  /** So many wait now for this server; with undefined, for any. */
  queued(waitsFor: Server | undefined, waiting: number): void;
  /** A server may be usable now, or not any more. `accepts`: whether the backend places anybody. */
  changed(accepts: boolean, nowMs: number): void;
}

const NOBODY: PlaceWatcher = { sought() {}, placed() {}, released() {}, queued() {}, changed() {} };

/** `Waiter` is whatever the caller knows a waiting session by; it is compared by identity. */
export class Backend<Waiter> {
  #rules: BackendRules;
  #servers: readonly Server[];
  #balance: Balance;
  #stick: StickTable | undefined;
  readonly #chance: Chance;
  readonly #line = new WaitingLine<Waiter>();
  readonly #watcher: PlaceWatcher;

  constructor(rules: BackendRules, servers: readonly Server[], chance: Chance, watcher = NOBODY) {
    this.#rules = rules;
    this.#chance = chance;
    this.#watcher = watcher;
    this.#servers = servers;
    this.#balance = new Balance(rules, chance);
    this.#stick = rules.stick === undefined ? undefined : new StickTable(rules.stick);
    this.#balance.use(candidatesOf(servers, rules.allBackups));
    this.#balance.prepare();
  }

  /** Those that are leaving are in it. */
  get servers(): readonly Server[] {
    return this.#servers;
  }

  /**
   * Goes by these rules and spreads over these servers from now on; `changed` is to be called when all is in place. What
   * is remembered stays, unless the key of the stick table is another one: then it begins with those who are here now.
   */
  use(rules: BackendRules, servers: readonly Server[], present: Iterable<Present>, nowMs: number): void {
    if (!isSameBalance(this.#rules, rules)) this.#balance = new Balance(rules, this.#chance);
    if (rules.stick !== undefined && rules.stick.on === this.#stick?.rules.on) this.#stick.use(rules.stick);
    else this.#stick = rules.stick && tableOf(rules.stick, present, nowMs);
    this.#rules = rules;
    this.#servers = servers;
    this.#balance.use(candidatesOf(servers, rules.allBackups));
  }

  /** The server has left for good: nobody holds a place there. */
  forget(server: Server): void {
    if (server.sessionsNow > 0) throw new Error(`${server.name} has sessions`);
    this.#servers = this.#servers.filter((other) => other !== server);
  }

  get stickTable(): StickTable | undefined {
    return this.#stick;
  }

  /** How many servers new sessions are spread over, and whether that is enough for anybody to be placed. */
  get choices(): number {
    return this.#balance.servers.length;
  }

  get accepts(): boolean {
    return this.choices >= Math.max(1, this.#rules.minUp);
  }

  /** Whether new sessions may go to this server, and not only because it is usable: backups may not always. */
  takes(server: Server): boolean {
    return this.accepts && this.#balance.servers.includes(server);
  }

  /** How many wait, over all servers. */
  get queuedNow(): number {
    return this.#line.length;
  }

  /** How many wait for this server; with undefined, how many wait for any. */
  queuedFor(waitsFor: Server | undefined): number {
    return this.#line.lengthOf(waitsFor);
  }

  /** A session begins to look for a place. */
  seek(): void {
    this.#watcher.sought();
  }

  /**
   * Finds a place for a session that `tried` servers have failed. Those are not tried again while there is another.
   * Who is `queued` and wants to wait calls `enqueue` before anything else happens here.
   */
  place(who: Requester, tried: readonly Server[], nowMs: number): Placement {
    if (!this.accepts) return { kind: 'none', why: this.choices === 0 ? 'no-server' : 'min-up' };
    const stuckTo = this.#stuckTo(who, tried, nowMs);
    const server = stuckTo ?? this.#balance.choose(who, tried);
    if (server === undefined || !hasRoom(server)) return { kind: 'queued', waitsFor: server };
    if (tried.length > 0) return this.#take(server, 'redispatch');
    return this.#take(server, stuckTo === undefined ? 'balance' : 'stick-table');
  }

  /** A place on this very server; none if it takes nobody now, is full, or has failed this session before. */
  placeAt(server: Server, tried: readonly Server[]): Placement {
    if (!this.takes(server) || !hasRoom(server) || tried.includes(server)) return { kind: 'none', why: 'no-server' };
    return this.#take(server, 'balance');
  }

  /** Where a session would be placed that nobody remembers; undefined where that is not for it alone to say. */
  homeOf(who: Requester): Server | undefined {
    return this.#balance.homeOf(who);
  }

  /** Waits, behind all that wait already, for what `place` has said. Ends with a `Handed` or with `withdraw`. */
  enqueue(waiter: Waiter, who: Requester, tried: readonly Server[], queued: Queued): void {
    this.#append({ waiter, who, tried, waitsFor: queued.waitsFor });
  }

  /** Waits no more: its time is over, or its client is gone. Returns false if it did not wait. */
  withdraw(waiter: Waiter): boolean {
    return this.#line.withdraw(waiter);
  }

  /** Gives a place back. It goes at once to the oldest waiter that may use it, who is returned and must be told. */
  release(server: Server): Handed<Waiter> | undefined {
    if (server.sessionsNow <= 0) throw new Error(`a place of ${server.name} was given back twice`);
    server.sessionsNow -= 1;
    this.#watcher.released(server);
    if (!hasRoom(server)) return undefined;
    const waiter = this.#line.takeFor(server, (tried) => this.#balance.suits(server, tried));
    if (waiter === undefined) return undefined;
    return { ...this.#take(server, 'queue'), waiter };
  }

  /**
   * To be called when a server has got another weight or maxconn, or has become usable or not. All who wait choose
   * again, the oldest first; those who wait on keep their order.
   */
  changed(nowMs: number): Reordered<Waiter> {
    this.#balance.use(candidatesOf(this.#servers, this.#rules.allBackups));
    this.#watcher.changed(this.accepts, nowMs);
    const handed: Handed<Waiter>[] = [];
    const turnedAway: Waiter[] = [];
    for (const { waiter, who, tried } of this.#line.takeAll()) {
      const placement = this.place(who, tried, nowMs);
      if (placement.kind === 'placed') handed.push({ ...placement, why: 'queue', waiter });
      else if (placement.kind === 'queued') this.#append({ waiter, who, tried, waitsFor: placement.waitsFor });
      // An SP that is told so at once comes again when a server may be back; one that waits learns nothing.
      else turnedAway.push(waiter);
    }
    return { handed, turnedAway };
  }

  /** The server has accepted the session: whoever comes back is sent there again. Once for each place that is kept. */
  established(who: Requester, server: Server, nowMs: number): void {
    this.#stick?.established(who, server.name, nowMs);
  }

  /** An established session has left its server. Its place is given back by `release`. */
  ended(who: Requester, nowMs: number): void {
    this.#stick?.ended(who, nowMs);
  }

  #take(server: Server, why: Placed['why']): Placed {
    server.sessionsNow += 1;
    this.#watcher.placed(server, why);
    return { kind: 'placed', server, why };
  }

  #append(waiting: Waiting<Waiter>): void {
    this.#line.append(waiting);
    this.#watcher.queued(waiting.waitsFor, this.#line.lengthOf(waiting.waitsFor));
  }

  #stuckTo(who: Requester, tried: readonly Server[], nowMs: number): Server | undefined {
    const name = this.#stick?.match(who, nowMs);
    const server = name === undefined ? undefined : this.#balance.servers.find((candidate) => candidate.name === name);
    return server !== undefined && this.#balance.suits(server, tried) ? server : undefined;
  }
}

function isSameBalance(one: BalanceRules, other: BalanceRules): boolean {
  const isSameFactor = one.hashBalanceFactor === other.hashBalanceFactor;
  return one.balance === other.balance && one.hashType === other.hashType && isSameFactor;
}

function tableOf(rules: StickRules, present: Iterable<Present>, nowMs: number): StickTable {
  const table = new StickTable(rules);
  for (const { who, server } of present) table.established(who, server.name, nowMs);
  return table;
}
