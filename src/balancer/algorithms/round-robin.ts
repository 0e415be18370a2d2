/** `roundrobin`: each in turn by weight, a heavy server's turns spread over the cycle (smooth weighted). Pure. */

import { weightNow } from '../server.js';
import type { Server } from '../server.js';
import { Turns } from './chooser.js';
import type { Accepts, Chooser } from './chooser.js';

export class RoundRobin implements Chooser {
  readonly #turns = new Turns();
  /** Grows by the weight at every choice, falls by all weights when chosen: the highest is furthest behind. */
  #scores = new Map<Server, number>();

  /** Begins a new cycle: scores earned under other weights would give one server a burst. */
  use(servers: readonly Server[]): void {
    this.#scores = new Map(servers.map((server) => [server, 0]));
  }

  choose(accepts: Accepts): Server | undefined {
    let best: Server | undefined;
    let bestScore = 0;
    let totalWeight = 0;
    for (const [server, oldScore] of this.#scores) {
      if (!accepts(server)) continue;
      const score = oldScore + weightNow(server);
      this.#scores.set(server, score);
      totalWeight += weightNow(server);
      const isNext = best === undefined || score > bestScore;
      if (isNext || (score === bestScore && best !== undefined && this.#turns.isBefore(server, best))) {
        best = server;
        bestScore = score;
      }
    }
    if (best === undefined) return undefined;
    this.#scores.set(best, bestScore - totalWeight);
    this.#turns.take(best);
    return best;
  }
}
