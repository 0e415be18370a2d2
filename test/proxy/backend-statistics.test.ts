import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert as assertProperty, array, constantFrom, integer, property, tuple } from 'fast-check';
import { Backend } from '../../src/balancer/backend.js';
import type { Server, Wish } from '../../src/balancer/server.js';
import { BackendStatistics } from '../../src/proxy/backend-statistics.js';
import { seededRandom } from '../../src/runtime/random.js';
import { FakeClock } from '../support/fake-clock.js';
import { requester, server, serversOf } from '../support/servers.js';

const RULES = {
  balance: 'roundrobin',
  hashType: 'maglev',
  hashBalanceFactor: 0,
  stick: undefined,
  allBackups: false,
  minUp: 0,
} as const;

function stageOf(servers: readonly Server[]) {
  const clock = new FakeClock();
  const statistics = new BackendStatistics(servers, clock);
  const backend = new Backend<number>(RULES, servers, seededRandom(1), statistics);
  const change = (id: number, changed: Partial<Server>): void => {
    Object.assign(server(servers, id), changed);
    backend.changed(clock.nowMs());
  };
  return { backend, change, clock, statistics };
}

describe('The statistics of a backend', () => {
  for (const [title, first, then, expected] of [
    ['of a server that goes down', {}, { isUp: false }, [1, 9000, 9000]],
    ['of one that enters maintenance, as a time down', {}, { wish: 'maint' }, [1, 9000, 9000]],
    ['of one that is drained, as none', {}, { wish: 'drain' }, [0, 0, 9000]],
    ['of one that gets another weight, as none', {}, { weight: 7 }, [0, 0, 10_000]],
    ['of one that was disabled from the start, as none', { wish: 'maint' }, { weight: 7 }, [0, 10_000, 10_000]],
    [
      'of one that is down and enters maintenance, as the same',
      { isUp: false },
      { wish: 'maint' },
      [0, 10_000, 10_000],
    ],
  ] as const) {
    it(`count the times down ${title}`, () => {
      const [one] = serversOf({});
      assert.ok(one !== undefined);
      Object.assign(one, first);
      const { change, clock, statistics } = stageOf([one]);
      clock.advance(1000);
      change(1, then);
      clock.advance(9000);
      const { standing } = statistics.of(one);
      const nowMs = clock.nowMs();
      assert.deepEqual([standing.timesDown, standing.downtimeMs(nowMs), nowMs - standing.changedAtMs], expected);
    });
  }

  it('count the backend as down when no server takes anybody', () => {
    const { change, clock, statistics } = stageOf(serversOf({}, {}));
    change(1, { isUp: false });
    assert.equal(statistics.backend.standing.timesDown, 0);
    change(2, { wish: 'drain' });
    clock.advance(5000);
    change(1, { isUp: true });
    clock.advance(1000);
    const { timesDown } = statistics.backend.standing;
    assert.deepEqual([timesDown, statistics.backend.standing.downtimeMs(clock.nowMs())], [1, 5000]);
  });

  it('agree with the backend, whatever happens to it', () => {
    const what = constantFrom('comes', 'leaves', 'gives up', 'changes');
    const wishes: readonly Wish[] = ['ready', 'drain', 'maint'];
    const event = tuple(what, integer({ min: 0, max: 99 }));
    assertProperty(
      property(array(event, { maxLength: 150 }), (events) => {
        const servers = serversOf({ maxconn: 2 }, { maxconn: 3 }, {});
        const { backend, statistics } = stageOf(servers);
        const most = new Map(servers.map(({ id }) => [id, 0]));
        let placed = 0;
        const places: Server[] = [];
        const waiting: number[] = [];
        const take = (found: Server): void => {
          places.push(found);
          placed += 1;
          most.set(found.id, Math.max(most.get(found.id) ?? 0, places.filter((place) => place === found).length));
        };
        for (const [index, [kind, chance]] of events.entries()) {
          if (kind === 'comes') {
            const placement = backend.place(requester(index), [], 0);
            if (placement.kind === 'placed') take(placement.server);
            if (placement.kind === 'queued') {
              backend.enqueue(index, requester(index), [], placement);
              waiting.push(index);
            }
          } else if (kind === 'leaves' && places.length > 0) {
            const [left] = places.splice(chance % places.length, 1);
            const handed = left && backend.release(left);
            if (handed !== undefined) take(handed.server);
          } else if (kind === 'gives up' && waiting.length > 0) {
            backend.withdraw(waiting[chance % waiting.length] ?? -1);
          } else if (kind === 'changes') {
            const wish = wishes[chance % wishes.length] ?? 'ready';
            Object.assign(server(servers, (chance % 3) + 1), { wish });
            for (const { server: found } of backend.changed(0).handed) take(found);
          }
          for (const each of servers) {
            const { sessions } = statistics.of(each);
            assert.deepEqual([sessions.now, sessions.most], [each.sessionsNow, most.get(each.id)]);
          }
          const totals = servers.map((each) => statistics.of(each).sessions.arrivals.total);
          assert.equal(
            totals.reduce((sum, total) => sum + total, 0),
            placed,
          );
          assert.ok(statistics.backend.queue.most >= backend.queuedFor(undefined));
        }
      }),
    );
  });
});
