/** Sums what has passed through the living sessions; the counters have that of the ended ones. */

import type { Server } from '../balancer/server.js';
import { addClientTraffic, addServerTraffic } from '../balancer/session-traffic.js';
import type { EntranceCounters } from '../stats/counters.js';
import { Traffic } from '../stats/traffic.js';
import type { ShownFrontend } from './snapshot-parts.js';

export class LivingTraffic {
  readonly #listeners = new Map<EntranceCounters, Traffic>();
  readonly #servers = new Map<Server, Traffic>();

  /** Looks at every session there is: some milliseconds for many thousand. */
  constructor(frontends: readonly ShownFrontend[]) {
    for (const { guests } of frontends) {
      for (const { entrance, driver } of guests()) {
        const { session } = driver;
        addClientTraffic(entryOf(this.#listeners, entrance.counters), session);
        const { conversation } = session;
        if (conversation !== undefined) addServerTraffic(entryOf(this.#servers, conversation.server), conversation);
      }
    }
  }

  ofListener(counters: EntranceCounters): Traffic {
    return entryOf(this.#listeners, counters);
  }

  ofServer(server: Server): Traffic {
    return entryOf(this.#servers, server);
  }

  ofFrontend({ listeners }: ShownFrontend): Traffic {
    return new Traffic().plus(listeners.map(({ counters }) => this.ofListener(counters)));
  }
}

function entryOf<Key>(map: Map<Key, Traffic>, key: Key): Traffic {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = new Traffic();
  map.set(key, created);
  return created;
}
