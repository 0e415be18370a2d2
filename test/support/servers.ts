/** Servers, requesters and backends in one line, for the tests of the balancer. */

import { Backend } from '../../src/balancer/backend.js';
import type { BackendRules } from '../../src/balancer/backend.js';
import { createServer } from '../../src/balancer/server.js';
import type { Requester, Server } from '../../src/balancer/server.js';
import { seededRandom } from '../../src/runtime/random.js';

export type Declared = Partial<Pick<Server, 'name' | 'weight' | 'maxconn' | 'backup'>>;

/** Servers s1, s2 and so on, of weight 1 without a limit, but for what is said. */
export function serversOf(...declared: readonly Declared[]): Server[] {
  return declared.map((each, index) =>
    createServer(index + 1, { name: `s${index + 1}`, weight: 1, maxconn: Infinity, backup: false, ...each }),
  );
}

export function weighing(...weights: readonly number[]): Server[] {
  return serversOf(...weights.map((weight) => ({ weight })));
}

/** A round robin backend without a stick table, but for what is said. */
export function backendOf<Waiter = string>(
  servers: readonly Server[],
  rules: Partial<BackendRules> = {},
): Backend<Waiter> {
  const choice = { balance: 'roundrobin', hashType: 'maglev', hashBalanceFactor: 0 } as const;
  const plain = { ...choice, stick: undefined, allBackups: false, minUp: 0 };
  return new Backend<Waiter>({ ...plain, ...rules }, servers, seededRandom(1));
}

/** Whoever asks; it has an address and an account, both made of `number`. */
export function requester(number: number): Requester {
  return { source: Uint8Array.of(10, number >>> 16, number >>> 8, number), account: String(900000 + number) };
}

/** The name of the server that gives `number` a place, or `queued` or `none`. */
export function placeOf(backend: Backend<unknown>, number = 0, tried: readonly Server[] = []): string {
  const placement = backend.place(requester(number), tried, 0);
  return placement.kind === 'placed' ? placement.server.name : placement.kind;
}

/** The servers of so many sessions that come one after the other and stay, as `1 2 3 1`. */
export function turnsOf(backend: Backend<unknown>, count: number): string {
  return Array.from({ length: count }, (_, number) => placeOf(backend, number).replace('s', '')).join(' ');
}

export function server(servers: readonly Server[], id: number): Server {
  const found = servers[id - 1];
  if (found === undefined) throw new Error(`there is no server ${id}`);
  return found;
}
