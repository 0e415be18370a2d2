/** Sessions that outlive their servers, over real sockets. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReloadScene } from '../support/reload-scene.js';
import { SteeredScene } from '../support/steered-scene.js';

/** How many sessions of the backend and of its first server move, and of how many requests are held. */
function departing(scene: SteeredScene): readonly number[] {
  const [backend] = scene.statistics.snapshot().backends;
  const [server] = backend?.servers ?? [];
  const [of, same] = [backend, server].map((figures) => [figures?.movingNow ?? -1, figures?.heldNow ?? -1]);
  assert.deepEqual(of, same);
  return of ?? [];
}

describe('a session', { timeout: 60_000 }, () => {
  it('goes on with another gateway when its own closes, and its SP does not notice', async (t) => {
    const scene = new SteeredScene(t);
    const [first, second] = [await scene.gateway({}), await scene.gateway({})];
    await scene.start({ servers: [first, second], onLinkLost: 'move' });
    const { sp } = await scene.logIn();
    await sp.submit();
    first.close();
    await sp.submit();
    const { server, to, cause } = await scene.log.seen('session-moved');
    assert.deepEqual([server, to], ['s1', 's2']);
    assert.ok(['server-lost', 'server-reset'].includes(cause), cause);
    await sp.submit();
    sp.peer.finish();
    const { pdusIn, pdusOut, reason, server: last, unanswered } = await scene.endOf(sp);
    assert.deepEqual(
      { pdusIn, pdusOut, reason, last, unanswered },
      {
        pdusIn: { CONNECT: 1, SUBMIT: 3 },
        pdusOut: { CONNECT_RESP: 1, SUBMIT_RESP: 3 },
        reason: 'client-closed',
        last: 's2',
        unanswered: 0,
      },
    );
  });

  it('is held while its only gateway is away', async (t) => {
    const scene = new SteeredScene(t);
    const first = await scene.gateway({});
    const second = await scene.gateway({});
    await scene.start({ servers: [first], onLinkLost: 'move', backend: 'retries: 0' });
    const { sp } = await scene.logIn();
    first.close();
    await scene.log.seen('server-failed');
    const answered = sp.submit();
    assert.deepEqual(departing(scene), [1, 1]);
    assert.match(await scene.command('show sess'), / state=held /);
    const [, port = ''] = /:(\d+)$/.exec(second.address) ?? [];
    await scene.command(`set server smsc/s1 addr 127.0.0.1 port ${port}`);
    const { result } = await answered;
    assert.equal(result, 0);
    const { to } = await scene.log.seen('session-moved');
    assert.equal(to, 's1');
    assert.deepEqual(departing(scene), [0, 0]);
  });

  it('is told to send again what a lost gateway has not answered', async (t) => {
    const scene = new SteeredScene(t);
    const [first, second] = [await scene.gateway(), await scene.gateway({})];
    await scene.start({ servers: [first, second], onLinkLost: 'move' });
    const { sp, server: link } = await scene.logInAt(first);
    const answered = sp.submit();
    await link.pdu('submit');
    link.reset();
    const { result } = await answered;
    assert.equal(result, 8);
    const { submits, rejected } = await scene.log.seen('session-in-doubt');
    assert.deepEqual([submits, rejected], [1, 1]);
    const again = await sp.submit();
    assert.equal(again.result, 0);
  });
});

describe('the operator', { timeout: 60_000 }, () => {
  it('drains a server of its sessions, and has them back', async (t) => {
    const accounts = Array.from({ length: 12 }, (_, nth) => String(900_001 + nth));
    const { scene, sps } = await SteeredScene.running(t, accounts);
    assert.equal(await scene.command('drain server smsc/s1 rate 1000'), '6 sessions move, 1000 a second');
    const { moved, failed, state } = await scene.log.seen('migration-over');
    assert.deepEqual([moved, failed, state], [6, 0, 'done']);
    for (const sp of sps) await sp.submit();
    assert.match(
      await scene.command('show moves'),
      /^# of cause state rate begun moved failed age_ms\nsmsc\/s1 drain done 1000 6 6 0 \d+$/,
    );
    await scene.command('set server smsc/s1 state ready');
    assert.equal(await scene.command('rebalance backend smsc'), '6 sessions move, 100 a second');
    await scene.log.seen('migration-over', ({ cause }) => cause === 'rebalance');
    for (const sp of sps) await sp.submit();
    const [backend] = scene.statistics.snapshot().backends;
    assert.deepEqual([backend?.sessionsNow, backend?.sessionsTotal], [12, 12]);
    assert.deepEqual(
      backend?.servers.map(({ sessionsNow }) => sessionsNow),
      [6, 6],
    );
    assert.equal(await scene.command('rebalance backend smsc'), '0 sessions move, 100 a second');
  });

  it('keeps those that have not moved yet when he wants something else of the server', async (t) => {
    const accounts = Array.from({ length: 12 }, (_, nth) => String(900_001 + nth));
    for (const wish of ['drain', 'maint', 'ready']) {
      const { scene } = await SteeredScene.running(t, accounts);
      await scene.command('drain server smsc/s1 rate 1');
      await scene.command(`set server smsc/s1 state ${wish}`);
      const { state, moved } = await scene.log.seen('migration-over');
      assert.deepEqual([state, moved <= 1], ['stopped', true]);
    }
  });

  it('is told once of a session that cannot leave, however often it is told to', async (t) => {
    const { scene } = await SteeredScene.running(t, ['900001']);
    await scene.command('set server smsc/s2 state maint');
    await scene.command('drain server smsc/s1');
    const drain = (): void => {
      for (const driver of scene.balancer.sessions())
        driver.guard((nowMs) => driver.session.journey?.begin({ cause: 'drain' }, nowMs));
    };
    await scene.log.seen('session-stayed');
    for (let tries = 0; tries < 3; tries += 1) drain();
    assert.equal(scene.log.of('session-stayed').length, 1);
    assert.equal(scene.statistics.snapshot().backends[0]?.servers[0]?.moves.failed, 1);
    await scene.command('set server smsc/s2 state ready');
    drain();
    assert.equal((await scene.log.seen('session-moved')).to, 's2');
    await scene.command('set server smsc/s1 state maint;set server smsc/s2 state drain');
    drain();
    assert.equal(scene.log.of('session-stayed').length, 2);
  });
});

describe('rebalance: auto', { timeout: 60_000 }, () => {
  const AUTO = { backend: 'rebalance: auto' };

  it('moves sessions where a reload that changes weights or adds a server wants them', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two, three] = await Promise.all([scene.gateway({}), scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [one, two], onLinkLost: 'move', ...AUTO });
    for (let nth = 0; nth < 12; nth += 1) await scene.resident(String(900_001 + nth));
    assert.equal(scene.states(), 's1 no check 6, s2 no check 6');
    const heavy = `address: "${one.address}", weight: 3`;
    await scene.reload({ servers: [heavy, two], ...AUTO });
    await scene.log.seen('migration-over', ({ moved }) => moved === 3);
    assert.equal(scene.states(), 's1 no check 9, s2 no check 3');
    await scene.reload({ servers: [heavy, two, three], ...AUTO });
    await scene.log.seen('migration-over', () => scene.states().endsWith('s3 no check 2'));
  });
});
