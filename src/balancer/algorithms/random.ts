/** `random`: two draws by weight, and the one with fewer sessions for its weight (the power of two choices). Pure. */

import { weightNow } from '../server.js';
import type { Server } from '../server.js';
import type { Accepts, Chance, Chooser } from './chooser.js';
import { bySessions } from './least.js';

/** A draw is a fraction with so many steps. */
const WORD = 2 ** 32;

export class RandomOfTwo implements Chooser {
  readonly #chance: Chance;
  #servers: readonly Server[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  use(servers: readonly Server[]): void {
    this.#servers = servers;
  }

  choose(accepts: Accepts): Server | undefined {
    const accepted = this.#servers.filter((server) => accepts(server));
    const first = this.#draw(accepted);
    const second = this.#draw(accepted);
    if (first === undefined || second === undefined) return undefined;
    return bySessions(second, first) < 0 ? second : first;
  }

  #draw(servers: readonly Server[]): Server | undefined {
    const totalWeight = servers.reduce((sum, server) => sum + weightNow(server), 0);
    let left = (this.#chance.below(WORD) / WORD) * totalWeight;
    return servers.find((server) => (left -= weightNow(server)) < 0);
  }
}
