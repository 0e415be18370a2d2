import assert from 'node:assert/strict';
import { connect, createServer as createListener } from 'node:net';
import type { Server as Listener } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Backend } from '../../src/balancer/backend.js';
import type { HashTypeName } from '../../src/balancer/algorithms.js';
import type { Server } from '../../src/balancer/server.js';
import { seededRandom } from '../../src/runtime/random.js';
import { backendOf, serversOf } from '../support/servers.js';
import type { Declared } from '../support/servers.js';
import { exchange, freePorts, missingHaproxy, portOf, startHaproxy } from '../support/haproxy.js';
import type { Haproxy } from '../support/haproxy.js';

interface Farm {
  readonly name: string;
  readonly balance: 'source' | 'static-rr';
  readonly hashType: HashTypeName;
  readonly declared: readonly Declared[];
  /** The ids of the servers that are down, one comparison each. */
  readonly down: readonly (readonly number[])[];
}

const weights = (...list: number[]): readonly Declared[] => list.map((weight) => ({ weight }));
const backups: readonly Declared[] = [
  { weight: 1 },
  { weight: 3, backup: true },
  { weight: 2 },
  { weight: 1, backup: true },
];

const map = { balance: 'source', hashType: 'map-based' } as const;
const ring = { balance: 'source', hashType: 'consistent' } as const;
const turns = { balance: 'static-rr', hashType: 'map-based' } as const;

const farms: readonly Farm[] = [
  { name: 'map-equal', ...map, declared: weights(1, 1, 1, 1), down: [[], [2], [1, 3], [1, 2, 4]] },
  { name: 'map-weighted', ...map, declared: weights(3, 1, 2, 5), down: [[], [1], [4], [2, 3]] },
  { name: 'map-divisible', ...map, declared: weights(20, 60, 40, 0, 7), down: [[], [5], [2]] },
  { name: 'map-backup', ...map, declared: backups, down: [[], [3], [1, 3], [1, 2, 3]] },
  { name: 'ring-equal', ...ring, declared: weights(1, 1, 1, 1), down: [[], [2], [1, 3], [1, 2, 4]] },
  { name: 'ring-weighted', ...ring, declared: weights(3, 1, 2, 5), down: [[], [1], [4], [2, 3]] },
  { name: 'ring-heavy', ...ring, declared: weights(256, 100, 0, 30, 7), down: [[], [1], [4, 5]] },
  { name: 'ring-backup', ...ring, declared: backups, down: [[], [3], [1, 3], [1, 2, 3]] },
  { name: 'turns-weighted', ...turns, declared: weights(3, 1, 2, 5), down: [[], [1], [4], [2, 3]] },
];
const CLIENTS_PER_COMPARISON = 384;
const CONNECTIONS_AT_ONCE = 32;
/** An address of this process's own, so that nobody takes the ports between the finding and HAProxy's binding. */
const HOST = `127.${64 + (process.pid & 63)}.${(process.pid >> 6) & 255}.${(process.pid >> 14) & 255}`;

type Family = 'bound' | 'told-4' | 'told-6';

interface Client {
  readonly source: Uint8Array;
  /** `bound`: it connects from that address; else it tells the address in a PROXY line, so that any is possible. */
  readonly family: Family;
}

/** Clients of both families and of the whole address space, always the same. */
function clientsOf(seed: number): readonly Client[] {
  const random = seededRandom(seed);
  return Array.from({ length: CLIENTS_PER_COMPARISON }, (_, index) => {
    const family: Family = (['bound', 'told-4', 'told-6'] as const)[index % 3] ?? 'bound';
    const source = Uint8Array.from({ length: family === 'told-6' ? 16 : 4 }, () => random.below(256));
    if (family === 'bound') source.set([127, 1 + random.below(60)]);
    return { source, family };
  });
}

function textOf({ source }: Client): string {
  if (source.length === 4) return source.join('.');
  return Array.from({ length: 8 }, (_, word) =>
    (((source[2 * word] ?? 0) << 8) | (source[2 * word + 1] ?? 0)).toString(16),
  ).join(':');
}

/** A server that tells its name to whoever connects, and hangs up. */
function listenAs(name: string): Listener {
  return createListener((socket) => socket.on('error', () => socket.destroy()).end(name)).listen(0, '127.0.0.1');
}

interface Ports {
  readonly plain: number;
  readonly proxied: number;
}

/** Connects through HAProxy and returns the name of the server that it picked. */
async function pickOfHaproxy(client: Client, ports: Ports): Promise<string> {
  const address = textOf(client);
  if (client.family === 'bound') return exchange(connect({ host: HOST, port: ports.plain, localAddress: address }), '');
  const line = client.family === 'told-4' ? `PROXY TCP4 ${address} 10.0.0.1` : `PROXY TCP6 ${address} 2001:db8::1`;
  return exchange(connect({ host: HOST, port: ports.proxied }), `${line} 4000 7890\r\n`);
}

/** As `pickOfHaproxy`, for all clients, so many at a time. */
async function picksOfHaproxy(clients: readonly Client[], ports: Ports, atOnce: number): Promise<readonly string[]> {
  const picks: string[] = [];
  for (let start = 0; start < clients.length; start += atOnce) {
    const some = clients.slice(start, start + atOnce);
    picks.push(...(await Promise.all(some.map((client) => pickOfHaproxy(client, ports)))));
  }
  return picks;
}

/** A farm as both have it. */
interface Twins {
  readonly farm: Farm;
  readonly ports: Ports;
  readonly servers: readonly Server[];
  readonly backend: Backend<never>;
}

async function allTwins(): Promise<readonly Twins[]> {
  const ports = await freePorts(HOST, 2 * farms.length);
  return farms.map((farm, index) => {
    const servers = serversOf(...farm.declared);
    const [plain = 0, proxied = 0] = ports.slice(2 * index);
    return { farm, ports: { plain, proxied }, servers, backend: backendOf<never>(servers, farm) };
  });
}

function sectionOf({ farm, ports, servers }: Twins, serverPorts: readonly number[]): string {
  const lines = servers.map(
    ({ name, weight, backup }, index) =>
      `  server ${name} 127.0.0.1:${serverPorts[index]} weight ${weight}${backup ? ' backup' : ''}\n`,
  );
  return `listen ${farm.name}
  bind ${HOST}:${ports.plain}
  bind ${HOST}:${ports.proxied} accept-proxy
  balance ${farm.balance}
  hash-type ${farm.hashType}
${lines.join('')}`;
}

/** Sets the same servers down on both sides, and the others up. */
async function setDown(twins: Twins, haproxy: Haproxy, down: readonly number[]): Promise<void> {
  for (const server of twins.servers) {
    const isDown = down.includes(server.id);
    const state = isDown ? 'maint' : 'ready';
    assert.equal(await haproxy.command(`set server ${twins.farm.name}/${server.name} state ${state}`), '\n');
    server.weight = isDown ? 0 : (twins.farm.declared[server.id - 1]?.weight ?? 0);
  }
  twins.backend.changed(0);
}

function picksOfOurs({ backend }: Twins, clients: readonly Client[]): readonly string[] {
  return clients.map(({ source }) => {
    const placement = backend.place({ source, account: undefined }, [], 0);
    return placement.kind === 'placed' ? placement.server.name : placement.kind;
  });
}

describe('map-based, consistent and static-rr beside HAProxy', { skip: missingHaproxy(), timeout: 20_000 }, () => {
  let twins: readonly Twins[] = [];
  const listeners: Listener[] = [];
  let haproxy: Haproxy | undefined;
  let compared = 0;

  before(async () => {
    for (let id = 1; id <= 5; id += 1) listeners.push(listenAs(`s${id}`));
    const serverPorts = await Promise.all(listeners.map((listener) => portOf(listener)));
    twins = await allTwins();
    haproxy = await startHaproxy(twins.map((each) => sectionOf(each, serverPorts)).join(''));
  });

  after(async () => {
    await haproxy?.stop();
    for (const listener of listeners) listener.close();
  });

  for (const [farmIndex, farm] of farms.entries()) {
    for (const down of farm.down) {
      it(`${farm.name} with ${down.map((id) => `s${id}`).join(', ') || 'none'} down`, async () => {
        const twin = twins[farmIndex];
        assert.ok(haproxy !== undefined && twin !== undefined);
        await setDown(twin, haproxy, down);
        const clients = clientsOf(100 * farmIndex + down.length);
        const expected = await picksOfHaproxy(clients, twin.ports, farm.balance === 'source' ? CONNECTIONS_AT_ONCE : 1);
        assert.deepEqual(picksOfOurs(twin, clients), expected);
        compared += clients.length;
      });
    }
  }

  it('has compared at least 2,000 picks', () => assert.ok(compared >= 2000, `${compared}`));
});
