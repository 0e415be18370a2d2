/**
 * HAProxy's map: as many slots as the usable servers weigh together, each server in its share of them, well mixed.
 * `hash-type map-based` looks a hash up in it, `static-rr` walks along it. Pure.
 */

import type { Server } from '../server.js';
import type { Accepts, Chooser } from './chooser.js';

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}

/**
 * Slot by slot, every server's score grows by its weight; the first whose (score + total) / total, rounded down, is the
 * largest takes the slot and loses the total. Exactly this rule, rounding and all, makes the map HAProxy's.
 */
export function slotsFor(servers: readonly Server[]): readonly Server[] {
  const divisor = servers.reduce((sofar, server) => greatestCommonDivisor(sofar, server.weight), 0);
  const total = servers.reduce((sum, server) => sum + server.weight / divisor, 0);
  const scored = servers.map((server) => ({ server, share: server.weight / divisor, score: 0 }));
  const slots: Server[] = [];
  while (slots.length < total) {
    let best = scored[0];
    let bestRank = -1;
    for (const entry of scored) {
      entry.score += entry.share;
      const rank = Math.floor((entry.score + total) / total);
      if (rank > bestRank) {
        best = entry;
        bestRank = rank;
      }
    }
    if (best === undefined) break;
    best.score -= total;
    slots.push(best.server);
  }
  return slots;
}

/** The first slot from `start` on, once around, whose server is accepted. */
function slotFrom(slots: readonly Server[], start: number, accepts: Accepts): number | undefined {
  for (let step = 0; step < slots.length; step += 1) {
    const slot = (start + step) % slots.length;
    const server = slots[slot];
    if (server !== undefined && accepts(server)) return slot;
  }
  return undefined;
}

export class MapBased implements Chooser {
  #slots: readonly Server[] = [];

  use(servers: readonly Server[]): void {
    this.#slots = slotsFor(servers);
  }

  choose(accepts: Accepts, hash: number): Server | undefined {
    const slot = slotFrom(this.#slots, hash % this.#slots.length, accepts);
    return slot === undefined ? undefined : this.#slots[slot];
  }
}

export class StaticRoundRobin implements Chooser {
  #slots: readonly Server[] = [];
  #nextSlot = 0;

  use(servers: readonly Server[]): void {
    this.#slots = slotsFor(servers);
  }

  choose(accepts: Accepts): Server | undefined {
    // Past the end, also because the map has become shorter: from the beginning, where HAProxy goes on too.
    const start = this.#nextSlot < this.#slots.length ? this.#nextSlot : 0;
    const slot = slotFrom(this.#slots, start, accepts);
    if (slot === undefined) return undefined;
    this.#nextSlot = slot + 1;
    return this.#slots[slot];
  }
}
