/** `hash-type consistent`: HAProxy's ring of points. When a server goes, only its own clients move. Pure. */

import { avalanche } from '../hash.js';
import { MAX_WEIGHT, weightNow } from '../server.js';
import type { Server } from '../server.js';
import type { Accepts, Chooser } from './chooser.js';

const POINTS_PER_WEIGHT = 16;
/** A server's points are numbered from its id times this, so that none is taken twice. */
const POINTS_PER_ID = MAX_WEIGHT * POINTS_PER_WEIGHT;
const WORD = 2 ** 32;

/** At least one, however small the weight is at the moment. */
function pointsOf(server: Server): number {
  return Math.max(1, Math.floor(weightNow(server) * POINTS_PER_WEIGHT));
}

export class ConsistentRing implements Chooser {
  #servers: readonly Server[] = [];
  /** Where the points are, ascending. No two are alike: `avalanche` is one to one. */
  #positions = new Uint32Array(0);
  /** For each point, its server's index in #servers. */
  #owners = new Uint32Array(0);

  use(servers: readonly Server[]): void {
    const sortable = new Float64Array(servers.reduce((sum, server) => sum + pointsOf(server), 0));
    let count = 0;
    for (const [index, server] of servers.entries()) {
      for (let point = 0; point < pointsOf(server); point += 1) {
        // Position and owner in one number, so that one typed sort, which compares no objects, orders both.
        sortable[count] = avalanche(server.id * POINTS_PER_ID + point) * servers.length + index;
        count += 1;
      }
    }
    sortable.sort();
    this.#servers = servers;
    this.#positions = new Uint32Array(count);
    this.#owners = new Uint32Array(count);
    for (const [index, point] of sortable.entries()) {
      this.#positions[index] = Math.floor(point / servers.length);
      this.#owners[index] = point % servers.length;
    }
  }

  /** The point nearest to the mixed hash, on a tie the one before; from there along the ring to an accepted server. */
  choose(accepts: Accepts, hash: number): Server | undefined {
    const points = this.#positions.length;
    const start = this.#nearest(avalanche(hash));
    for (let step = 0; step < points; step += 1) {
      const server = this.#servers[this.#owners[(start + step) % points] ?? 0];
      if (server !== undefined && accepts(server)) return server;
    }
    return undefined;
  }

  #nearest(position: number): number {
    const points = this.#positions.length;
    const next = this.#atOrAfter(position) % points;
    const before = (next + points - 1) % points;
    const distanceToNext = ((this.#positions[next] ?? 0) - position + WORD) % WORD;
    const distanceToBefore = (position - (this.#positions[before] ?? 0) + WORD) % WORD;
    return distanceToBefore <= distanceToNext ? before : next;
  }

  /** The index of the first point at or after `position`; the number of points if there is none. */
  #atOrAfter(position: number): number {
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
