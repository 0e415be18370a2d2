import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Statistics } from '../../src/admin/snapshot.js';
import type { ShownBackend, ShownFrontend, ShownServer } from '../../src/admin/snapshot-parts.js';
import { Backend } from '../../src/balancer/backend.js';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { Waiter } from '../../src/balancer/placing-state.js';
import type { Server } from '../../src/balancer/server.js';
import { BackendStatistics } from '../../src/proxy/backend-statistics.js';
import { seededRandom } from '../../src/runtime/random.js';
import { EntranceCounters } from '../../src/stats/counters.js';
import { SessionTotals } from '../../src/stats/session-totals.js';
import { Traffic } from '../../src/stats/traffic.js';
import type { BackendFigures, ServerFigures } from '../../src/stats/snapshot.js';
import { FakeClock } from '../support/fake-clock.js';
import { serversOf } from '../support/servers.js';

const FACTS = {
  name: 'cmpp-lb',
  version: '1.2.3',
  pid: 7,
  node: 'vm',
  heap: () => ({ heapBytes: 2, heapUsedBytes: 1 }),
  idlePercent: () => 90,
};

interface Stage {
  readonly servers?: readonly Server[];
  readonly shown?: Partial<ShownBackend>;
  readonly maxconn?: { process?: number; frontend?: number };
  readonly supervised?: Partial<ShownServer['supervised']>;
}

/** One frontend, in front of one backend that nobody checks. */
class Staged {
  readonly clock = new FakeClock();
  readonly counters = new EntranceCounters();
  readonly backendStatistics: BackendStatistics;
  readonly statistics: Statistics;
  readonly balancerBackend: Backend<Waiter>;

  constructor({ servers = serversOf({}, {}), shown = {}, maxconn = {}, supervised = {} }: Stage = {}) {
    this.backendStatistics = new BackendStatistics(servers, this.clock);
    const choice = { balance: 'roundrobin', hashType: 'maglev', hashBalanceFactor: 0, stick: undefined } as const;
    const rules = { ...choice, allBackups: false, minUp: 0 };
    this.balancerBackend = new Backend<Waiter>(rules, servers, seededRandom(1), this.backendStatistics);
    const frontend: ShownFrontend = {
      name: 'sp',
      mode: 'cmpp',
      defaultBackend: 'smsc',
      places: { maxconn: maxconn.frontend ?? Infinity },
      counters: this.counters,
      listeners: [{ address: '127.0.0.1:7890', isOpen: true, counters: new EntranceCounters() }],
      guests: () => [],
    };
    const backend: ShownBackend = {
      name: 'smsc',
      mode: 'cmpp',
      algorithm: 'roundrobin',
      followsRamp: true,
      backend: this.balancerBackend,
      statistics: this.backendStatistics,
      servers: servers.map((server) => ({
        supervised: { server, status: 'no check', checker: undefined, tracked: undefined, ...supervised },
        address: () => ({ kind: 'tcp', host: '10.0.0.7', port: 7890 }),
        weightConfigured: 1,
        isDisabled: false,
      })),
      ...shown,
    };
    this.statistics = new Statistics({
      clock: this.clock,
      facts: FACTS,
      balancer: { isStopping: false },
      totals: new SessionTotals(),
      limitedOf: () => undefined,
      admission: { maxconn: maxconn.process ?? Infinity },
      descriptorLimit: 1024,
      log: { lostLines: 3 },
      former: new Traffic(),
      frontends: [frontend],
      backends: [backend],
    });
  }

  get backend(): BackendFigures {
    const [backend] = this.statistics.snapshot().backends;
    if (backend === undefined) throw new Error('no backend');
    return backend;
  }

  get servers(): readonly ServerFigures[] {
    return this.backend.servers;
  }
}

describe('The snapshot', () => {
  it('says what the process is', () => {
    const { clock, statistics } = new Staged({ maxconn: { process: 9000 } });
    const startedWallMs = clock.wallMs();
    clock.advance(61_000);
    const { process } = statistics.snapshot();
    const { name, pid, uptimeMs, sessionsLimit, descriptorLimit, listenersNow, isStopping, lostLogLines } = process;
    assert.deepEqual([name, pid, uptimeMs, process.startedWallMs], ['cmpp-lb', 7, 61_000, startedWallMs]);
    assert.deepEqual([sessionsLimit, descriptorLimit, lostLogLines], [9000, 1024, 3]);
    assert.deepEqual([listenersNow, isStopping, process.idlePercent], [1, false, 90]);
  });

  it('numbers frontends and then backends from 2 on', () => {
    const { frontends, backends } = new Staged().statistics.snapshot();
    assert.deepEqual(
      [...frontends, ...backends].map(({ id, name }) => `${id} ${name}`),
      ['2 sp', '3 smsc'],
    );
  });

  for (const [title, maxconn, servers, expected] of [
    ['its servers hold', { process: 900 }, serversOf({ maxconn: 10 }, { maxconn: 20 }), 30],
    ['the process holds', { process: 900 }, serversOf({ maxconn: 10 }, {}), 900],
    ['the frontends before it let in', { process: 900, frontend: 50 }, serversOf({}), 50],
    ['there may be, without any limit', {}, serversOf({}), null],
  ] as const) {
    it(`limits a backend to what ${title}`, () => {
      assert.equal(new Staged({ maxconn, servers }).backend.sessionsLimit, expected);
    });
  }

  it('weighs a server that begins small by as much as it has come', () => {
    const servers = serversOf({ weight: 10 }, { weight: 5 });
    Object.assign(servers[0] ?? {}, { ramp: 0.317 });
    const { backend } = new Staged({ servers });
    const weights = backend.servers.map(({ weight, weightWanted, throttlePercent }) => [
      weight,
      weightWanted,
      throttlePercent,
    ]);
    assert.deepEqual(weights, [
      [4, 10, 31],
      [5, 5, null],
    ]);
    assert.deepEqual([backend.weight, backend.weightWanted], [9, 15]);
  });

  it('weighs it in full where the algorithm does', () => {
    const servers = serversOf({ weight: 10 });
    Object.assign(servers[0] ?? {}, { ramp: 0.317 });
    const [server] = new Staged({ servers, shown: { followsRamp: false } }).servers;
    assert.deepEqual([server?.weight, server?.throttlePercent], [10, null]);
  });

  it('counts of a backend only the servers that may take sessions, and backups where they are used', () => {
    const servers = serversOf({ weight: 3 }, { weight: 5 }, { weight: 7, backup: true });
    const staged = new Staged({ servers });
    const summary = () => {
      const { activeNow, backupNow, weight, status } = staged.backend;
      return [activeNow, backupNow, weight, status];
    };
    const [first, second, third] = servers;
    const change = (server: Server | undefined) => {
      Object.assign(server ?? {}, { isUp: false });
      staged.balancerBackend.changed(0);
    };
    assert.deepEqual(summary(), [2, 1, 8, 'UP']);
    change(first);
    assert.deepEqual(summary(), [1, 1, 5, 'UP']);
    change(second);
    assert.deepEqual(summary(), [0, 1, 7, 'UP']);
    change(third);
    assert.deepEqual(summary(), [0, 0, 0, 'DOWN']);
  });

  it('says whose health a server shares, and that this one is in maintenance', () => {
    const status = 'MAINT (via smsc/s2)';
    const [server] = new Staged({ supervised: { status } }).servers;
    assert.deepEqual([server?.status, server?.isMaintainedByOther], [status, true]);
  });

  for (const [reason, hadServer, counted] of [
    ['client-terminate', true, {}],
    ['client-closed', true, {}],
    ['client-reset', true, { clientAborts: 1 }],
    ['client-timeout', true, { clientAborts: 1 }],
    ['server-lost', true, { serverAborts: 1 }],
    ['server-timeout', true, { serverAborts: 1 }],
    ['maxconn', false, { connectionsDenied: 1 }],
    ['source-maxconn', false, { sessionsDenied: 1 }],
    ['login-http', false, { requestsDenied: 1 }],
    ['login-not-connect', false, { requestsDenied: 1 }],
    ['client-frame', true, { requestsDenied: 1 }],
    ['server-frame', true, { responsesDenied: 1 }],
    ['login-aborted', false, { requestErrors: 1 }],
    ['login-timeout', false, { requestErrors: 1 }],
    ['internal-error', false, { internalErrors: 1 }],
  ] as const satisfies readonly (readonly [CloseReason, boolean, object])[]) {
    it(`counts the end ${reason} as ${Object.keys(counted).join() || 'nothing else'}`, () => {
      const staged = new Staged();
      staged.counters.endings.add(reason, hadServer);
      const [frontend] = staged.statistics.snapshot().frontends;
      assert.ok(frontend !== undefined);
      const { clientAborts, serverAborts, connectionsDenied, sessionsDenied } = frontend;
      const { requestsDenied, responsesDenied, requestErrors, internalErrors } = frontend;
      const aborts = { clientAborts, serverAborts };
      const denied = { connectionsDenied, sessionsDenied, requestsDenied, responsesDenied };
      const all = Object.entries({ ...aborts, ...denied, requestErrors, internalErrors });
      assert.deepEqual(Object.fromEntries(all.filter(([, count]) => count !== 0)), counted);
    });
  }

  it('measures bytes a second over a second or more', () => {
    const { clock, counters, statistics } = new Staged();
    const rate = () => statistics.snapshot().process.bytesOutPerSecond;
    counters.traffic.bytesOut = 500;
    assert.equal(rate(), 0);
    clock.advance(2000);
    assert.equal(rate(), 250);
    counters.traffic.bytesOut = 9000;
    clock.advance(500);
    assert.equal(rate(), 250);
  });
});
