import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { backendOf, placeOf, server, serversOf, turnsOf, weighing } from '../../support/servers.js';

describe('roundrobin', () => {
  it('spreads the turns of a heavy server over the cycle', () => {
    const cycles: [number[], string][] = [
      [[1, 1, 1], '1 2 3 1 2 3'],
      [[5, 1, 1], '1 1 2 1 3 1 1'],
      [[2, 1], '1 2 1 1 2 1'],
      [[0, 1, 1], '2 3 2 3'],
      [[200, 100], '1 2 1 1 2 1'],
    ];
    for (const [weights, turns] of cycles) {
      assert.equal(
        turnsOf(backendOf(weighing(...weights)), turns.split(' ').length),
        turns,
        `weights ${weights.join(' ')}`,
      );
    }
  });

  it('gives every server exactly its weight in every cycle', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const servers = weighing(...weights);
        const backend = backendOf(servers);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (let cycle = 1; cycle <= 3; cycle += 1) {
          turnsOf(backend, total);
          assert.deepEqual(
            servers.map(({ sessionsNow }) => sessionsNow),
            weights.map((weight) => weight * cycle),
          );
        }
      }),
    );
  });

  it('goes on with whoever has waited longest when a server comes back', () => {
    const servers = weighing(1, 1, 1, 1);
    const backend = backendOf(servers);
    assert.equal(turnsOf(backend, 2), '1 2');
    server(servers, 4).weight = 0;
    backend.changed(0);
    assert.equal(turnsOf(backend, 1), '3');
    server(servers, 4).weight = 1;
    backend.changed(0);
    assert.equal(turnsOf(backend, 5), '4 1 2 3 4');
  });

  it('does not begin anew when only a maxconn has changed', () => {
    const servers = weighing(2, 1);
    const backend = backendOf(servers);
    assert.equal(turnsOf(backend, 2), '1 2');
    server(servers, 1).maxconn = 100;
    backend.changed(0);
    assert.equal(turnsOf(backend, 3), '1 1 2');
  });

  it('passes over a full server and does not make up for it afterwards', () => {
    const servers = serversOf({ maxconn: 1 }, {}, {});
    const backend = backendOf(servers);
    assert.equal(turnsOf(backend, 6), '1 2 3 2 3 2');
    assert.equal(backend.release(server(servers, 1)), undefined);
    assert.equal(turnsOf(backend, 4), '3 2 3 1');
  });
});

describe('static-rr', () => {
  it('walks along the slots of the map and passes over the full ones', () => {
    assert.equal(turnsOf(backendOf(weighing(3, 1, 2), { balance: 'static-rr' }), 12), '1 1 3 1 2 3 1 1 3 1 2 3');
    const servers = serversOf({}, { maxconn: 1 }, {});
    assert.equal(turnsOf(backendOf(servers, { balance: 'static-rr' }), 7), '1 2 3 1 3 1 3');
  });
});

describe('first', () => {
  it('fills the servers in the order of their declaration', () => {
    const servers = serversOf({ maxconn: 2 }, { maxconn: 1 }, {});
    const backend = backendOf(servers, { balance: 'first' });
    assert.equal(turnsOf(backend, 5), '1 1 2 3 3');
    backend.release(server(servers, 2));
    assert.equal(placeOf(backend), 's2');
  });
});

describe('random', () => {
  it('keeps the sessions by weight, closer than single draws would', () => {
    const servers = weighing(1, 1, 2, 4);
    turnsOf(backendOf(servers, { balance: 'random' }), 8000);
    for (const { sessionsNow, weight } of servers) {
      const ideal = weight * 1000;
      assert.ok(Math.abs(sessionsNow - ideal) < 25, `weight ${weight}: ${sessionsNow} of ${ideal}`);
    }
  });

  it('uses only what has room', () => {
    const servers = serversOf({ maxconn: 3 }, { maxconn: 2 });
    const backend = backendOf(servers, { balance: 'random' });
    turnsOf(backend, 5);
    assert.deepEqual(
      servers.map(({ sessionsNow }) => sessionsNow),
      [3, 2],
    );
    assert.equal(placeOf(backend), 'queued');
  });
});
