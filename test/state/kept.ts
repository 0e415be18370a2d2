/** A backend whose state can be kept, without sockets. */

import { createServer } from '../../src/balancer/server.js';
import type { Server, Wish } from '../../src/balancer/server.js';
import { StickTable } from '../../src/balancer/stick-table.js';
import type { StickRules } from '../../src/balancer/stick-table.js';
import type { KeptBackend } from '../../src/state/kept-state.js';
import { SupervisedServer } from '../../src/supervision/supervised-server.js';

interface Declared {
  readonly weight?: number;
  readonly isDisabled?: boolean;
}

export interface KeptFarm {
  readonly backends: readonly KeptBackend[];
  readonly table: StickTable;
  readonly servers: Readonly<Record<string, Server>>;
  readonly supervisor: {
    find(backend: string, server: string): SupervisedServer | undefined;
    setWish(supervised: SupervisedServer, wish: Wish): void;
    setWeight(supervised: SupervisedServer, weight: number): void;
  };
}

/** The backend `smsc` with these servers, as they are right after a start. */
export function keptFarm(declared: Readonly<Record<string, Declared>>, rules: Partial<StickRules> = {}): KeptFarm {
  const table = new StickTable({ on: 'source', sizeEntries: 1000, expireMs: 60_000, ...rules });
  const supervised = Object.entries(declared).map(([name, { weight = 1, isDisabled = false }], index) => {
    const server = createServer(index + 1, { name, weight, backup: false, maxconn: Infinity });
    if (isDisabled) server.wish = 'maint';
    const parts = { backend: 'smsc', server, checker: undefined, slowstartMs: 0, nowMs: 0 };
    return { supervised: new SupervisedServer(parts), weightConfigured: weight, isDisabled };
  });
  return {
    backends: [{ name: 'smsc', backend: { stickTable: table }, servers: supervised }],
    table,
    servers: Object.fromEntries(supervised.map(({ supervised: { server } }) => [server.name, server])),
    supervisor: {
      find: (backend, name) =>
        supervised.find(({ supervised: { server } }) => backend === 'smsc' && server.name === name)?.supervised,
      setWish: ({ server }, wish) => void (server.wish = wish),
      setWeight: ({ server }, weight) => void (server.weight = weight),
    },
  };
}
