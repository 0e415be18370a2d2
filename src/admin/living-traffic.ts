/** Sums what has passed through the living sessions, and counts those that move; the counters have the ended ones. */

import type { Conversation } from '../balancer/conversation.js';
import type { Server } from '../balancer/server.js';
import { addClientTraffic, addServerTraffic } from '../balancer/session-traffic.js';
import type { EntranceCounters } from '../stats/counters.js';
import { Traffic } from '../stats/traffic.js';
import type { ShownFrontend } from './snapshot-parts.js';

/** Of a server's sessions: see PlaceFigures. */
export interface Departing {
  movingNow: number;
  heldNow: number;
}

export class LivingTraffic {
  /** Of frontends and of their listeners, by their counters. */
  readonly #entrances = new Map<EntranceCounters, Traffic>();
  readonly #servers = new Map<Server, Traffic>();
  readonly #departing = new Map<Server, Departing>();
  readonly #accounts = new Map<string, Traffic>();

  /** Looks at every session there is: some milliseconds for many thousand. */
  constructor(frontends: readonly ShownFrontend[]) {
    for (const { counters, guests } of frontends) {
      for (const { entrance, driver } of guests()) {
        const { session } = driver;
        // A session may live longer than the listener that it came through.
        addClientTraffic(entryOf(this.#entrances, counters), session);
        addClientTraffic(entryOf(this.#entrances, entrance.counters), session);
        const { conversation, journey, login } = session;
        if (conversation === undefined) continue;
        if (journey?.move !== undefined) this.#departs(conversation);
        addServerTraffic(entryOf(this.#servers, conversation.server), conversation);
        // Who was refused by the server is not counted as a session of the account.
        const isAccepted = conversation.startedAtMs !== undefined;
        if (login !== undefined && isAccepted) addClientTraffic(entryOf(this.#accounts, login.account), session);
      }
    }
  }

  /** Of a frontend or a listener. */
  ofEntrance({ counters }: { readonly counters: EntranceCounters }): Traffic {
    return entryOf(this.#entrances, counters);
  }

  ofServer(server: Server): Traffic {
    return entryOf(this.#servers, server);
  }

  departing(server: Server): Departing {
    return this.#departing.get(server) ?? { movingNow: 0, heldNow: 0 };
  }

  ofAccount(account: string): Traffic {
    return this.#accounts.get(account) ?? new Traffic();
  }

  #departs({ server, sieve }: Conversation): void {
    const departing = this.departing(server);
    departing.movingNow += 1;
    if (sieve?.isHolding === true) departing.heldNow += 1;
    this.#departing.set(server, departing);
  }
}

function entryOf<Key>(map: Map<Key, Traffic>, key: Key): Traffic {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = new Traffic();
  map.set(key, created);
  return created;
}
