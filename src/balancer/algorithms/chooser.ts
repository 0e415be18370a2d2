/** What every algorithm is to the balancer, and the turn that settles a tie. Pure. */

import type { Server } from '../server.js';

/** Says whether a server may be chosen for this one session: it was not tried before, it has room, and so on. */
export type Accepts = (server: Server) => boolean;

/** Chance, which is given and never taken. */
export interface Chance {
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number;
}

export interface Chooser {
  /** Sets the servers to choose from, in order of id: before the first choice, and when they or a weight changed. */
  use(servers: readonly Server[]): void;
  /** Chooses a server that `accepts` agrees to, undefined if there is none. Only hashing algorithms look at `hash`. */
  choose(accepts: Accepts, hash: number): Server | undefined;
}

/** Who was chosen when: between equals the one that has waited longest is next, whoever comes and goes. */
export class Turns {
  readonly #lastTurns = new WeakMap<Server, number>();
  #turn = 0;

  take(server: Server): void {
    this.#turn += 1;
    this.#lastTurns.set(server, this.#turn);
  }

  isBefore(left: Server, right: Server): boolean {
    return (this.#lastTurns.get(left) ?? 0) < (this.#lastTurns.get(right) ?? 0);
  }
}
