import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REFUSED_AT_ONCE } from '../../src/balancer/admission.js';
import { ProgramScene } from '../support/program-scene.js';

describe('A process at the brim', { timeout: 30_000 }, () => {
  it('still has the descriptors for whom it lets in, however many others it refuses', async (t) => {
    const scene = new ProgramScene(t);
    const program = scene.run({ servers: [await scene.gateway({})] }, { descriptorLimit: 256 });
    const maxconn = Number((await program.event('ready'))['maxconn']);
    const sps = [];
    for (let count = 0; count < maxconn; count += 1) {
      const sp = await scene.comingSp();
      assert.equal((await sp.logIn()).status, 0);
      sps.push(sp);
    }
    // Those who are heard, and one who is not: he is the last that the process has seen.
    for (let count = 0; count < REFUSED_AT_ONCE; count += 1) await scene.comer();
    await (await scene.comer()).left();
    for (const leaving of sps.slice(0, 3)) {
      leaving.peer.finish();
      await leaving.left();
      await program.event('session-end', ({ source }) => source === leaving.name);
      const next = await scene.comingSp();
      await (await scene.comer()).left();
      assert.equal((await next.logIn()).status, 0);
    }
    assert.deepEqual(
      program.lines.filter(({ event }) => event === 'server-failed' || event === 'accept-error'),
      [],
    );
  });
});
