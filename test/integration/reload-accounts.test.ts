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
  await scene.reload({ sections: `accounts: { "900001": { max-connections: 2, ${limits} } }` });
  const second = await scene.sp();
  assert.equal((await second.logIn()).status, 0);
  assert.equal((await (await scene.sp()).logIn()).status, 5);
  const results = [];
  for (const sp of [first, second, first, second]) results.push((await sp.submit()).result);
  assert.deepEqual(results, [0, 0, 8, 8]);
});
