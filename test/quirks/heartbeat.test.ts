/** Peculiarities of ACTIVE_TEST: see docs/peers.md. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandId, writeHeader } from '../../src/cmpp/header.js';
import { decode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { VERSIONS } from '../../src/cmpp/version.js';
import { sendForTest } from '../simulator/simulators.js';
import { BenchServer } from '../simulator/sp/bench-server.js';
import { Scene } from '../support/scene.js';
import { connectFrame, submitFrame } from '../support/sp.js';
import { platformOf, portOf } from './platform.js';
import { endOf, letIn, loneSession } from './session-pair.js';

const activeTest = (sequenceId: number) => frameOf(makePdu('activeTest', sequenceId), '3.0');

/** 12 bytes instead of 13. */
function shortAnswer(sequenceId: number): Uint8Array {
  const frame = new Uint8Array(12);
  writeHeader(frame, CommandId.activeTestResp, sequenceId);
  return frame;
}

describe('Q1: an ACTIVE_TEST_RESP without its reserved byte', { timeout: 10_000 }, () => {
  it('passes from the server as it is, and settles what the SP has asked', async (t) => {
    const scene = new Scene(t);
    const pair = await loneSession(scene);
    const { client, server } = pair;
    client.write(Buffer.concat([activeTest(8), submitFrame(9)]));
    await server.frame();
    await server.frame();
    const answers = Buffer.concat([shortAnswer(8), frameOf(makePdu('submitResp', 9), '3.0')]);
    server.write(answers);
    assert.deepEqual(await client.bytes(answers.length), answers);
    const { unanswered, unasked, pdusOut } = await endOf(scene, pair);
    assert.deepEqual([unanswered, unasked], [0, 0]);
    assert.deepEqual(pdusOut, { CONNECT_RESP: 1, SUBMIT_RESP: 1, ACTIVE_TEST_RESP: 1 });
  });

  it('passes from the SP as it is, and settles what the server has asked', async (t) => {
    const scene = new Scene(t);
    const pair = await loneSession(scene);
    pair.server.write(activeTest(8));
    await pair.client.frame();
    pair.client.write(shortAnswer(8));
    assert.deepEqual(await pair.server.frame(), Buffer.from(shortAnswer(8)));
    assert.equal((await endOf(scene, pair)).unasked, 0);
  });

  it('is read by the codec in either edition', () => {
    for (const version of VERSIONS) {
      const pdu = makePdu('activeTestResp', 8);
      assert.deepEqual(decode(shortAnswer(8), version), { kind: 'pdu', version, pdu });
    }
  });

  it('is an answer like any other to the simulated SP', () => {
    const server = new BenchServer('3.0', { heartbeat: { idleMs: 1000, answerTimeoutMs: 100, tries: 1 } }).accept();
    for (let times = 0; times < 3; times += 1) {
      server.clock.advance(1000);
      server.session.receive(shortAnswer(server.take('activeTest').sequenceId));
    }
    assert.ok(server.session.isOpen);
    assert.deepEqual(server.events, []);
  });

  it('is not what the simulated SMSC sends: that has 13 bytes', async (t) => {
    const { scene } = await platformOf(t);
    const sp = await scene.sp();
    await sp.logIn();
    sp.peer.write(activeTest(8));
    assert.deepEqual(await sp.peer.frame(), Buffer.from(frameOf(makePdu('activeTestResp', 8), '3.0')));
    assert.equal(frameOf(makePdu('activeTestResp', 8), '3.0').length, 13);
  });

  it('is not what the simulated SP sends: that has 13 bytes', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    sendForTest(portOf(scene), []);
    const server = await letIn(gateway);
    server.write(activeTest(8));
    assert.equal((await server.frame()).length, 13);
    server.reset();
  });
});

describe('Q11: ACTIVE_TEST before the login', { timeout: 10_000 }, () => {
  it('is answered by the balancer, as long as no server is chosen', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway] });
    const sp = await scene.sp();
    for (const sequenceId of [1, 2, 0xffffffff]) {
      sp.peer.write(activeTest(sequenceId));
      assert.equal((await sp.peer.pdu('activeTestResp')).sequenceId, sequenceId);
    }
    assert.equal(gateway.count, 0);
    assert.equal((await sp.logIn()).status, 0);
  });

  it('is not the way to hold a connection for ever', async (t) => {
    const scene = new Scene(t);
    await scene.start({ servers: [await scene.gateway()] });
    const client = await scene.client();
    client.write(Buffer.concat(Array.from({ length: 17 }, (_, index) => activeTest(index))));
    assert.equal((await client.left()).bytes.length, 16 * 13);
    const { reason, detail } = await scene.endOf(client);
    assert.deepEqual([reason, detail], ['login-not-connect', 'more than 16 ACTIVE_TESTs before a CONNECT']);
  });

  it('waits behind the CONNECT until that is answered, and is then the server’s to answer', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const client = await scene.client();
    client.write(Buffer.concat([activeTest(1), connectFrame('900001', '3.0', 2), activeTest(3)]));
    assert.equal((await client.pdu('activeTestResp')).sequenceId, 1);
    const server = await letIn(gateway);
    assert.equal((await client.pdu('connectResp')).sequenceId, 2);
    assert.equal((await server.pdu('activeTest')).sequenceId, 3);
    server.write(frameOf(makePdu('activeTestResp', 3), '3.0'));
    assert.equal((await client.pdu('activeTestResp')).sequenceId, 3);
    const { unanswered, unasked } = await endOf(scene, { client, server });
    assert.deepEqual([unanswered, unasked], [0, 0]);
  });

  it('is answered by the simulated SMSC too', async (t) => {
    const { smsc, scene } = await platformOf(t);
    const direct = await scene.sp({ host: '127.0.0.1', port: smsc.ports[0] ?? 0 });
    direct.peer.write(activeTest(7));
    assert.equal((await direct.peer.pdu('activeTestResp')).sequenceId, 7);
    assert.equal((await direct.logIn()).status, 0);
    direct.peer.socket.destroy();
  });
});
