import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { freePorts } from '../support/haproxy.js';
import { ReloadScene } from '../support/reload-scene.js';

function withoutS1(text: string): string {
  return text.replace(/ +s1: .*\n/, '');
}

function portOf(address: string): string {
  return address.replace(/^.*:/, '');
}

/** Sessions do not move. */
const KEEP = 'on-marked-down: keep';

/** The keys of a server that has room for one. */
function full({ address }: { readonly address: string }): string {
  return `address: "${address}", maxconn: 1`;
}

describe('A reload and servers', { timeout: 30_000 }, () => {
  it('moves the sessions of a removed server to others, and forgets it with the last one', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two] = await Promise.all([scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [one, two] });
    const stays = await scene.resident();
    assert.equal(await scene.serverOf(stays), 's1');
    await scene.reload({}, withoutS1);
    assert.equal(scene.log.of('server-removed')[0]?.sessionsGo, 'move');
    await scene.log.seen('server-gone', ({ server }) => server === 's1');
    assert.equal(scene.states(), 's2 no check 1');
    assert.equal((await stays.submit()).result, 0);
  });

  it('leaves the sessions of a removed server where they are, if that is wanted', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two, three] = await Promise.all([scene.gateway({}), scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [one, two], backend: KEEP });
    const stays = await scene.resident();
    assert.equal(await scene.serverOf(stays), 's1');
    assert.deepEqual(await scene.reload({ servers: [one, two, three], backend: KEEP }, withoutS1), [
      `+ smsc/s3 ${three.address}`,
      '- smsc/s1: 1 session drains',
    ]);
    assert.equal(scene.log.of('server-removed')[0]?.sessionsGo, 'keep');
    assert.equal(scene.states(), 's2 no check 0, s3 no check 0, s1 DRAIN 1');
    for (const server of ['s2', 's3', 's2']) assert.equal(await scene.serverOf(await scene.resident()), server);
    assert.equal((await stays.submit()).result, 0);
    const { dials, bytesIn } = scene.statistics.snapshot().backends[0] ?? assert.fail('no backend');
    stays.peer.socket.destroy();
    await scene.log.seen('server-gone', ({ server }) => server === 's1');
    assert.equal(scene.states(), 's2 no check 2, s3 no check 1');
    const now = scene.statistics.snapshot().backends[0];
    assert.deepEqual([now?.dials, now?.bytesIn], [dials, bytesIn]);
  });

  it('takes a server back that has not left yet', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two] = await Promise.all([scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [one, two], backend: KEEP });
    await scene.resident();
    await scene.command('set server smsc/s1 weight 7');
    await scene.reload({}, withoutS1);
    assert.deepEqual(await scene.reload({}), [`+ smsc/s1 ${one.address}`]);
    assert.equal(scene.states(), 's1 no check 1, s2 no check 0');
    assert.equal(await scene.command('get weight smsc/s1'), '1 (initial 1)');
  });

  it('keeps the operator’s weight, until the file says another one than before', async (t) => {
    const scene = new ReloadScene(t);
    const gateway = await scene.gateway({});
    const weighing = (weight: number): string => `address: "${gateway.address}", weight: ${weight}`;
    await scene.start({ servers: [weighing(10)] });
    await scene.command('set weight smsc/s1 50%;set server smsc/s1 state drain');
    assert.deepEqual(await scene.reload({ backend: 'retries: 1' }), ['~ backend smsc retries 3→1, for new sessions']);
    assert.equal(await scene.command('get weight smsc/s1'), '5 (initial 10)');
    assert.deepEqual(await scene.reload({ servers: [weighing(20)] }), [
      '~ backend smsc retries 1→3, for new sessions',
      '~ smsc/s1 weight 10→20',
    ]);
    assert.equal(await scene.command('get weight smsc/s1'), '20 (initial 20)');
    assert.equal(scene.states(), 's1 DRAIN 0');
  });

  it('keeps the address that the operator has set, until the file has another one', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two, three] = await Promise.all([scene.gateway({}), scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [one] });
    await scene.command(`set server smsc/s1 addr 127.0.0.1 port ${portOf(two.address)}`);
    await scene.reload({ backend: 'retries: 1' });
    await scene.resident();
    assert.deepEqual([one.count, two.count], [0, 1]);
    assert.deepEqual(await scene.reload({ backend: 'retries: 1', servers: [three] }), [
      `~ smsc/s1 address ${one.address}→${three.address}, for new sessions`,
    ]);
    await scene.resident();
    assert.deepEqual([one.count, two.count, three.count], [0, 1, 1]);
  });

  it('has a changed check begin anew with the health that the server has', async (t) => {
    const scene = new ReloadScene(t);
    const [port = 0] = await freePorts('127.0.0.1', 1);
    const gone = `address: 127.0.0.1:${port}`;
    await scene.start({ check: '{ type: tcp, inter: 50ms, fall: 1 }', servers: [await scene.gateway({}), gone] });
    await scene.log.seen('server-down', ({ server }) => server === 's2');
    await scene.reload({ check: '{ type: tcp, inter: 1h, fall: 9, rise: 7 }' });
    assert.match(scene.states(), /^s1 UP.* 0, s2 DOWN 0$/);
    assert.equal(scene.log.of('server-up').length, 0);
    assert.deepEqual(await scene.reload({ check: 'off' }), [
      '~ backend smsc observe on→off',
      '~ smsc/s1 check on→off',
      '~ smsc/s2 check on→off',
    ]);
    assert.equal(scene.states(), 's1 no check 0, s2 no check 0');
    assert.equal(scene.log.of('server-up')[0]?.why, 'not checked');
  });

  it('lets those in who wait, if there is room now, and turns away those who wait for nothing', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two] = await Promise.all([scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [full(one)], backend: 'timeout: { queue: 1h }' });
    await scene.resident();
    const waits = await scene.sp();
    const status = waits.logIn().then((answer) => answer.status);
    while (scene.statistics.snapshot().backends[0]?.queuedMost === 0) {
      await eventLoopTurn();
    }
    await scene.reload({ servers: [full(one), full(two)], backend: 'timeout: { queue: 1h }' });
    assert.equal(await status, 0);
    assert.equal(await scene.serverOf(waits), 's2');
  });

  it('goes by the file’s algorithm at once, and remembers who was where', async (t) => {
    const scene = new ReloadScene(t);
    const gateways = await Promise.all([scene.gateway({}), scene.gateway({})]);
    const stick = 'stick: { on: account, size: 10, expire: 1h }';
    await scene.start({ servers: gateways, backend: stick });
    for (const account of ['900001', '900002', '900003']) await scene.resident(account);
    const before = await scene.command('show table smsc');
    assert.match(before, /used:3\n/);
    await scene.reload({ backend: `balance: first\n${stick}` });
    assert.equal(
      (await scene.command('show table smsc')).replaceAll(/exp=\d+/g, ''),
      before.replaceAll(/exp=\d+/g, ''),
    );
    assert.equal(await scene.serverOf(await scene.resident('900002')), 's2');
    assert.equal(await scene.serverOf(await scene.resident('900004')), 's1');
    assert.equal(await scene.serverOf(await scene.resident('900005')), 's1');
  });

  it('begins a table of another key with the sessions that are there', async (t) => {
    const scene = new ReloadScene(t);
    await scene.start({ servers: [await scene.gateway({}), await scene.gateway({})] });
    const sps = [await scene.resident('900001'), await scene.resident('900002')];
    await scene.reload({ backend: 'stick: { on: account, size: 10 }' });
    assert.match(
      await scene.command('show table smsc'),
      /used:2\n.*key=900001 use=1 .*server_key=s1\n.*key=900002 use=1/,
    );
    await scene.reload({ backend: 'stick: { on: source, size: 10 }' });
    assert.match(await scene.command('show table smsc'), /used:1\n.*key=127.0.0.1 use=2 /);
    for (const { peer } of sps) peer.socket.destroy();
    for (const sp of sps) await scene.endOf(sp);
    assert.match(await scene.command('show table smsc'), /key=127.0.0.1 use=0 /);
    assert.deepEqual(scene.log.of('internal-error'), []);
  });
});

describe('A reload', { timeout: 30_000 }, () => {
  it('is refused with every problem, and at its place, and changes nothing', async (t) => {
    const scene = new ReloadScene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    const outcome = await scene.outcomeOf({ backend: 'retries: many\nbalance: best', servers: ['address: b:1'] });
    assert.equal(outcome.kind, 'refused');
    assert.equal(outcome.problems.length, 2);
    assert.match(outcome.problems[0] ?? '', /^lb.yaml:\d+:\d+: backends\.smsc\.retries: expected /);
    assert.deepEqual(scene.log.of('reload-refused'), [{ by: 'test', problems: outcome.problems }]);
    assert.equal((await scene.logIn()).status, 0);
  });

  it('is one at a time: of many at once the first and one more are carried out', async (t) => {
    const scene = new ReloadScene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    scene.writes({});
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => scene.reloader.reload('test', false)));
    const refused = outcomes.filter(({ kind }) => kind === 'refused');
    assert.deepEqual(refused[0], {
      kind: 'refused',
      problems: ['another reload waits already, and will read the file as it is then'],
    });
    assert.equal(scene.log.of('reload').length, outcomes.length - refused.length);
  });

  it('is refused by a balancer that is stopping, or has no file', async (t) => {
    const scene = new ReloadScene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    scene.balancer.stopAccepting();
    assert.deepEqual(await scene.outcomeOf({}), { kind: 'refused', problems: ['the balancer is stopping'] });
  });
});
