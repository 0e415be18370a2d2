import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REFUSED_AT_ONCE } from '../../src/balancer/admission.js';
import { Scene } from '../support/scene.js';
import type { ConfigKeys } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';
import type { Sp } from '../support/sp.js';

/** A scene whose limit one SP has used up. */
async function occupied(scene: Scene, keys: Omit<ConfigKeys, 'servers'>): Promise<Sp> {
  await scene.start({ ...keys, servers: [await scene.gateway({})] });
  const sp = await scene.sp();
  await sp.logIn();
  return sp;
}

async function leave(scene: Scene, sp: Sp): Promise<void> {
  sp.peer.finish();
  await scene.endOf(sp);
}

describe('A client beyond', { timeout: 30_000 }, () => {
  for (const [limit, keys, reason] of [
    ['maxconn of the process', { global: 'maxconn: 1' }, 'maxconn'],
    ['maxconn of the frontend', { frontend: 'maxconn: 1' }, 'maxconn'],
    ['source-maxconn', { frontend: 'source-maxconn: 1' }, 'source-maxconn'],
  ] as const) {
    it(`${limit} is told so in its own version, until somebody leaves`, async (t) => {
      const scene = new Scene(t);
      const first = await occupied(scene, keys);
      for (const version of ['2.0', '3.0'] as const) {
        const sp = await scene.sp();
        assert.equal((await sp.logIn('900002', version)).status, 5);
        assert.equal((await sp.left()).by, 'FIN');
        sp.peer.finish();
        const end = await scene.endOf(sp);
        assert.deepEqual([end.reason, end.account, end.server], [reason, '900002', undefined]);
      }
      await first.submit();
      await leave(scene, first);
      assert.equal((await (await scene.sp()).logIn()).status, 0);
    });

    it(`${limit} in mode tcp is closed`, async (t) => {
      const scene = new Scene(t);
      const gateway = await scene.gateway();
      await scene.start({ ...keys, defaults: 'mode: tcp', servers: [gateway] });
      await scene.client();
      await gateway.accept();
      const client = await scene.client();
      client.write('request');
      await client.left();
      assert.equal((await scene.endOf(client)).reason, reason);
      assert.equal(gateway.count, 1);
    });
  }

  it('those who are being refused is closed unheard, so that nobody can hold more than they do', async (t) => {
    const scene = new Scene(t);
    await occupied(scene, { frontend: 'maxconn: 1, dontlognull: false' });
    const refused = [];
    for (let count = 0; count < REFUSED_AT_ONCE; count += 1) refused.push(await scene.sp());
    const tooMany = await scene.client();
    await tooMany.left();
    assert.equal((await scene.endOf(tooMany)).reason, 'maxconn');
    for (const sp of refused) {
      assert.equal((await sp.logIn()).status, 5);
      sp.peer.finish();
      await scene.endOf(sp);
    }
    // Their places among the refused are free again.
    const next = await scene.sp();
    assert.equal((await next.logIn()).status, 5);
  });
});

describe('A client for whom every server is full', { timeout: 30_000 }, () => {
  it('waits, and gets the place of the first that leaves, in the order of arrival', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [`address: ${JSON.stringify(gateway.address)}, maxconn: 1`] });
    const first = await scene.sp();
    await first.logIn();
    const second = await scene.sp();
    const third = await scene.sp();
    const logins = [second.logIn('900002'), third.logIn('900003')];
    // Both have been heard when somebody has who came later.
    const bystander = await scene.client();
    bystander.write('GET / HTTP/1.1');
    await scene.endOf(bystander);
    assert.equal(gateway.count, 1);
    await leave(scene, first);
    assert.equal((await logins[0])?.status, 0);
    assert.equal(gateway.count, 2);
    await leave(scene, second);
    assert.equal((await logins[1])?.status, 0);
    await leave(scene, third);
    const ends = scene.log.of('session-end').filter(({ placed }) => placed === 'queue');
    assert.deepEqual(
      ends.map(({ account, backendQueue }) => [account, backendQueue]),
      [
        ['900002', 0],
        ['900003', 1],
      ],
    );
  });

  it('waits for timeout queue and no longer', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    await scene.start({
      servers: [`address: ${JSON.stringify(gateway.address)}, maxconn: 1`],
      backend: 'timeout: { queue: 100ms }',
    });
    const first = await scene.sp();
    await first.logIn();
    const second = await scene.sp();
    assert.equal((await second.logIn()).status, 5);
    second.peer.finish();
    assert.equal((await scene.endOf(second)).reason, 'queue-timeout');
    await first.submit();
  });

  it('may give up, and the place goes to the next', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [`address: ${JSON.stringify(gateway.address)}, maxconn: 1`] });
    const first = await scene.sp();
    await first.logIn();
    const second = await scene.client();
    second.write(connectFrame('900002'));
    second.finish();
    assert.equal((await scene.endOf(second)).reason, 'queue-aborted');
    const third = await scene.sp();
    const login = third.logIn('900003');
    await leave(scene, first);
    assert.equal((await login).status, 0);
  });
});
