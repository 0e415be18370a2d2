/** The tables of algorithms and hash types, which configuration, documentation and balancer are drawn from. Pure. */

import type { Chance, Chooser } from './algorithms/chooser.js';
import { First } from './algorithms/first.js';
import { Least, bySessions, byUnanswered } from './algorithms/least.js';
import { Maglev } from './algorithms/maglev.js';
import { RandomOfTwo } from './algorithms/random.js';
import { ConsistentRing } from './algorithms/ring.js';
import { RoundRobin } from './algorithms/round-robin.js';
import { MapBased, StaticRoundRobin } from './algorithms/slot-map.js';
import { accountHash, sourceHash } from './hash.js';
import type { Requester } from './server.js';

/** An algorithm either hashes who asks, and the hash type does the rest, or takes any server by a rule of its own. */
export type Algorithm =
  | { readonly kind: 'hashing'; readonly describe: string; hashOf(who: Requester): number | undefined }
  | {
      readonly kind: 'free';
      readonly describe: string;
      /** Whether a server that ramps up (`slowstart`) gets less; HAProxy calls such algorithms dynamic. */
      readonly followsRamp: boolean;
      chooser(chance: Chance): Chooser;
    };

export interface HashType {
  readonly describe: string;
  /** Whether `hash-balance-factor` bounds the load of its servers. */
  readonly takesBalanceFactor: boolean;
  /** As for an algorithm that does not hash. */
  readonly followsRamp: boolean;
  chooser(): Chooser;
}

export const ALGORITHM_NAMES = [
  'roundrobin',
  'static-rr',
  'leastconn',
  'leastload',
  'first',
  'random',
  'source',
  'account',
] as const;
export type AlgorithmName = (typeof ALGORITHM_NAMES)[number];

export const ALGORITHMS: Readonly<Record<AlgorithmName, Algorithm>> = {
  roundrobin: {
    kind: 'free',
    describe: 'Each server in turn by weight, spread evenly; follows changes of weight at once.',
    followsRamp: true,
    chooser: () => new RoundRobin(),
  },
  'static-rr': {
    kind: 'free',
    describe: "Each server in turn by weight, in the fixed order of the slots of HAProxy's map.",
    followsRamp: false,
    chooser: () => new StaticRoundRobin(),
  },
  leastconn: {
    kind: 'free',
    describe: 'The server with the fewest sessions for its weight; in turn among equals.',
    followsRamp: true,
    chooser: () => new Least(bySessions),
  },
  leastload: {
    kind: 'free',
    describe:
      'The server with the fewest unanswered requests for its weight; among equals the fewest sessions, then in turn.',
    followsRamp: true,
    chooser: () => new Least(byUnanswered),
  },
  first: {
    kind: 'free',
    describe: 'The first declared server that has room: fills it to its maxconn before it uses the next.',
    followsRamp: false,
    chooser: () => new First(),
  },
  random: {
    kind: 'free',
    describe: 'Two servers drawn by weight, and of them the one with fewer sessions for its weight.',
    followsRamp: true,
    chooser: (chance) => new RandomOfTwo(chance),
  },
  source: {
    kind: 'hashing',
    describe: "By the client's address: the same address finds the same server. A client without one goes round robin.",
    hashOf: sourceHash,
  },
  account: {
    kind: 'hashing',
    describe: "By the account that logs in (Source_Addr): one SP's connections find the same server.",
    hashOf: accountHash,
  },
};

export const HASH_TYPE_NAMES = ['maglev', 'map-based', 'consistent'] as const;
export type HashTypeName = (typeof HASH_TYPE_NAMES)[number];

export const HASH_TYPES: Readonly<Record<HashTypeName, HashType>> = {
  maglev: {
    describe:
      "Shares even to a fraction of a percent; when one of N servers goes, under 1 % of the others' clients move.",
    takesBalanceFactor: true,
    // A new table at every step would move clients about.
    followsRamp: false,
    chooser: () => new Maglev(),
  },
  'map-based': {
    describe: "HAProxy's default: the address modulo the total weight. Most clients move when a server comes or goes.",
    takesBalanceFactor: false,
    followsRamp: false,
    chooser: () => new MapBased(),
  },
  consistent: {
    describe: "HAProxy's ring: only the clients of a server that goes move, but shares are uneven.",
    takesBalanceFactor: true,
    followsRamp: true,
    chooser: () => new ConsistentRing(),
  },
};

export function followsRamp(balance: AlgorithmName, hashType: HashTypeName): boolean {
  const algorithm = ALGORITHMS[balance];
  return algorithm.kind === 'hashing' ? HASH_TYPES[hashType].followsRamp : algorithm.followsRamp;
}
