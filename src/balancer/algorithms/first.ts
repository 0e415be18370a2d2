/** `first`: the first declared server that has room, so that the later ones can sleep. Pure. */

import type { Server } from '../server.js';
import type { Accepts, Chooser } from './chooser.js';

export class First implements Chooser {
  #servers: readonly Server[] = [];

  use(servers: readonly Server[]): void {
    this.#servers = servers;
  }

  choose(accepts: Accepts): Server | undefined {
    return this.#servers.find((server) => accepts(server));
  }
}
