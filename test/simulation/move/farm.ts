/** The servers of a world: whether what the backend counts of them is true, and which could have served somebody. */

import type { Server } from '../../../src/balancer/server.js';
import { hasRoom, isUsable } from '../../../src/balancer/server.js';
import type { Version } from '../../../src/cmpp/version.js';
import type { Gateway } from './gateway.js';
import { connectionsTo, owedBy, placesOf } from './scrutiny.js';
import type { Driven } from './scrutiny.js';

export interface Stand {
  readonly server: Server;
  readonly gateway: Gateway;
  /** Since when it could take a session more, and serve it; Infinity: it can't. */
  readonly servesSinceMs: Record<Version, number>;
}

export class Farm {
  readonly stands: readonly Stand[];

  constructor(stands: readonly (readonly [Server, Gateway])[]) {
    this.stands = stands.map(([server, gateway]) => {
      return { server, gateway, servesSinceMs: { '2.0': Infinity, '3.0': Infinity } };
    });
  }

  /** Returns what is wrong. */
  audit(drivers: Iterable<Driven>, nowMs: number): string | undefined {
    const living = [...drivers];
    const places = living.flatMap((driver) => placesOf(driver));
    for (const stand of this.stands) {
      const { server, servesSinceMs, gateway } = stand;
      const placesHere = places.filter((place) => place === server).length;
      if (server.sessionsNow !== placesHere)
        return `${server.name} counts ${server.sessionsNow} sessions, and ${placesHere} have a place`;
      const owed = living.reduce((sum, driver) => sum + owedBy(server, driver), 0);
      if (server.unansweredNow !== owed)
        return `${server.name} counts ${server.unansweredNow} unanswered, and owes ${owed}`;
      const connections = living.reduce((sum, driver) => sum + connectionsTo(server, driver), 0);
      const isReady = isUsable(server) && connections < server.maxconn;
      for (const version of ['2.0', '3.0'] as const) {
        const serves = isReady && gateway.serves(version);
        servesSinceMs[version] = serves ? Math.min(servesSinceMs[version], nowMs) : Infinity;
      }
    }
    return undefined;
  }

  /** Whether another server takes sessions, and has room. */
  hasOther(than: Server): boolean {
    return this.stands.some(({ server }) => server !== than && isUsable(server) && hasRoom(server));
  }

  /** A server that could have served a session of this version all the time since then. */
  couldServe(version: Version, sinceMs: number): Server | undefined {
    return this.stands.find(({ servesSinceMs }) => servesSinceMs[version] <= sinceMs)?.server;
  }
}
