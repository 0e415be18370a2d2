import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ALGORITHM_NAMES, HASH_TYPE_NAMES } from '../../src/balancer/algorithms.js';
import type { AlgorithmName, HashTypeName } from '../../src/balancer/algorithms.js';
import type { Backend, Placed } from '../../src/balancer/backend.js';
import type { Requester, Server } from '../../src/balancer/server.js';
import { backendOf, placeOf, requester, server, serversOf, turnsOf, weighing } from '../support/servers.js';

const stick = { on: 'source', sizeEntries: 100, expireMs: 1000 } as const;

const combinations = ALGORITHM_NAMES.flatMap((balance) =>
  HASH_TYPE_NAMES.map((hashType) => [balance, hashType] as const),
);

/** The places of a session whose servers fail one after the other. */
function attempts(backend: Backend<string>, who: Requester, count: number): Placed[] {
  const placed: Placed[] = [];
  while (placed.length < count) {
    const placement = backend.place(
      who,
      placed.map(({ server }) => server),
      0,
    );
    assert.ok(placement.kind === 'placed');
    placed.push(placement);
  }
  return placed;
}

/** The share of the sessions that a server gets which counts for a quarter of its weight, beside an equal one. */
function shareOfRamping(balance: AlgorithmName, hashType: HashTypeName = 'maglev'): number {
  const servers = weighing(1, 1);
  server(servers, 1).ramp = 0.25;
  const backend = backendOf(servers, { balance, hashType });
  for (let number = 0; number < 1000; number += 1) backend.place(requester(number * 7919), [], 0);
  return server(servers, 1).sessionsNow / 1000;
}

describe('Backend.place', () => {
  it('takes the place, and says why', () => {
    const servers = weighing(1, 1);
    const placement = backendOf(servers).place(requester(1), [], 0);
    assert.deepEqual(placement, { kind: 'placed', server: servers[0], why: 'balance' });
    assert.equal(server(servers, 1).sessionsNow, 1);
  });

  it('says none, and why, without a server or a usable one', () => {
    for (const balance of ALGORITHM_NAMES) {
      assert.deepEqual(backendOf([], { balance }).place(requester(1), [], 0), { kind: 'none', why: 'no-server' });
      assert.deepEqual(backendOf(weighing(0, 0), { balance }).place(requester(1), [], 0), {
        kind: 'none',
        why: 'no-server',
      });
    }
  });

  it('takes no session where it is down, drained, in maintenance or of weight 0', () => {
    const spoilt: readonly Partial<Server>[] = [{ isUp: false }, { wish: 'drain' }, { wish: 'maint' }, { weight: 0 }];
    for (const spoil of spoilt) {
      const servers = weighing(1, 1);
      const backend = backendOf(servers);
      Object.assign(server(servers, 1), spoil);
      backend.changed(0);
      assert.deepEqual(turnsOf(backend, 4), '2 2 2 2');
      assert.deepEqual([backend.takes(server(servers, 1)), backend.takes(server(servers, 2))], [false, true]);
      assert.equal(placeOf(backend, 1, servers.slice(1)), 's2', 'not even when all others have failed');
    }
  });

  it('places nobody with fewer usable servers than min-up', () => {
    const servers = weighing(1, 1, 1);
    const backend = backendOf(servers, { minUp: 2 });
    server(servers, 1).isUp = false;
    backend.changed(0);
    assert.equal(placeOf(backend), 's2');
    server(servers, 3).isUp = false;
    backend.changed(0);
    assert.deepEqual(backend.place(requester(1), [], 0), { kind: 'none', why: 'min-up' });
    server(servers, 1).isUp = true;
    backend.changed(0);
    assert.equal(placeOf(backend), 's1');
  });

  it('uses every usable backup with allbackups', () => {
    const servers = serversOf({}, { backup: true }, { backup: true, weight: 0 }, { backup: true });
    const backend = backendOf(servers, { allBackups: true });
    assert.equal(turnsOf(backend, 3), '1 1 1');
    server(servers, 1).isUp = false;
    backend.changed(0);
    assert.equal(turnsOf(backend, 4), '2 4 2 4');
  });

  it('gives a server that ramps up its part of its weight, where the algorithm follows', () => {
    for (const balance of ['roundrobin', 'leastconn'] as const) assert.equal(shareOfRamping(balance), 0.2, balance);
    assert.ok(shareOfRamping('random') < 0.3);
    assert.ok(shareOfRamping('source', 'consistent') < 0.4);
    for (const hashType of ['maglev', 'map-based'] as const)
      assert.ok(shareOfRamping('source', hashType) > 0.4, hashType);
  });

  it('uses the first usable backup, and only when no other server is usable', () => {
    for (const balance of ALGORITHM_NAMES) {
      const servers = serversOf({}, { backup: true, weight: 0 }, { backup: true }, { backup: true }, {});
      const backend = backendOf(servers, { balance });
      const seen = () => [...new Set(turnsOf(backend, 60).split(' '))].sort().join(' ');
      assert.match(seen(), /^1 5$|^1$/);
      server(servers, 1).weight = 0;
      backend.changed(0);
      assert.equal(seen(), '5');
      server(servers, 5).weight = 0;
      backend.changed(0);
      assert.equal(seen(), '3');
      server(servers, 1).weight = 1;
      backend.changed(0);
      assert.equal(seen(), '1');
    }
  });

  it('gives a backup that is declared before the others no turn', () => {
    assert.equal(turnsOf(backendOf(serversOf({ backup: true }, {}, {})), 4), '2 3 2 3');
  });

  it('does not go back to a server that failed while there is another, and does when there is none', () => {
    for (const [balance, hashType] of combinations) {
      const backend = backendOf(weighing(1, 2, 1), { balance, hashType });
      for (let number = 0; number < 20; number += 1) {
        const [first, second, third, fourth] = attempts(backend, requester(number), 4);
        assert.equal(new Set([first?.server, second?.server, third?.server]).size, 3);
        assert.deepEqual([first?.why, second?.why, fourth?.why], ['balance', 'redispatch', 'redispatch']);
      }
    }
  });

  it('does not leave for a backup when all others failed for this session', () => {
    const servers = serversOf({}, {}, { backup: true });
    assert.match(placeOf(backendOf(servers), 1, servers.slice(0, 2)), /^s[12]$/);
  });

  it('goes round robin with those who have nothing to hash', () => {
    for (const balance of ['source', 'account'] as const) {
      const backend = backendOf(weighing(1, 1, 1), { balance });
      const nobody = { source: new Uint8Array(0), account: undefined };
      const seen = Array.from({ length: 6 }, () => {
        const placement = backend.place(nobody, [], 0);
        return placement.kind === 'placed' ? placement.server.id : placement.kind;
      });
      assert.deepEqual(seen, [1, 2, 3, 1, 2, 3]);
    }
  });

  it('hashes by account alone with balance account, by source alone with balance source', () => {
    const oneAccount = Array.from({ length: 50 }, (_, number) => ({ ...requester(number), account: '900001' }));
    const oneSource = Array.from({ length: 50 }, (_, number) => ({
      ...requester(number),
      source: Uint8Array.of(1, 2, 3, 4),
    }));
    for (const hashType of HASH_TYPE_NAMES) {
      const spread = (balance: 'source' | 'account', requesters: readonly Requester[]) => {
        const backend = backendOf(weighing(1, 1, 1, 1), { balance, hashType });
        return new Set(requesters.map((who) => attempts(backend, who, 1)[0]?.server)).size;
      };
      assert.deepEqual([spread('account', oneAccount), spread('account', oneSource)], [1, 4]);
      assert.deepEqual([spread('source', oneSource), spread('source', oneAccount)], [1, 4]);
    }
  });
});

describe('hash-balance-factor', () => {
  it('bounds every server to its share times the factor, wherever the hash would go', () => {
    for (const hashType of ['maglev', 'consistent'] as const) {
      const servers = weighing(1, 1, 2);
      const backend = backendOf(servers, { balance: 'source', hashType, hashBalanceFactor: 125 });
      for (let sessions = 1; sessions <= 400; sessions += 1) {
        assert.match(placeOf(backend, 7), /^s[123]$/, 'one client, which would all go to one server');
        for (const { weight, sessionsNow } of servers) {
          assert.ok(sessionsNow <= Math.ceil((sessions * 125 * weight) / 400));
        }
      }
      const ideal = [125, 125, 250];
      assert.ok(servers.some(({ sessionsNow }, index) => sessionsNow === ideal[index]));
    }
  });

  it('counts the new session itself, and rounds the bound up', () => {
    for (const hashType of ['maglev', 'consistent'] as const) {
      const backend = backendOf(weighing(1, 1), { balance: 'source', hashType, hashBalanceFactor: 150 });
      const names = Array.from({ length: 8 }, () => placeOf(backend, 7));
      // Its bounds for the 1st to the 8th session are 1, 2, 3, 3, 4, 5, 6, 6.
      assert.equal(
        names.map((name) => (name === names[0] ? 'own' : 'other')).join(' '),
        'own own own other own own own other',
      );
    }
  });

  it('changes nothing while all are within their bounds, and nothing at all for map-based', () => {
    for (const hashType of HASH_TYPE_NAMES) {
      const hashBalanceFactor = hashType === 'map-based' ? 101 : 100_000;
      const bounded = backendOf(weighing(1, 1, 2), { balance: 'source', hashType, hashBalanceFactor });
      const free = backendOf(weighing(1, 1, 2), { balance: 'source', hashType });
      assert.equal(turnsOf(bounded, 100), turnsOf(free, 100));
    }
  });

  it('is given up before a session stays without a server', () => {
    const servers = weighing(1, 1);
    server(servers, 1).sessionsNow = 50;
    const backend = backendOf(servers, { balance: 'source', hashBalanceFactor: 110 });
    assert.equal(placeOf(backend, 1, servers.slice(1)), 's1');
  });
});

describe('stick table of a backend', () => {
  it('is filled when the session is established, not before, and leads back', () => {
    const servers = weighing(1, 1, 1);
    const backend = backendOf(servers, { stick });
    assert.equal(placeOf(backend, 5), 's1');
    assert.equal(placeOf(backend, 5), 's2');
    backend.established(requester(5), server(servers, 2), 0);
    const placement = backend.place(requester(5), [], 0);
    assert.deepEqual(placement, { kind: 'placed', server: servers[1], why: 'stick-table' });
    assert.equal(placeOf(backend, 6), 's3');
  });

  it('is not followed to a server that failed, is not usable, or is a backup that is not needed any more', () => {
    const servers = serversOf({}, {}, { backup: true });
    const backend = backendOf(servers, { stick });
    backend.established(requester(1), server(servers, 2), 0);
    assert.equal(placeOf(backend, 1, servers.slice(1, 2)), 's1');
    server(servers, 2).weight = 0;
    backend.changed(0);
    assert.equal(placeOf(backend, 1), 's1');
    backend.established(requester(2), server(servers, 3), 0);
    assert.equal(placeOf(backend, 2), 's1');
    server(servers, 1).weight = 0;
    backend.changed(0);
    assert.equal(placeOf(backend, 2), 's3');
  });

  it('follows the session that was established elsewhere', () => {
    const servers = weighing(1, 1);
    const backend = backendOf(servers, { stick });
    backend.established(requester(1), server(servers, 2), 0);
    backend.ended(requester(1), 0);
    backend.established(requester(1), server(servers, 1), 0);
    backend.ended(requester(1), 0);
    assert.deepEqual(
      [1, 1, 1].map((number) => placeOf(backend, number)),
      ['s1', 's1', 's1'],
    );
    assert.equal(backend.stickTable?.storedNow, 1);
    const placement = backend.place(requester(1), [], 1000);
    assert.equal(placement.kind === 'placed' && placement.why, 'balance', 'expired');
  });
});
