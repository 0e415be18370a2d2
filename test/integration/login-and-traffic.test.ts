import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { VERSIONS } from '../../src/cmpp/version.js';
import type { Peer } from '../support/peer.js';
import { describeForBothTransports } from '../support/scene.js';
import { connectFrame, submitFrame } from '../support/sp.js';

/** Sends every byte by itself, and lets the others do something in between. */
async function bytewise(peer: Peer, bytes: Uint8Array): Promise<void> {
  for (const byte of bytes) {
    await peer.sent(Uint8Array.of(byte));
    await eventLoopTurn();
  }
}

describeForBothTransports('A session', (sceneOf) => {
  for (const version of VERSIONS) {
    it(`of CMPP ${version} logs in, submits, gets messages and logs out`, async (t) => {
      const scene = sceneOf(t);
      const gateway = await scene.gateway();
      await scene.start({ servers: [gateway] });
      const sp = await scene.client();
      sp.version = version;
      sp.write(connectFrame('900001', version, 7));
      const server = await gateway.accept();
      server.version = version;
      assert.deepEqual(await server.frame(), Buffer.from(connectFrame('900001', version, 7)));

      const exchanges = [
        [server, sp, makePdu('connectResp', 7, { status: 0, version: 0x20 })],
        [sp, server, makePdu('submit', 8, { destTerminalIds: ['13800138000', '13900139000'], srcId: '1065' })],
        [server, sp, makePdu('submitResp', 8, { msgId: 1n, result: 0 })],
        // The same Sequence_Id in both directions is two requests.
        [server, sp, makePdu('deliver', 8, { destId: '1065', msgContent: Buffer.from('hello') })],
        [sp, server, makePdu('activeTest', 9)],
        [sp, server, makePdu('deliverResp', 8, { msgId: 2n, result: 0 })],
        [server, sp, makePdu('activeTestResp', 9)],
        [sp, server, makePdu('query', 10, { time: '20260210' })],
        [server, sp, makePdu('queryResp', 10, { mtTlMsg: 12 })],
        [sp, server, makePdu('cancel', 11, { msgId: 1n })],
        [server, sp, makePdu('cancelResp', 11, { successId: 0 })],
        [sp, server, makePdu('terminate', 12)],
        [server, sp, makePdu('terminateResp', 12)],
      ] as const;
      for (const [from, to, pdu] of exchanges) {
        const frame = frameOf(pdu, version);
        from.write(frame);
        assert.deepEqual(await to.frame(), Buffer.from(frame), pdu.command);
      }
      sp.finish();
      server.finish();
      const end = await scene.endOf(sp);
      assert.equal(end.reason, 'client-terminate');
      assert.equal(end.version, version);
      assert.equal(end.account, '900001');
      assert.equal(end.unanswered, 0);
      assert.equal(end.unasked, 0);
      assert.deepEqual(end.pdusIn, {
        CONNECT: 1,
        TERMINATE: 1,
        SUBMIT: 1,
        QUERY: 1,
        CANCEL: 1,
        ACTIVE_TEST: 1,
        DELIVER_RESP: 1,
      });
      assert.deepEqual(end.pdusOut, {
        DELIVER: 1,
        CONNECT_RESP: 1,
        TERMINATE_RESP: 1,
        SUBMIT_RESP: 1,
        QUERY_RESP: 1,
        CANCEL_RESP: 1,
        ACTIVE_TEST_RESP: 1,
      });
    });
  }

  it('is relayed whatever the pieces are that its bytes come in', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const sp = await scene.client();
    const submits = Buffer.concat([submitFrame(2), submitFrame(3)]);
    const sent = bytewise(sp, Buffer.concat([connectFrame(), submits]));
    const server = await gateway.accept();
    assert.deepEqual(await server.frame(), Buffer.from(connectFrame()));
    const answers = Buffer.concat([
      frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'),
      frameOf(makePdu('submitResp', 2), '3.0'),
      frameOf(makePdu('submitResp', 3), '3.0'),
    ]);
    const answered = bytewise(server, answers);
    assert.deepEqual(await server.bytes(submits.length), submits);
    assert.deepEqual(await sp.bytes(answers.length), answers);
    await Promise.all([sent, answered]);
  });

  it('may send on before its login is answered', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const sp = await scene.client();
    sp.write(Buffer.concat([connectFrame(), submitFrame(2)]));
    const server = await gateway.accept();
    await server.frame();
    sp.write(submitFrame(3));
    server.write(frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'));
    assert.deepEqual(await server.frame(), Buffer.from(submitFrame(2)));
    assert.deepEqual(await server.frame(), Buffer.from(submitFrame(3)));
  });

  it('may begin with the heartbeat of its connection', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway] });
    const sp = await scene.sp();
    sp.peer.write(frameOf(makePdu('activeTest', 77), '3.0'));
    assert.equal((await sp.peer.pdu('activeTestResp')).sequenceId, 77);
    assert.equal(gateway.count, 0);
    assert.equal((await sp.logIn()).status, 0);
  });

  it('is told by the server that it may not log in', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({ status: 3 });
    await scene.start({ servers: [gateway] });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 3);
    assert.equal((await sp.left()).by, 'FIN');
    sp.peer.finish();
    const end = await scene.endOf(sp);
    assert.deepEqual([end.reason, end.status], ['login-refused', 3]);
  });

  it('has the version of the server’s answer, whatever it asked for', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({ version: '3.0' });
    await scene.start({ servers: [gateway] });
    const sp = await scene.sp();
    assert.equal((await sp.logIn('900001', '2.0')).version, 0x30);
    sp.peer.finish();
    assert.equal((await scene.endOf(sp)).version, '3.0');
  });
});
