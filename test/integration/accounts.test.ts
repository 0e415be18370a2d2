import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authenticatorSource } from '../../src/cmpp/authenticator.js';
import type { SourceAddrForm } from '../../src/cmpp/authenticator.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { connectTimestamp } from '../../src/cmpp/timestamp.js';
import { ATTEMPTS } from '../../src/balancer/lockout.js';
import { realClock } from '../../src/runtime/clock.js';
import type { LimitedFigures } from '../../src/stats/snapshot.js';
import type { Gateway } from '../support/gateway.js';
import { Scene, describeForBothTransports } from '../support/scene.js';
import { submitFrame } from '../support/sp.js';
import type { Sp } from '../support/sp.js';

/** What samples.ts gives for `{ env: SP }`. */
const SECRET = 'secret of SP';

interface Signing {
  readonly secret?: string;
  readonly form?: SourceAddrForm;
  readonly offMs?: number;
}

function signed(account: string, { secret = SECRET, form = 'unpadded', offMs = 0 }: Signing = {}): Uint8Array {
  const timestamp = connectTimestamp(realClock.wallMs() + offMs);
  const source = authenticatorSource({ sourceAddr: account, timestamp }, secret, form);
  const fields = { sourceAddr: account, authenticatorSource: source, version: 0x30, timestamp };
  return frameOf(makePdu('connect', 1, fields), '3.0');
}

/** Logs in with these bytes. Returns the status, and the SP. */
async function logsIn(scene: Scene, connect: Uint8Array): Promise<{ status: number; sp: Sp }> {
  const sp = await scene.sp();
  sp.peer.write(connect);
  return { status: (await sp.peer.pdu('connectResp')).status, sp };
}

async function reasonOf(scene: Scene, sp: Sp): Promise<string> {
  await sp.left();
  sp.peer.finish();
  return (await scene.endOf(sp)).reason;
}

async function start(scene: Scene, sections: string): Promise<Gateway> {
  const gateway = await scene.gateway({});
  await scene.start({ servers: [gateway], sections });
  return gateway;
}

describe('An account', { timeout: 30_000 }, () => {
  it('may log in from its addresses alone', async (t) => {
    const scene = new Scene(t);
    const sections = 'accounts: { "900001": { allow-from: [192.0.2.0/24] }, "900002": { allow-from: [127.0.0.0/8] } }';
    const gateway = await start(scene, sections);
    const refused = await scene.sp();
    assert.equal((await refused.logIn('900001')).status, 2);
    assert.equal(await reasonOf(scene, refused), 'account-address');
    assert.equal(gateway.count, 0);
    assert.equal((await (await scene.sp()).logIn('900002')).status, 0);
    assert.equal((await (await scene.sp()).logIn('900003')).status, 0);
  });

  it('must be listed where others are refused', async (t) => {
    const scene = new Scene(t);
    const gateway = await start(scene, 'accounts: { "900001": {} }\nunknown-accounts: refuse');
    const refused = await scene.sp();
    assert.equal((await refused.logIn('900002')).status, 3);
    assert.equal(await reasonOf(scene, refused), 'account-unknown');
    assert.equal(gateway.count, 0);
    assert.equal((await (await scene.sp()).logIn('900001')).status, 0);
  });

  it('has so many connections, over all frontends, until one ends', async (t) => {
    const scene = new Scene(t);
    await start(scene, 'accounts: { "900001": { max-connections: 2 } }');
    const [one, two, three] = [await scene.sp(), await scene.sp(), await scene.sp()];
    assert.deepEqual([(await one.logIn()).status, (await two.logIn()).status, (await three.logIn()).status], [0, 0, 5]);
    assert.equal(await reasonOf(scene, three), 'account-maxconn');
    one.peer.finish();
    await scene.endOf(one);
    assert.equal((await (await scene.sp()).logIn()).status, 0);
    await two.submit();
  });

  it('ends the session that is silent for longest, where that is to make way', async (t) => {
    const scene = new Scene(t);
    await start(scene, 'accounts: { "900001": { max-connections: 2, on-max-connections: replace } }');
    const [one, two, three] = [await scene.sp(), await scene.sp(), await scene.sp()];
    await one.logIn();
    await two.logIn();
    await one.submit();
    assert.equal((await three.logIn()).status, 0);
    assert.equal((await two.peer.pdu('terminate')).sequenceId, 0xffffffff);
    two.peer.finish();
    assert.equal((await scene.endOf(two)).reason, 'account-replaced');
    await one.submit();
    await three.submit();
  });

  it('with the default limits of those that are not listed is one for itself', async (t) => {
    const scene = new Scene(t);
    await start(scene, 'default-account: { max-connections: 1 }');
    const statuses = [];
    for (const account of ['900001', '900002', '900001'])
      statuses.push((await (await scene.sp()).logIn(account)).status);
    assert.deepEqual(statuses, [0, 0, 5]);
  });
});

describe('A shared secret that is known', { timeout: 30_000 }, () => {
  const keys = 'shared-secret: { env: SP }, clock-window: 5m';
  const table: readonly (readonly [string, string, Signing, number, string])[] = [
    ['the right one', '900001', {}, 0, ''],
    ['the right one of a short id, not padded', '901', {}, 0, ''],
    ['the right one of a short id, padded', '901', { form: 'padded' }, 0, ''],
    ['a wrong one', '900001', { secret: 'guess' }, 3, 'account-secret'],
    ['a wrong one of a short id', '901', { secret: 'guess', form: 'padded' }, 3, 'account-secret'],
    ['an old CONNECT', '900001', { offMs: -6 * 60_000 }, 3, 'account-clock'],
    ['a CONNECT of the future', '900001', { offMs: 6 * 60_000 }, 3, 'account-clock'],
    ['a clock that is a little slow', '900001', { offMs: -60_000 }, 0, ''],
  ];
  for (const [what, account, signing, status, reason] of table) {
    it(`${status === 0 ? 'lets in' : 'keeps from every gateway'}: ${what}`, async (t) => {
      const scene = new Scene(t);
      const gateway = await start(scene, `accounts: { "900001": { ${keys} }, "901": { ${keys} } }`);
      const login = await logsIn(scene, signed(account, signing));
      assert.equal(login.status, status);
      assert.equal(gateway.count, status === 0 ? 1 : 0);
      if (reason !== '') assert.equal(await reasonOf(scene, login.sp), reason);
      const lines = JSON.stringify([scene.log.of('session-end'), scene.log.of('session-start')]);
      assert.ok(!lines.includes(SECRET));
    });
  }

  it('cannot be guessed: the address is locked out', async (t) => {
    const scene = new Scene(t);
    const gateway = await start(scene, `accounts: { "900001": { ${keys} } }`);
    for (let time = 0; time < ATTEMPTS; time += 1) {
      const { status, sp } = await logsIn(scene, signed('900001', { secret: `guess ${time}` }));
      assert.deepEqual([status, await reasonOf(scene, sp)], [3, 'account-secret']);
    }
    const { status, sp } = await logsIn(scene, signed('900001'));
    assert.deepEqual([status, await reasonOf(scene, sp)], [3, 'account-locked']);
    assert.equal(gateway.count, 0);
    const [line, ...more] = scene.log.of('account-locked-out');
    assert.deepEqual([line, more], [{ account: '900001', from: '127.0.0.1', attempts: ATTEMPTS, seconds: 60 }, []]);
  });

  it('signs the login anew for the server that a session moves to', async (t) => {
    const scene = new Scene(t);
    const gateways = [await scene.gateway(), await scene.gateway()];
    await scene.start({ servers: gateways, onLinkLost: 'move', sections: `accounts: { "901": { ${keys} } }` });
    const sp = await scene.sp();
    const first = signed('901', { form: 'padded', offMs: -120_000 });
    sp.peer.write(first);
    const [from, to] = gateways;
    const former = await from?.accept();
    assert.deepEqual(await former?.frame(), Buffer.from(first));
    former?.write(frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'));
    assert.equal((await sp.peer.pdu('connectResp')).status, 0);
    former?.socket.destroy();
    const again = await (await to?.accept())?.frame();
    const timestamp = again?.readUInt32BE(35) ?? 0;
    assert.notEqual(timestamp, Buffer.from(first).readUInt32BE(35));
    const proof = authenticatorSource({ sourceAddr: '901', timestamp }, SECRET, 'padded');
    assert.deepEqual(again?.subarray(18, 34), Buffer.from(proof));
    assert.deepEqual(again?.subarray(0, 18), Buffer.from(first).subarray(0, 18));
  });
});

/** Sends SUBMITs 1 to `count` at once. Returns how many were answered with which Result. */
async function burst(sp: Sp, count: number): Promise<Record<number, number>> {
  sp.peer.write(Buffer.concat(Array.from({ length: count }, (_, nth) => submitFrame(1000 + nth))));
  const results: Record<number, number> = {};
  for (let time = 0; time < count; time += 1) {
    const { result } = await sp.peer.pdu('submitResp');
    results[result] = (results[result] ?? 0) + 1;
  }
  return results;
}

function limitedOf(scene: Scene, account: string): LimitedFigures {
  const found = scene.statistics.accounts().find(({ name }) => name === account);
  return found?.limited ?? assert.fail('no such account');
}

describeForBothTransports('An account over its rate', (sceneOf) => {
  it('has what is too much rejected, exactly so much, and nobody else has', async (t) => {
    const scene = sceneOf(t);
    const limits = 'submit-rate: 1/m, burst: 20, over-rate: reject';
    await start(scene, `accounts: { "900001": { ${limits} }, "900002": { ${limits} } }`);
    const [greedy, second, other, free] = [await scene.sp(), await scene.sp(), await scene.sp(), await scene.sp()];
    await greedy.logIn('900001');
    await second.logIn('900001');
    await other.logIn('900002');
    await free.logIn('900003');
    const flood = burst(greedy, 3000);
    assert.deepEqual(await burst(free, 500), { 0: 500 });
    assert.deepEqual(await burst(other, 20), { 0: 20 });
    assert.deepEqual(await flood, { 0: 20, 8: 2980 });
    assert.deepEqual(await burst(second, 3), { 8: 3 });
    const [begin] = scene.log.of('account-limited');
    assert.deepEqual([begin?.account, begin?.rejected, begin?.seconds], ['900001', 1, 0]);
    assert.equal(scene.log.of('account-limited').length, 1);
    assert.deepEqual(limitedOf(scene, '900001'), { rejected: 2983, delayed: 0, delayedMs: 0 });
    const [frontend] = scene.statistics.snapshot().frontends;
    assert.deepEqual(
      [frontend?.limited, frontend?.listeners[0]?.limited],
      [
        { rejected: 2983, delayed: 0 },
        { rejected: 2983, delayed: 0 },
      ],
    );
    scene.balancer.kill();
    const sums = scene.log.of('account-limited').slice(1);
    assert.deepEqual(
      sums.map(({ account, rejected }) => [account, rejected]),
      [['900001', 2982]],
    );
  });

  it('is read slower, nothing of it is lost, and nobody else waits', async (t) => {
    const scene = sceneOf(t);
    await start(scene, 'accounts: { "900001": { submit-rate: 1000/s, burst: 10 } }');
    const [greedy, free] = [await scene.sp(), await scene.sp()];
    await greedy.logIn('900001');
    await free.logIn('900002');
    let isDone = false;
    const flood = burst(greedy, 1000).then((results) => {
      isDone = true;
      return results;
    });
    // It takes a second: as many as the other one wants come and go meanwhile.
    assert.deepEqual(await burst(free, 300), { 0: 300 });
    assert.equal(isDone, false);
    assert.deepEqual(await flood, { 0: 1000 });
    assert.equal(scene.log.of('account-limited')[0]?.delayed, 1);
    const { rejected, delayed, delayedMs } = limitedOf(scene, '900001');
    assert.ok(rejected === 0 && delayed > 0 && delayedMs > 0, `${rejected} ${delayed} ${delayedMs}`);
  });

  it('has its heartbeats answered while it waits', async (t) => {
    const scene = sceneOf(t);
    await start(scene, 'accounts: { "900001": { submit-rate: 1/m, burst: 1 } }');
    const sp = await scene.sp();
    await sp.logIn();
    await sp.submit();
    sp.peer.write(submitFrame(50));
    for (let time = 0; time < 10; time += 1) {
      sp.peer.write(frameOf(makePdu('activeTest', 100 + time), '3.0'));
      assert.equal((await sp.peer.pdu('activeTestResp')).sequenceId, 100 + time);
    }
  });
});

describeForBothTransports('An SP that does not read', (sceneOf) => {
  it('is closed after timeout client, though it goes on sending, and nobody else waits', async (t) => {
    const scene = sceneOf(t);
    const frame = submitFrame(1);
    // More than any buffer takes
    const flood = Buffer.alloc(60_000 * frame.length, frame);
    const gateway = await scene.gateway();
    const answering = await scene.gateway({});
    await scene.start({ servers: [gateway, answering], frontend: 'timeout: { client: 1s }' });
    const deaf = await scene.client();
    deaf.write(signed('900001'));
    const server = await gateway.accept();
    await server.frame();
    server.write(frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'));
    await deaf.frame();
    const free = await scene.sp();
    await free.logIn();
    // What is not read stands still, and the session with it.
    void server.sent(flood);
    let end;
    do {
      deaf.write(frameOf(makePdu('activeTest', 9), '3.0'));
      await free.submit();
      end = await scene.endedSoFar(deaf);
    } while (end === undefined);
    assert.equal(end.reason, 'client-timeout');
  });
});
