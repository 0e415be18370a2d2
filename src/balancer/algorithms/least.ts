/** `leastconn` and `leastload`: the server with the least to do for its weight, in turn among equals. Pure. */

import { weightNow } from '../server.js';
import type { Server } from '../server.js';
import { Turns } from './chooser.js';
import type { Accepts, Chooser } from './chooser.js';

/** Negative if `left` has less to do than `right`. Compares a/b with c/d as a*d with c*b, so that equals are exact. */
type CompareLoad = (left: Server, right: Server) => number;

export const bySessions: CompareLoad = (left, right) =>
  left.sessionsNow * weightNow(right) - right.sessionsNow * weightNow(left);

export const byUnanswered: CompareLoad = (left, right) =>
  left.unansweredNow * weightNow(right) - right.unansweredNow * weightNow(left) || bySessions(left, right);

export class Least implements Chooser {
  readonly #compareLoad: CompareLoad;
  readonly #turns = new Turns();
  #servers: readonly Server[] = [];

  constructor(compareLoad: CompareLoad) {
    this.#compareLoad = compareLoad;
  }

  use(servers: readonly Server[]): void {
    this.#servers = servers;
  }

  choose(accepts: Accepts): Server | undefined {
    let best: Server | undefined;
    for (const server of this.#servers) {
      if (accepts(server) && (best === undefined || this.#isBetter(server, best))) best = server;
    }
    if (best !== undefined) this.#turns.take(best);
    return best;
  }

  #isBetter(server: Server, best: Server): boolean {
    const difference = this.#compareLoad(server, best);
    return difference < 0 || (difference === 0 && this.#turns.isBefore(server, best));
  }
}
