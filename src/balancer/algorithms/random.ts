/** `random`: two draws by weight, and the one with fewer sessions for its weight (the power of two choices). Pure. */

import type { Server } from '../server.js';
import type { Accepts, Chance, Chooser } from './chooser.js';
import { bySessions } from './least.js';

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
    const totalWeight = servers.reduce((sum, server) => sum + server.weight, 0);
    if (totalWeight === 0) return undefined;
    let left = this.#chance.below(totalWeight);
    return servers.find((server) => (left -= server.weight) < 0);
  }
}
