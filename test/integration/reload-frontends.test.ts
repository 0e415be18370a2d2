import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { freePorts } from '../support/haproxy.js';
import { ReloadScene } from '../support/reload-scene.js';

describe('A reload and frontends', { timeout: 30_000 }, () => {
  it('adds and removes addresses; whoever came by them stays', async (t) => {
    const scene = new ReloadScene(t);
    const path = `${scene.folder()}/sp.sock`;
    const servers = [await scene.gateway({})];
    await scene.start({ servers, listen: '["127.0.0.1:0"]' });
    const first = await scene.resident();
    const entrance = scene.entrance();
    assert.deepEqual(await scene.reload({ listen: `["127.0.0.1:0", "unix:${path}"]` }), [`+ frontend sp unix:${path}`]);
    assert.deepEqual(scene.entrance(), entrance);
    const second = await scene.sp({ path });
    assert.equal((await second.logIn()).status, 0);
    assert.deepEqual(await scene.reload({ listen: `"unix:${path}"` }), ['- frontend sp 127.0.0.1:0: 2 sessions drain']);
    await assert.rejects(scene.client(entrance), /ECONNREFUSED/);
    assert.equal((await first.submit()).result, 0);
    assert.equal((await second.submit()).result, 0);
    const [frontend] = scene.statistics.snapshot().frontends;
    assert.deepEqual([frontend?.listeners.length, frontend?.sessionsNow, frontend?.pdusIn['SUBMIT']], [1, 2, 2]);
  });

  it('that needs an address which is taken is refused, and changes nothing', async (t) => {
    const scene = new ReloadScene(t);
    const path = `${scene.folder()}/sp.sock`;
    const taken = await scene.gateway({});
    await scene.start({ servers: [taken] });
    const outcome = await scene.outcomeOf({
      servers: [`address: "${taken.address}", weight: 9`],
      listen: `["127.0.0.1:0", "unix:${path}", "${taken.address}"]`,
    });
    assert.deepEqual(outcome, {
      kind: 'refused',
      problems: [
        `frontend sp: cannot listen on ${taken.address}: the address is in use; another process listens there, perhaps HAProxy or another cmpp-lb`,
      ],
    });
    assert.deepEqual(scene.log.of('reload-refused').length, 1);
    assert.equal(await scene.command('get weight smsc/s1'), '1 (initial 1)');
    await assert.rejects(scene.client({ path }), /ENOENT/);
    assert.equal((await scene.logIn()).status, 0);
  });

  it('says so when it is this balancer that holds the port', async (t) => {
    const scene = new ReloadScene(t);
    const [port = 0] = await freePorts('127.0.0.1', 1);
    await scene.start({ servers: [await scene.gateway({})], listen: `"127.0.0.1:${port}"` });
    const outcome = await scene.outcomeOf({ listen: `"*:${port}"` });
    assert.match(outcome.kind === 'refused' ? (outcome.problems[0] ?? '') : '', /Frontend sp of this balancer listens/);
    assert.equal((await scene.logIn()).status, 0);
  });

  it('leads an address to another frontend and another backend, for those who come now', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two] = await Promise.all([scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [one] });
    const old = await scene.resident();
    const where = scene.entrance();
    const plan = await scene.reload({}, (text) =>
      text
        .replace('  sp:', '  sp2:')
        .replace('default-backend: smsc', 'default-backend: late')
        .replace(/ {2}smsc:\n[^]*/, `  late: { check: off, servers: { a: { address: "${two.address}" } } }\n`),
    );
    assert.deepEqual(plan, [
      '+ frontend sp2 127.0.0.1:0',
      '+ backend late a',
      '- frontend sp: 1 session drains',
      '- backend smsc: 1 session drains',
    ]);
    const young = await scene.sp(where);
    assert.equal((await young.logIn()).status, 0);
    assert.deepEqual([one.count, two.count], [1, 1]);
    assert.equal((await old.submit()).result, 0);
    const shown = (): string[] => {
      const { frontends, backends } = scene.statistics.snapshot();
      return [...frontends, ...backends].map(({ name, sessionsNow }) => `${name} ${sessionsNow}`);
    };
    assert.deepEqual(shown(), ['sp2 1', 'sp 1', 'late 1', 'smsc 1']);
    old.peer.socket.destroy();
    assert.equal((await scene.endOf(old)).backend, 'smsc');
    await scene.log.seen('server-gone', ({ backend }) => backend === 'smsc');
    assert.deepEqual(shown(), ['sp2 1', 'late 1']);
  });

  it('changes limits at once; those who are there stay, and count', async (t) => {
    const scene = new ReloadScene(t);
    await scene.start({ servers: [await scene.gateway({})], global: 'maxconn: 10' });
    const sps = [await scene.resident(), await scene.resident()];
    await scene.reload({ global: 'maxconn: 10', frontend: 'source-maxconn: 3' });
    await scene.resident();
    assert.equal((await scene.logIn()).status, 5);
    for (const { peer } of sps) peer.socket.destroy();
    for (const sp of sps) await scene.endOf(sp);
    await scene.resident();
    await scene.reload({ global: 'maxconn: 2' });
    assert.equal((await scene.logIn()).status, 5);
    // Who was refused may hear that for a second, and has a place until then.
    await scene.reload({ global: 'maxconn: 5' });
    await scene.resident();
    assert.deepEqual(scene.log.of('internal-error'), []);
  });

  it('leaves a frontend closed that the operator has disabled', async (t) => {
    const scene = new ReloadScene(t);
    const path = `${scene.folder()}/sp.sock`;
    await scene.start({ servers: [await scene.gateway({})] });
    await scene.command('disable frontend sp');
    await scene.reload({ listen: `["127.0.0.1:0", "unix:${path}"]` });
    await assert.rejects(scene.client({ path }), /ENOENT/);
    assert.equal(await scene.command('enable frontend sp'), '');
    assert.equal((await (await scene.sp({ path })).logIn()).status, 0);
    assert.equal((await scene.logIn()).status, 0);
  });

  it('opens nothing any more when the balancer is told to stop meanwhile', async (t) => {
    const scene = new ReloadScene(t);
    const path = `${scene.folder()}/sp.sock`;
    await scene.start({ servers: [await scene.gateway({})] });
    const outcome = scene.outcomeOf({ listen: `["127.0.0.1:0", "unix:${path}"]` });
    // Its turn has come, and it binds.
    await Promise.resolve();
    scene.balancer.stopAccepting();
    assert.deepEqual(await outcome, { kind: 'refused', problems: ['the balancer is stopping'] });
    await assert.rejects(scene.client({ path }), /ENOENT/);
  });

  it('says of a removed frontend that it cannot be opened again', async (t) => {
    const scene = new ReloadScene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    await scene.resident();
    await scene.reload({}, (text) => text.replace('  sp:', '  sp2:'));
    assert.equal(await scene.command('enable frontend sp'), 'Frontend was previously shut down, cannot enable.');
  });
});
