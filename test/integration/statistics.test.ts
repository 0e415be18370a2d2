import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { BackendFigures, FrontendFigures, ListenerFigures, ServerFigures } from '../../src/stats/snapshot.js';
import { showStat } from '../../src/stats/show-stat.js';
import { refusingAddress } from '../support/bad-addresses.js';
import { cmppPair } from '../support/pair.js';
import { Scene } from '../support/scene.js';
import { submitFrame } from '../support/sp.js';

const CONNECT_BYTES = 39;
const CONNECT_RESP_BYTES = 33;
const SUBMIT_BYTES = submitFrame(1).length;
const SUBMIT_RESP_BYTES = 24;

interface Seen {
  readonly frontend: FrontendFigures;
  readonly listener: ListenerFigures;
  readonly backend: BackendFigures;
  readonly servers: readonly ServerFigures[];
  readonly server: ServerFigures;
}

/** The figures of the scene's one frontend and one backend, and of the first listener and server. */
function seenIn(scene: Scene): Seen {
  const { frontends, backends } = scene.statistics.snapshot();
  const [frontend] = frontends;
  const [backend] = backends;
  const [listener] = frontend?.listeners ?? [];
  const [server] = backend?.servers ?? [];
  if (frontend === undefined || backend === undefined || listener === undefined || server === undefined) {
    throw new Error('the snapshot is not whole');
  }
  return { frontend, listener, backend, servers: backend.servers, server };
}

describe('The statistics', { timeout: 30_000 }, () => {
  it('count sessions, bytes and PDUs everywhere alike, while they live and when they have ended', async (t) => {
    const scene = new Scene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    const first = await scene.sp();
    await first.logIn();
    await first.submit();
    const second = await scene.sp();
    await second.logIn();
    const bytesIn = 2 * CONNECT_BYTES + SUBMIT_BYTES;
    const bytesOut = 2 * CONNECT_RESP_BYTES + SUBMIT_RESP_BYTES;
    for (const sessionsNow of [2, 1]) {
      const { frontend, listener, backend, server } = seenIn(scene);
      for (const figures of [frontend, listener, backend, server]) {
        const { sessionsMost, sessionsTotal, rateMost, pdusIn, pdusOut } = figures;
        assert.deepEqual([figures.sessionsNow, sessionsMost, sessionsTotal], [sessionsNow, 2, 2]);
        assert.deepEqual([figures.bytesIn, figures.bytesOut], [bytesIn, bytesOut]);
        assert.deepEqual(pdusIn, { CONNECT: 2, SUBMIT: 1 });
        assert.deepEqual(pdusOut, { CONNECT_RESP: 2, SUBMIT_RESP: 1 });
        assert.ok(rateMost >= 1);
      }
      second.peer.finish();
      await scene.endOf(second);
    }
  });

  it('agree with the balancer about who is where', async (t) => {
    const scene = new Scene(t);
    const gateways = [await scene.gateway({}), await scene.gateway({})];
    await scene.start({ servers: gateways, backend: 'balance: roundrobin' });
    for (let nth = 0; nth < 5; nth += 1) await (await scene.sp()).logIn();
    const { process } = scene.statistics.snapshot();
    const { frontend, backend, servers } = seenIn(scene);
    assert.deepEqual([scene.balancer.sessionsNow, process.sessionsNow, frontend.sessionsNow], [5, 5, 5]);
    assert.deepEqual(
      servers.map(({ sessionsNow, sessionsTotal, balanced, dials }) => [sessionsNow, sessionsTotal, balanced, dials]),
      [
        [3, 3, 3, 3],
        [2, 2, 2, 2],
      ],
    );
    assert.deepEqual([backend.balanced, backend.dials, backend.activeNow, backend.weight], [5, 5, 2, 2]);
  });

  it('count what is unanswered, and with the end of its session what was lost', async (t) => {
    const scene = new Scene(t);
    const { client: sp, server } = await cmppPair(scene);
    sp.write(submitFrame(2));
    await server.frame();
    assert.deepEqual([seenIn(scene).server.unansweredNow, seenIn(scene).server.unansweredTotal], [1, 0]);
    server.reset();
    await sp.left();
    sp.finish();
    await scene.endOf(sp);
    const { server: figures, backend, frontend } = seenIn(scene);
    assert.deepEqual([figures.unansweredNow, figures.unansweredTotal], [0, 1]);
    assert.deepEqual([figures.closed, figures.serverAborts], [{ 'server-reset': 1 }, 1]);
    assert.deepEqual([backend.closed, frontend.closed], [figures.closed, figures.closed]);
  });

  it('count who is refused, as HAProxy does', async (t) => {
    const scene = new Scene(t);
    await scene.start({ servers: [await scene.gateway({})], frontend: 'maxconn: 1' });
    const first = await scene.sp();
    await first.logIn();
    const second = await scene.sp();
    assert.equal((await second.logIn()).status, 5);
    second.peer.finish();
    await scene.endOf(second);
    first.peer.finish();
    await scene.endOf(first);
    const browser = await scene.client();
    browser.write('GET / HTTP/1.1\r\nHost: smsc.example\r\nAccept: */*\r\n\r\n');
    await scene.endOf(browser);
    const { frontend, listener, backend } = seenIn(scene);
    for (const { connectionsTotal, sessionsTotal, refused, connectionsDenied, requestsDenied } of [
      frontend,
      listener,
    ]) {
      assert.deepEqual([connectionsTotal, sessionsTotal, connectionsDenied, requestsDenied], [3, 2, 1, 1]);
      assert.deepEqual(refused, { maxconn: 1, 'login-http': 1 });
    }
    assert.deepEqual([backend.sessionsTotal, backend.refused], [1, {}]);
  });

  it('count tries that failed: where they went on, and where they were given up', async (t) => {
    const scene = new Scene(t);
    await scene.start({
      servers: [await refusingAddress(t), await refusingAddress(t)],
      backend: 'balance: first\nretries: 1',
    });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 5);
    sp.peer.finish();
    await scene.endOf(sp);
    const { backend, servers } = seenIn(scene);
    assert.deepEqual(
      servers.map(({ connectFailures, retries, redispatches, dials }) => [
        connectFailures,
        retries,
        redispatches,
        dials,
      ]),
      [
        [0, 0, 1, 1],
        [1, 0, 0, 1],
      ],
    );
    const { connectFailures, redispatches, refused, sessionsNow } = backend;
    assert.deepEqual([connectFailures, redispatches, sessionsNow], [1, 1, 0]);
    assert.deepEqual(refused, { 'connect-refused': 1 });
  });

  it('count who waits for a place', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    const server = `address: ${JSON.stringify(gateway.address)}, maxconn: 1`;
    await scene.start({ servers: [server], backend: 'balance: roundrobin' });
    const first = await scene.sp();
    await first.logIn();
    const second = await scene.sp();
    const login = second.logIn();
    while (seenIn(scene).backend.queuedNow === 0) await eventLoopTurn();
    assert.deepEqual([seenIn(scene).backend.sessionsNow, seenIn(scene).server.sessionsLimit], [2, 1]);
    first.peer.finish();
    assert.equal((await login).status, 0);
    const { backend, server: figures } = seenIn(scene);
    assert.deepEqual(
      [backend.queuedNow, backend.queuedMost, figures.sessionsMost, figures.sessionsTotal],
      [0, 1, 1, 2],
    );
    assert.ok(backend.queueMostMs > 0);
    assert.ok(figures.lastSessionMs !== null && figures.lastSessionMs >= 0);
  });

  it('show a server that its checks put down and up again', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/smsc.sock`;
    await scene.start({
      servers: [`address: "unix:${path}"`],
      check: '{ type: tcp, inter: 60ms, rise: 1, fall: 1 }',
    });
    await scene.log.seen('server-down');
    const down = seenIn(scene);
    assert.deepEqual([down.server.status, down.server.isUp, down.server.timesDown], ['DOWN', false, 1]);
    assert.deepEqual([down.server.check?.status, down.server.check?.healthCounter], ['L4CON', 0]);
    assert.deepEqual([down.backend.status, down.backend.timesDown, down.backend.activeNow], ['DOWN', 1, 0]);
    await scene.gateway({}, { path });
    await scene.log.seen('server-up');
    const up = seenIn(scene);
    assert.deepEqual([up.server.status, up.server.timesDown, up.server.check?.failures], ['UP', 1, 1]);
    assert.ok(up.server.downtimeMs > 0 && up.server.downtimeMs === seenIn(scene).server.downtimeMs);
    assert.deepEqual([up.backend.status, up.backend.timesDown], ['UP', 1]);
  });

  it('are cleared without forgetting who is there, and count on from that', async (t) => {
    const scene = new Scene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    const sp = await scene.sp();
    await sp.logIn();
    const other = await scene.sp();
    await other.logIn();
    other.peer.finish();
    await scene.endOf(other);
    scene.statistics.clearCounters(false);
    assert.deepEqual([seenIn(scene).frontend.sessionsMost, seenIn(scene).frontend.sessionsTotal], [1, 2]);
    scene.statistics.clearCounters(true);
    await sp.submit();
    sp.peer.finish();
    await scene.endOf(sp);
    const { frontend, listener, backend, server } = seenIn(scene);
    for (const figures of [frontend, listener, backend, server]) {
      assert.deepEqual([figures.sessionsTotal, figures.sessionsMost], [0, 1]);
      assert.deepEqual([figures.bytesIn, figures.bytesOut], [SUBMIT_BYTES, SUBMIT_RESP_BYTES]);
      assert.deepEqual([figures.pdusIn, figures.pdusOut], [{ SUBMIT: 1 }, { SUBMIT_RESP: 1 }]);
    }
    assert.deepEqual(frontend.closed, { 'client-closed': 1 });
    assert.equal(scene.balancer.totals.accepted, 2);
  });

  it('are a value that JSON keeps, and the rows that tools read', async (t) => {
    const scene = new Scene(t);
    await scene.start({ servers: [await scene.gateway({})], listen: '["127.0.0.1:0", "[::1]:0"]' });
    const snapshot = scene.statistics.snapshot();
    assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
    const rows = showStat(snapshot, { types: 15 }).trimEnd().split('\n').slice(1);
    assert.deepEqual(
      rows.map((row) => row.split(',').slice(0, 2).join('/')),
      ['sp/FRONTEND', 'sp/sock-1', 'sp/sock-2', 'smsc/s1', 'smsc/BACKEND'],
    );
    assert.equal(new Set(rows.map((row) => row.split(',').length)).size, 1);
  });
});
