import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scene } from '../support/scene.js';

describe('A stick table on account', { timeout: 30_000 }, () => {
  it('brings an SP that comes back to the server that it was on, and others to where they belong', async (t) => {
    const scene = new Scene(t);
    const gateways = [await scene.gateway({}), await scene.gateway({}), await scene.gateway({})];
    await scene.start({ servers: gateways, backend: 'balance: roundrobin\nstick: { on: account }' });
    const accounts = ['900001', '900002', '900003', '900004'];
    const servers: Record<string, string[]> = {};
    for (let round = 0; round < 3; round += 1) {
      for (const account of round === 1 ? accounts.toReversed() : accounts) {
        const sp = await scene.sp();
        assert.equal((await sp.logIn(account)).status, 0);
        sp.peer.finish();
        const { server, placed } = await scene.endOf(sp);
        (servers[account] ??= []).push(`${server} ${placed}`);
      }
    }
    assert.deepEqual(servers, {
      '900001': ['s1 balance', 's1 stick-table', 's1 stick-table'],
      '900002': ['s2 balance', 's2 stick-table', 's2 stick-table'],
      '900003': ['s3 balance', 's3 stick-table', 's3 stick-table'],
      '900004': ['s1 balance', 's1 stick-table', 's1 stick-table'],
    });
  });

  it('remembers where an SP has got to, not a server that failed it or refused it', async (t) => {
    const scene = new Scene(t);
    const refusing = await scene.gateway({ status: 3 });
    const closing = await scene.gateway();
    const gateway = await scene.gateway({});
    await scene.start({
      servers: [closing, gateway, refusing],
      backend: 'balance: roundrobin\nstick: { on: account }',
    });
    const first = await scene.sp();
    const login = first.logIn('900001');
    (await closing.accept()).finish();
    assert.equal((await login).status, 0);
    const refused = await scene.sp();
    assert.equal((await refused.logIn('900002')).status, 3);
    const again = await scene.sp();
    assert.equal((await again.logIn('900001')).status, 0);
    const starts = scene.log.of('session-start').map(({ account, server, placed }) => [account, server, placed]);
    assert.deepEqual(starts, [
      ['900001', 's2', 'redispatch'],
      ['900001', 's2', 'stick-table'],
    ]);
  });
});
