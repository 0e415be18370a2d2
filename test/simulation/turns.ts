/** The turns that the servers of a world take while it goes on: by the operator's hand, or by their health. */

import type { Server } from '../../src/balancer/server.js';
import type { Draw } from './draw.js';
import type { Scenario } from './scenario.js';

/** Every session is told to leave this server. */
export interface Leaving {
  readonly server: Server;
  readonly reason: 'server-marked-down' | 'backup-released';
}

/** Changes something of a server, which the backend must be told of. Returns which servers must be left for it. */
export function takeTurn(draw: Draw, server: Server, scenario: Scenario): readonly Leaving[] {
  const what = draw.weighted({ health: server.isUp ? 5 : 15, wish: 3, weight: 2, ramp: 1, maxconn: 2 });
  if (what === 'wish') server.wish = draw.pick(['ready', 'ready', 'drain', 'maint']);
  else if (what === 'weight') server.weight = draw.pick([0, 1, 3]);
  else if (what === 'ramp') server.ramp = draw.pick([0.01, 0.5, 1]);
  else if (what === 'maxconn') server.maxconn = draw.pick([1, 2, Infinity]);
  if (what !== 'health') return [];
  server.isUp = !server.isUp;
  if (!server.isUp) return scenario.closesOnMarkedDown ? [{ server, reason: 'server-marked-down' }] : [];
  if (server.backup || !scenario.closesBackupSessions) return [];
  return scenario.servers
    .filter(({ backup }) => backup)
    .map((backup) => ({ server: backup, reason: 'backup-released' }));
}
