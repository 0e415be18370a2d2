import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Gateway } from '../support/gateway.js';
import { freePorts } from '../support/haproxy.js';
import { SteeredScene } from '../support/steered-scene.js';

const STICK = 'stick: { on: account, size: 5 }';

/** The lines of a table below its head, without what each begins with. */
function tableRows(text: string): string[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^0x[0-9a-f]+: /, ''));
}

describe('The runtime API and limits', { timeout: 30_000 }, () => {
  it('limits a frontend and the process', async (t) => {
    const { scene } = await SteeredScene.running(t, ['900001']);
    await scene.command('set maxconn frontend sp 1');
    assert.equal((await scene.logIn()).status, 5);
    await scene.command('set maxconn frontend sp 10;set maxconn global 1');
    assert.equal((await scene.logIn()).status, 5);
    await scene.command('set maxconn global 0');
    assert.equal((await scene.logIn()).status, 0);
    assert.equal(await scene.command('set maxconn global 10000000'), 'Value out of range.');
    assert.equal(await scene.command('set maxconn frontend sp x'), 'Integer value expected.');
  });

  it('closes a frontend and opens it again on its port; who is there stays', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001']);
    const entrance = scene.entrance();
    assert.equal(await scene.raw('disable frontend sp\n'), '\n');
    await assert.rejects(scene.client(entrance), /ECONNREFUSED/);
    assert.equal(await scene.command('disable frontend sp'), 'All sockets are already disabled.');
    assert.match(await scene.command('show info'), /^Stopping: 0$/m);
    assert.equal((await sps[0]?.submit())?.result, 0);
    assert.equal(await scene.raw('enable frontend sp\n'), '\n');
    assert.deepEqual(scene.entrance(), entrance);
    assert.equal((await scene.logIn()).status, 0);
    assert.equal(await scene.command('enable frontend sp'), 'All sockets are already enabled.');
  });

  it('does not open a frontend of a balancer again that is stopping', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001']);
    const entrance = scene.entrance();
    const retired = scene.balancer.retire();
    assert.equal(
      await scene.command('enable frontend sp'),
      'Frontend was previously shut down, cannot enable: the balancer is stopping.',
    );
    assert.match(await scene.command('show info'), /^Stopping: 1$/m);
    await assert.rejects(scene.client(entrance), /ECONNREFUSED/);
    sps[0]?.peer.finish();
    await retired;
  });

  it('says why a frontend cannot be opened again', async (t) => {
    const scene = new SteeredScene(t);
    const [port = 0] = await freePorts('127.0.0.1', 1);
    await scene.start({ servers: [await scene.gateway({})], listen: `"127.0.0.1:${port}"` });
    await scene.command('disable frontend sp');
    const other = await Gateway.listening({ host: '127.0.0.1', port });
    t.after(() => other.close());
    assert.match(await scene.command('enable frontend sp'), /^Failed to resume frontend: cannot listen on 127.*in use/);
    other.close();
    assert.equal(await scene.raw('enable frontend sp\n'), '\n');
  });
});

describe('The runtime API and stick tables', { timeout: 30_000 }, () => {
  it('lists who was where, and forgets it', async (t) => {
    const { scene } = await SteeredScene.running(t, ['900001', '900002'], STICK);
    assert.equal(await scene.command('show table'), '# table: smsc, type: string, size:5, used:2');
    assert.deepEqual(tableRows(await scene.command('show table smsc')), [
      'key=900001 use=1 exp=0 server_id=1 server_key=s1',
      'key=900002 use=1 exp=0 server_id=2 server_key=s2',
    ]);
    assert.equal(tableRows(await scene.command('show table smsc data.server_id eq 2')).length, 1);
    assert.equal(tableRows(await scene.command('show table smsc key 900001')).length, 1);
    assert.equal(await scene.raw('clear table smsc key 900001\n'), '\n');
    assert.deepEqual(tableRows(await scene.command('show table smsc')), [
      'key=900002 use=1 exp=0 server_id=2 server_key=s2',
    ]);
    await scene.command('clear table smsc');
    assert.equal(await scene.command('show table smsc'), '# table: smsc, type: string, size:5, used:0');
    assert.equal(await scene.command('show table nosuch'), 'No such table');
  });
});
