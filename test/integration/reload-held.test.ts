import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { ReloadScene } from '../support/reload-scene.js';
import type { Sp } from '../support/sp.js';

/** A session that has lost its server s1, and looks in vain for another: the only other one is in maintenance. */
async function heldSession(t: TestContext): Promise<{ scene: ReloadScene; sp: Sp; address: string }> {
  const scene = new ReloadScene(t);
  const [first, second] = [await scene.gateway({}), await scene.gateway({})];
  const servers = [first, second].map(({ address }) => `address: "${address}"`);
  await scene.start({ servers, onLinkLost: 'move', backend: 'retries: 0' });
  await scene.command('set server smsc/s2 state maint');
  const sp = await scene.resident();
  first.close();
  await scene.log.seen('server-failed');
  return { scene, sp, address: second.address };
}

describe('A session that has lost a server which is then removed', { timeout: 30_000 }, () => {
  it('goes on with the one that a reload has brought', async (t) => {
    const { scene, sp, address } = await heldSession(t);
    const withS9 = (text: string): string => text.replace(/s1: \{.*\}/, `s9: { address: "${address}" }`);
    await scene.reload({}, withS9);
    assert.equal(scene.states(), 's9 no check 0, s2 MAINT 0, s1 DRAIN 0');
    assert.equal((await scene.log.seen('session-moved')).to, 's9');
    assert.equal((await sp.submit()).result, 0);
    await scene.log.seen('server-gone', ({ server }) => server === 's1');
    assert.deepEqual(scene.log.of('internal-error'), []);
  });

  it('is shown, and goes on with another one, when the operator has deleted it', async (t) => {
    const { scene, sp } = await heldSession(t);
    await scene.command('set server smsc/s1 state maint');
    assert.equal(await scene.command('del server smsc/s1'), 'Server deleted.');
    assert.match(await scene.command('show sess all'), /server=s1 /);
    assert.match(await scene.command('del server smsc/s1'), /removed already, and goes when its last session has left/);
    await scene.command('set server smsc/s2 state ready');
    assert.equal((await scene.log.seen('session-moved')).to, 's2');
    assert.equal((await sp.submit()).result, 0);
    await scene.log.seen('server-gone', ({ server }) => server === 's1');
    assert.deepEqual(scene.log.of('internal-error'), []);
  });

  it('ends as it would have without that, and only then the server is gone', async (t) => {
    const { scene, sp } = await heldSession(t);
    await scene.command('set server smsc/s1 state maint;del server smsc/s1');
    sp.peer.socket.destroy();
    assert.equal((await scene.endOf(sp)).server, 's1');
    await scene.log.seen('server-gone', ({ server }) => server === 's1');
    assert.deepEqual(scene.log.of('internal-error'), []);
  });
});
