import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { VERSIONS, versionByte } from '../../src/cmpp/version.js';
import { deafAddress, refusingAddress } from '../support/bad-addresses.js';
import { Scene } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';

const answer = frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0');
const failures = (scene: Scene) =>
  scene.log.of('server-failed').map(({ server, reason, why, next }) => `${server}: ${reason} (${why}), ${next}`);

describe('A session whose server', { timeout: 30_000 }, () => {
  it('refuses the connection goes to the next server', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [await refusingAddress(t), gateway], backend: 'balance: first' });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 0);
    assert.deepEqual(failures(scene), ['s1: connect-refused (ECONNREFUSED), redispatch']);
    sp.peer.finish();
    const end = await scene.endOf(sp);
    assert.deepEqual([end.server, end.placed, end.retries, end.redispatched], ['s2', 'redispatch', 1, true]);
  });

  it('does not accept the connection in time goes to the next server', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    await scene.start({
      servers: [await deafAddress(t), gateway],
      backend: 'balance: first\ntimeout: { connect: 400ms }',
    });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 0);
    assert.deepEqual(failures(scene), ['s1: connect-timeout (no connection in 400 ms), redispatch']);
  });

  it('accepts the connection and never answers the CONNECT goes to the next server', async (t) => {
    const scene = new Scene(t);
    const silent = await scene.gateway();
    const gateway = await scene.gateway({});
    await scene.start({ servers: [silent, gateway], backend: 'balance: first\ntimeout: { login: 300ms }' });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 0);
    const passedOver = await silent.accept();
    assert.equal((await passedOver.left()).bytes.length, 39);
    assert.deepEqual(failures(scene), ['s1: login-unanswered (no CONNECT_RESP in 300 ms), redispatch']);
  });

  for (const [how, leave, why] of [
    ['closes', 'finish', 'the server closed the connection'],
    ['breaks', 'reset', 'ECONNRESET'],
  ] as const) {
    it(`${how} the connection instead of answering the CONNECT goes to the next server`, async (t) => {
      const scene = new Scene(t);
      const closing = await scene.gateway();
      const gateway = await scene.gateway({});
      await scene.start({ servers: [closing, gateway], backend: 'balance: first' });
      const sp = await scene.sp();
      const login = sp.logIn();
      const server = await closing.accept();
      await server.frame();
      server[leave]();
      assert.equal((await login).status, 0);
      assert.deepEqual(failures(scene), [`s1: login-unanswered (${why}), redispatch`]);
    });
  }

  it('answers the CONNECT with something else goes to the next server', async (t) => {
    const scene = new Scene(t);
    const foreign = await scene.gateway();
    const gateway = await scene.gateway({});
    await scene.start({ servers: [foreign, gateway], backend: 'balance: first' });
    const sp = await scene.sp();
    const login = sp.logIn();
    (await foreign.accept()).write('HTTP/1.1 400 Bad Request\r\n\r\n');
    assert.equal((await login).status, 0);
    const why = 'answered the CONNECT with Command_Id 0x2f312e31, Total_Length 1213486160';
    assert.deepEqual(failures(scene), [`s1: login-unanswered (${why}), redispatch`]);
  });

  it('dawdles over its answer byte by byte gets its time and no more', async (t) => {
    const scene = new Scene(t);
    const slow = await scene.gateway();
    const gateway = await scene.gateway({});
    await scene.start({ servers: [slow, gateway], backend: 'balance: first\ntimeout: { login: 300ms }' });
    const sp = await scene.sp();
    const login = sp.logIn();
    const server = await slow.accept();
    await server.frame();
    await server.sent(answer.subarray(0, 32));
    assert.equal((await login).status, 0);
    assert.equal((await server.left()).by, 'FIN');
  });

  for (const version of VERSIONS) {
    it(`is the last of several that are down is told so in its own version, ${version}`, async (t) => {
      const scene = new Scene(t);
      await scene.start({
        servers: [await refusingAddress(t), await refusingAddress(t)],
        backend: 'balance: first\nretries: 1',
      });
      const sp = await scene.client();
      sp.write(connectFrame('900001', version, 77));
      const refusal = makePdu('connectResp', 77, { status: 5, version: versionByte(version) });
      assert.deepEqual(await sp.left(), { bytes: Buffer.from(frameOf(refusal, version)), by: 'FIN' });
      sp.finish();
      assert.deepEqual(failures(scene), [
        's1: connect-refused (ECONNREFUSED), redispatch',
        's2: connect-refused (ECONNREFUSED), close',
      ]);
      const end = await scene.endOf(sp);
      assert.deepEqual([end.reason, end.retries, end.server], ['connect-refused', 2, 's2']);
    });
  }

  it('is down may have it back a moment later', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/smsc.sock`;
    await scene.start({
      servers: [`address: "unix:${path}"`],
      backend: 'redispatch: never\ntimeout: { connect: 200ms }',
    });
    const sp = await scene.sp();
    const login = sp.logIn();
    await scene.log.seen('server-failed');
    await scene.gateway({}, { path });
    assert.equal((await login).status, 0);
    assert.deepEqual(failures(scene), ['s1: connect-refused (ENOENT), retry']);
  });

  it('is not found yet may be given up', async (t) => {
    const scene = new Scene(t);
    const silent = await scene.gateway();
    await scene.start({ servers: [silent] });
    const sp = await scene.client();
    sp.write(connectFrame());
    const server = await silent.accept();
    sp.finish();
    assert.equal((await server.left()).by, 'FIN');
    assert.equal((await scene.endOf(sp)).reason, 'connect-aborted');
  });
});
