/**
 * `hash-type maglev`: a table of 65,537 slots that the servers fill in turn, each in its own order of preference
 * (Eisenbud et al., "Maglev", NSDI 2016, 3.4). Pure. Shares are even to a few slots, and few slots change hands when a
 * server comes or goes.
 */

import { avalanche, textHash } from '../hash.js';
import type { Server } from '../server.js';
import type { Accepts, Chooser } from './chooser.js';

/** A prime, so that every step of 1 to one less visits all slots. At 100 servers a share is still 655 slots. */
const SLOTS = 65_537;
const FREE = 0xffff;
/** Makes the step independent of the start, which comes from the same name. */
const STEP_SEED = 0x9e3779b9;

/** One server's way through the slots while the table is filled. */
interface Filler {
  readonly index: number;
  readonly weight: number;
  readonly step: number;
  slot: number;
  /** Grows by the weight every round; the heaviest server's weight pays for a slot. */
  credit: number;
}

export class Maglev implements Chooser {
  #servers: readonly Server[] = [];
  /** For each slot, its server's index in #servers. */
  #owners = new Uint16Array(0);

  use(servers: readonly Server[]): void {
    // By name: neither another order of declaration nor a new server in the midst shuffles the table.
    this.#servers = servers.toSorted((left, right) => (left.name < right.name ? -1 : 1));
    this.#owners = fill(this.#servers);
  }

  /** The mixed hash's slot; from there along the table to a server that is accepted. */
  choose(accepts: Accepts, hash: number): Server | undefined {
    // Mixed, because aligned addresses (one gateway per /24) would otherwise meet in few slots.
    const start = avalanche(hash) % SLOTS;
    for (let step = 0; step < SLOTS; step += 1) {
      const server = this.#servers[this.#owners[(start + step) % SLOTS] ?? 0];
      if (server !== undefined && accepts(server)) return server;
    }
    return undefined;
  }
}

function fill(servers: readonly Server[]): Uint16Array<ArrayBuffer> {
  const owners = new Uint16Array(SLOTS).fill(FREE);
  const price = servers.reduce((heaviest, server) => Math.max(heaviest, server.weight), 0);
  if (price === 0) return owners;
  const fillers = servers.map((server, index) => fillerOf(server, index));
  let left = SLOTS;
  while (left > 0) {
    for (const filler of fillers) {
      filler.credit += filler.weight;
      if (filler.credit < price || left === 0) continue;
      filler.credit -= price;
      takeNextFree(owners, filler);
      left -= 1;
    }
  }
  return owners;
}

function fillerOf({ name, weight }: Server, index: number): Filler {
  const hash = textHash(name);
  return { index, weight, slot: hash % SLOTS, step: 1 + (avalanche(hash ^ STEP_SEED) % (SLOTS - 1)), credit: 0 };
}

function takeNextFree(owners: Uint16Array, filler: Filler): void {
  while (owners[filler.slot] !== FREE) filler.slot = (filler.slot + filler.step) % SLOTS;
  owners[filler.slot] = filler.index;
}
