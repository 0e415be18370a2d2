import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backend, Reordered } from '../../src/balancer/backend.js';
import type { Server } from '../../src/balancer/server.js';
import { backendOf, placeOf, requester, server, serversOf } from '../support/servers.js';

const stick = { on: 'source', sizeEntries: 100, expireMs: 1000 } as const;

/** Lets `waiter` wait for a place that there is not. */
function wait(backend: Backend<string>, waiter: string, number = 0, tried: readonly Server[] = []): Server | undefined {
  const placement = backend.place(requester(number), tried, 0);
  assert.ok(placement.kind === 'queued', `${waiter} need not wait`);
  backend.enqueue(waiter, requester(number), tried, placement);
  return placement.waitsFor;
}

/** Gives places back, and returns who got them, as `ann@s1`, or `-` for nobody. */
function releases(backend: Backend<string>, servers: readonly Server[], ids: readonly number[]): string[] {
  return ids.map((id) => {
    const handed = backend.release(server(servers, id));
    return handed === undefined ? '-' : `${handed.waiter}@${handed.server.name}`;
  });
}

/** Who got which server, as `ann@s1 queue`, and who is turned away, as `ann away`. */
function names({ handed, turnedAway }: Reordered<string>): string[] {
  return [
    ...handed.map(({ waiter, server: { name }, why }) => `${waiter}@${name} ${why}`),
    ...turnedAway.map((waiter) => `${waiter} away`),
  ];
}

describe('queue of a backend', () => {
  it('hands every freed place to the one that has waited longest', () => {
    const servers = serversOf({ maxconn: 1 }, { maxconn: 1 });
    const backend = backendOf(servers);
    assert.deepEqual([placeOf(backend), placeOf(backend)], ['s1', 's2']);
    for (const waiter of ['ann', 'bob', 'cat']) assert.equal(wait(backend, waiter), undefined);
    assert.equal(backend.queuedNow, 3);
    assert.deepEqual(releases(backend, servers, [2, 1, 2, 2]), ['ann@s2', 'bob@s1', 'cat@s2', '-']);
    assert.deepEqual(
      servers.map(({ sessionsNow }) => sessionsNow),
      [1, 0],
    );
    assert.equal(backend.queuedNow, 0);
  });

  it('says that the handed place came from the queue', () => {
    const servers = serversOf({ maxconn: 1 });
    const backend = backendOf(servers);
    placeOf(backend);
    wait(backend, 'ann');
    assert.deepEqual(backend.release(server(servers, 1)), {
      kind: 'placed',
      server: servers[0],
      why: 'queue',
      waiter: 'ann',
    });
  });

  it('forgets who withdraws, once', () => {
    const servers = serversOf({ maxconn: 1 });
    const backend = backendOf(servers);
    placeOf(backend);
    for (const waiter of ['ann', 'bob', 'cat']) wait(backend, waiter);
    assert.equal(backend.withdraw('bob'), true);
    assert.equal(backend.withdraw('bob'), false);
    assert.deepEqual(releases(backend, servers, [1, 1, 1]), ['ann@s1', 'cat@s1', '-']);
    assert.equal(backend.withdraw('ann'), false);
  });

  it('lets hashed and stuck sessions wait for their own server though another has room', () => {
    const hashed = serversOf({ maxconn: 1 }, { maxconn: 1 }, { maxconn: 1 });
    const bySource = backendOf(hashed, { balance: 'source' });
    const taken = placeOf(bySource, 7);
    assert.equal(wait(bySource, 'ann', 7)?.name, taken);
    const stuck = serversOf({ maxconn: 1 }, {});
    const byTable = backendOf(stuck, { stick });
    byTable.established(requester(7), server(stuck, 1), 0);
    assert.equal(placeOf(byTable, 7), 's1');
    assert.equal(wait(byTable, 'ann', 7), stuck[0]);
    assert.deepEqual([byTable.queuedFor(stuck[0]), byTable.queuedFor(undefined)], [1, 0]);
    assert.deepEqual(releases(byTable, stuck, [1]), ['ann@s1']);
  });

  it('serves those that wait for one server and those that wait for any in one order', () => {
    const servers = serversOf({ maxconn: 1 }, { maxconn: 1 });
    const backend = backendOf(servers, { stick });
    backend.established(requester(1), server(servers, 1), 0);
    assert.deepEqual([placeOf(backend, 2), placeOf(backend, 3)], ['s1', 's2']);
    wait(backend, 'any-1', 4);
    wait(backend, 'own-2', 1);
    wait(backend, 'own-3', 1);
    wait(backend, 'any-4', 5);
    wait(backend, 'any-5', 6);
    assert.deepEqual(releases(backend, servers, [1, 1, 2, 1, 1]), [
      'any-1@s1',
      'own-2@s1',
      'any-4@s2',
      'own-3@s1',
      'any-5@s1',
    ]);
  });

  it('does not hand a session the server that failed it while there is another', () => {
    const servers = serversOf({ maxconn: 1 }, { maxconn: 1 });
    const backend = backendOf(servers);
    assert.deepEqual([placeOf(backend), placeOf(backend)], ['s1', 's2']);
    wait(backend, 'ann', 1, servers.slice(0, 1));
    wait(backend, 'bob', 2);
    assert.deepEqual(releases(backend, servers, [1]), ['bob@s1']);
    wait(backend, 'cat', 3, servers);
    server(servers, 2).weight = 0;
    assert.deepEqual(names(backend.changed(0)), []);
    assert.deepEqual(releases(backend, servers, [1, 1]), ['ann@s1', 'cat@s1'], 'no other is left');
  });

  it('refuses to let one wait twice and to give a place back twice', () => {
    const servers = serversOf({ maxconn: 1 });
    const backend = backendOf(servers);
    placeOf(backend);
    wait(backend, 'ann');
    assert.throws(() => wait(backend, 'ann'), /only once/);
    backend.withdraw('ann');
    backend.release(server(servers, 1));
    assert.throws(() => backend.release(server(servers, 1)), /s1 was given back twice/);
  });
});

describe('Backend.changed', () => {
  it('hands out the places of a larger maxconn and of a server that has come back', () => {
    const servers = serversOf({ maxconn: 1 }, { maxconn: 1, weight: 0 });
    const backend = backendOf(servers);
    placeOf(backend);
    for (const waiter of ['ann', 'bob', 'cat', 'dan']) wait(backend, waiter);
    server(servers, 1).maxconn = 2;
    assert.deepEqual(names(backend.changed(0)), ['ann@s1 queue']);
    server(servers, 2).weight = 1;
    assert.deepEqual(names(backend.changed(0)), ['bob@s2 queue']);
    assert.deepEqual(releases(backend, servers, [1, 1]), ['cat@s1', 'dan@s1']);
  });

  it('hands nothing out above a smaller maxconn', () => {
    const servers = serversOf({ maxconn: 3 });
    const backend = backendOf(servers);
    for (let session = 0; session < 3; session += 1) placeOf(backend);
    wait(backend, 'ann');
    server(servers, 1).maxconn = 1;
    assert.deepEqual(names(backend.changed(0)), []);
    assert.deepEqual(releases(backend, servers, [1, 1, 1]), ['-', '-', 'ann@s1']);
  });

  it('lets those whose server is not usable any more choose again', () => {
    const servers = serversOf({ maxconn: 1 }, { maxconn: 2 });
    const backend = backendOf(servers, { stick });
    backend.established(requester(1), server(servers, 1), 0);
    assert.deepEqual([placeOf(backend, 1), placeOf(backend, 2)], ['s1', 's2']);
    wait(backend, 'ann', 1);
    wait(backend, 'bob', 1);
    server(servers, 1).weight = 0;
    assert.deepEqual(names(backend.changed(0)), ['ann@s2 queue']);
    assert.equal(backend.queuedFor(undefined), 1);
    assert.deepEqual(releases(backend, servers, [1, 2]), ['-', 'bob@s2']);
  });

  it('turns everybody away when no server is left, or fewer than there must be', () => {
    for (const minUp of [0, 2]) {
      const servers = serversOf({ maxconn: 1 }, { maxconn: 1 });
      const backend = backendOf(servers, { minUp });
      assert.deepEqual([placeOf(backend), placeOf(backend)], ['s1', 's2']);
      for (const waiter of ['ann', 'bob']) wait(backend, waiter);
      server(servers, 1).isUp = false;
      assert.deepEqual(names(backend.changed(0)), minUp === 0 ? [] : ['ann away', 'bob away']);
      server(servers, 2).wish = 'drain';
      assert.deepEqual(names(backend.changed(0)), minUp === 0 ? ['ann away', 'bob away'] : []);
      assert.equal(backend.queuedNow, 0);
      assert.deepEqual(releases(backend, servers, [1, 2]), ['-', '-']);
    }
  });
});
