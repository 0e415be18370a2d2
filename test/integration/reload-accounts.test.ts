import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ReloadScene } from '../support/reload-scene.js';

it('A reload has accounts by other rules, and living sessions as well', { timeout: 30_000 }, async (t) => {
  const scene = new ReloadScene(t);
  const gateway = await scene.gateway({});
  await scene.start({ servers: [gateway], sections: 'accounts: { "900001": { max-connections: 1 } }' });
  const first = await scene.sp();
  assert.equal((await first.logIn()).status, 0);
  assert.equal((await (await scene.sp()).logIn()).status, 5);
  const limits = 'submit-rate: 1/m, burst: 2, over-rate: reject';
  const lines = await scene.reload({ sections: `accounts: { "900001": { max-connections: 2, ${limits} } }` });
  assert.deepEqual(lines, [
    '~ account 900001 max-connections 1→2',
    '~ account 900001 submit-rate no limit→1/m burst 2',
    '~ account 900001 over-rate delay→reject',
  ]);
  const second = await scene.sp();
  assert.equal((await second.logIn()).status, 0);
  assert.equal((await (await scene.sp()).logIn()).status, 5);
  const results = [];
  for (const sp of [first, second, first, second]) results.push((await sp.submit()).result);
  assert.deepEqual(results, [0, 0, 8, 8]);
  const removed = await scene.reload({ sections: 'accounts: { "900002": {} }' });
  assert.deepEqual(removed, ['+ account 900002', '- account 900001: 2 sessions stay']);
});
