/** Sums what has passed through the living sessions; the counters have that of the ended ones. */

import type { Server } from '../balancer/server.js';
import { addClientTraffic, addServerTraffic } from '../balancer/session-traffic.js';
import type { EntranceCounters } from '../stats/counters.js';
import { Traffic } from '../stats/traffic.js';
import type { ShownFrontend } from './snapshot-parts.js';

export class LivingTraffic {
  readonly #listeners = new Map<EntranceCounters, Traffic>();
  readonly #servers = new Map<Server, Traffic>();
  readonly #accounts = new Map<string, Traffic>();

  /** Looks at every session there is: some milliseconds for many thousand. */
  constructor(frontends: readonly ShownFrontend[]) {
    for (const { guests } of frontends) {
      for (const { entrance, driver } of guests()) {
        const { session } = driver;
        addClientTraffic(entryOf(this.#listeners, entrance.counters), session);
        const { conversation, login } = session;
        if (conversation === undefined) continue;
        addServerTraffic(entryOf(this.#servers, conversation.server), conversation);
        // Who was refused by the server is not counted as a session of the account.
        const isAccepted = conversation.startedAtMs !== undefined;
        if (login !== undefined && isAccepted) addClientTraffic(entryOf(this.#accounts, login.account), session);
      }
    }
  }

  ofListener(counters: EntranceCounters): Traffic {
    return entryOf(this.#listeners, counters);
  }

  ofServer(server: Server): Traffic {
    return entryOf(this.#servers, server);
  }

  ofAccount(account: string): Traffic {
    return this.#accounts.get(account) ?? new Traffic();
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
