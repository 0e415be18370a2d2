/** Applies a backend's algorithm to the servers that may take a session now. Pure: chance is given. */

import { ALGORITHMS, HASH_TYPES, followsRamp } from './algorithms.js';
import type { Algorithm, AlgorithmName, HashTypeName } from './algorithms.js';
import type { Accepts, Chance, Chooser } from './algorithms/chooser.js';
import { RoundRobin } from './algorithms/round-robin.js';
import { hasRoom, weightNow } from './server.js';
import type { Requester, Server } from './server.js';

export interface BalanceRules {
  readonly balance: AlgorithmName;
  /** For the algorithms that hash. */
  readonly hashType: HashTypeName;
  /** In per cent, above 100: how far a server's load may exceed its share before the next one is used. 0: no bound. */
  readonly hashBalanceFactor: number;
}

/** A chooser with the tables that it has built, and from which generation of servers. */
interface Cached {
  readonly chooser: Chooser;
  generation: number;
}

export class Balance {
  readonly #algorithm: Algorithm;
  readonly #hashed: Cached;
  /** The algorithm if it does not hash; else the round robin of those that have no key. */
  readonly #free: Cached;
  readonly #factor: number;
  readonly #followsRamp: boolean;
  #servers: readonly Server[] = [];
  /** What #servers weighed when the generation began: whole, and as far as their ramps let them. */
  #weights: readonly (readonly [number, number])[] = [];
  #generation = 0;

  constructor(rules: BalanceRules, chance: Chance) {
    const hashType = HASH_TYPES[rules.hashType];
    this.#algorithm = ALGORITHMS[rules.balance];
    const free = this.#algorithm.kind === 'free' ? this.#algorithm.chooser(chance) : new RoundRobin();
    this.#free = { chooser: free, generation: 0 };
    this.#hashed = { chooser: hashType.chooser(), generation: 0 };
    this.#followsRamp = followsRamp(rules.balance, rules.hashType);
    this.#factor = hashType.takesBalanceFactor ? rules.hashBalanceFactor : 0;
  }

  get servers(): readonly Server[] {
    return this.#servers;
  }

  /**
   * Sets the servers to choose from, in order of id. To be called again when one of them has got another weight. If
   * nothing has changed, tables and turns go on as they are.
   */
  use(servers: readonly Server[]): void {
    const isSame =
      servers.length === this.#servers.length &&
      servers.every((server, index) => {
        const [weight, ramp] = this.#weights[index] ?? [];
        const isEqual = server.weight === weight && (server.ramp === ramp || !this.#followsRamp);
        return server === this.#servers[index] && isEqual;
      });
    if (isSame) return;
    this.#servers = servers;
    this.#weights = servers.map(({ weight, ramp }) => [weight, ramp]);
    this.#generation += 1;
  }

  /** Whether a session that failed on the tried servers may go to this one: not a tried one while there is another. */
  suits(server: Server, tried: readonly Server[]): boolean {
    if (!this.#servers.includes(server)) return false;
    return !tried.includes(server) || this.#servers.every((other) => tried.includes(other));
  }

  /** The server for `who`. One that hashing says may be full: `who` waits for it. Undefined: all that suit are full. */
  choose(who: Requester, tried: readonly Server[]): Server | undefined {
    const suits: Accepts = tried.length === 0 ? () => true : (server) => this.suits(server, tried);
    const hash = this.#algorithm.kind === 'hashing' ? this.#algorithm.hashOf(who) : undefined;
    if (hash === undefined) return this.#fresh(this.#free).choose((server) => hasRoom(server) && suits(server), 0);
    const chooser = this.#fresh(this.#hashed);
    if (this.#factor === 0) return chooser.choose(suits, hash);
    const isWithinBound = this.#bound();
    return chooser.choose((server) => suits(server) && isWithinBound(server), hash) ?? chooser.choose(suits, hash);
  }

  /** What hashing says of `who`, bounds left aside; undefined where nothing is hashed. */
  homeOf(who: Requester): Server | undefined {
    const hash = this.#algorithm.kind === 'hashing' ? this.#algorithm.hashOf(who) : undefined;
    return hash === undefined ? undefined : this.#fresh(this.#hashed).choose(() => true, hash);
  }

  /** Builds the tables now, so that the first session does not wait for them. */
  prepare(): void {
    if (this.#algorithm.kind === 'hashing') this.#fresh(this.#hashed);
  }

  /** Builds the tables only when they are asked for, once for however many changes. */
  #fresh(cached: Cached): Chooser {
    if (cached.generation !== this.#generation) {
      cached.chooser.use(this.#servers);
      cached.generation = this.#generation;
    }
    return cached.chooser;
  }

  /** A server's bound is its share, by weight, of all sessions and this one, times the factor, rounded up. */
  #bound(): Accepts {
    let sessions = 1;
    let weight = 0;
    for (const server of this.#servers) {
      sessions += server.sessionsNow;
      weight += weightNow(server);
    }
    return (server) => server.sessionsNow < Math.ceil((sessions * this.#factor * weightNow(server)) / (100 * weight));
  }
}
