/** Peculiarities of how servers end sessions: see docs/peers.md. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { ownGoodbye } from '../simulation/frames.js';
import { sendForTest } from '../simulator/simulators.js';
import { Scene } from '../support/scene.js';
import { submitFrame } from '../support/sp.js';
import { platformOf, portOf } from './platform.js';
import { endOf, loneSession, sessionPair } from './session-pair.js';

const terminate = frameOf(makePdu('terminate', 70), '3.0');
const terminateResp = frameOf(makePdu('terminateResp', 70), '3.0');
const submitResp = (sequenceId: number) => frameOf(makePdu('submitResp', sequenceId), '3.0');

describe('Q10: a server that sends TERMINATE first', { timeout: 10_000 }, () => {
  it('and closes at once is understood so, with the answers that it still gave', async (t) => {
    const scene = new Scene(t);
    const { client, server } = await loneSession(scene);
    client.write(submitFrame(2));
    await server.frame();
    server.write(Buffer.concat([submitResp(2), terminate]));
    server.finish();
    assert.deepEqual(await client.left(), { bytes: Buffer.concat([submitResp(2), terminate]), by: 'FIN' });
    client.write(terminateResp);
    client.finish();
    assert.deepEqual(await server.left(), { bytes: Buffer.from(terminateResp), by: 'FIN' });
    const { reason, unanswered } = await scene.endOf(client);
    assert.deepEqual([reason, unanswered], ['server-terminate', 0]);
  });

  it('and resets its connection at once is understood so', async (t) => {
    const scene = new Scene(t);
    const { client, server } = await loneSession(scene);
    await server.sent(terminate);
    assert.deepEqual(await client.frame(), Buffer.from(terminate));
    server.reset();
    assert.deepEqual(await client.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
    client.finish();
    assert.equal((await scene.endOf(client)).reason, 'server-terminate');
  });

  it('and closes behind the answer is understood so', async (t) => {
    const scene = new Scene(t);
    const { client, server } = await loneSession(scene);
    server.write(terminate);
    assert.deepEqual(await client.frame(), Buffer.from(terminate));
    client.write(terminateResp);
    assert.deepEqual(await server.frame(), Buffer.from(terminateResp));
    server.finish();
    assert.deepEqual(await client.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
    client.finish();
    assert.equal((await scene.endOf(client)).reason, 'server-terminate');
  });

  it('is obeyed by the simulated SP, and that is what the simulated SMSC does', async (t) => {
    const { scene, smsc, lines } = await platformOf(t);
    const sp = sendForTest(portOf(scene), []);
    await lines.line(/900001: login from/);
    assert.equal(smsc.execute({ kind: 'close', port: 'all' }).kind, 'done');
    await sp.outcome;
    assert.ok(sp.lines.all.includes('session ended: terminated by the server'));
    await lines.line(/900001: logout, terminated by the gateway/);
    assert.equal((await scene.log.seen('session-end')).reason, 'server-terminate');
  });
});

describe('Q15: a server that closes all connections of an account', { timeout: 10_000 }, () => {
  it('loses none where sessions move', async (t) => {
    const scene = new Scene(t);
    const [first, second] = [await scene.gateway(), await scene.gateway({})];
    await scene.start({ servers: [first, second], onLinkLost: 'move', backend: 'balance: first' });
    const theirs = [await sessionPair(scene, first), await sessionPair(scene, first)];
    for (const { server } of theirs) server.finish();
    for (const { client } of theirs) {
      client.write(submitFrame(2));
      assert.equal((await client.pdu('submitResp')).sequenceId, 2);
    }
    assert.equal(scene.log.of('session-end').length, 0);
  });

  it('ends each of their sessions by itself, with what it owes, and nobody else’s', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const theirs = [await sessionPair(scene, gateway), await sessionPair(scene, gateway)];
    const bystander = await sessionPair(scene, gateway, '3.0', '900002');
    theirs[1]?.client.write(submitFrame(2));
    await theirs[1]?.server.frame();
    for (const { server } of theirs) server.finish();
    for (const [index, { client }] of theirs.entries()) {
      assert.deepEqual(await client.left(), { bytes: Buffer.from(ownGoodbye()), by: 'FIN' });
      client.finish();
      const { reason, account, unanswered } = await scene.endOf(client);
      assert.deepEqual([reason, account, unanswered], ['server-lost', '900001', index]);
    }
    bystander.client.write(submitFrame(3));
    assert.deepEqual(await bystander.server.frame(), Buffer.from(submitFrame(3)));
    assert.equal(scene.log.of('session-end').length, 2);
  });

  it('gets the account back, on the same server, when it sticks', async (t) => {
    const scene = new Scene(t);
    const [gateway, idle] = [await scene.gateway(), await scene.gateway()];
    const backend = 'balance: roundrobin\nstick: { on: account, size: 1k, expire: 1h }';
    await scene.start({ servers: [gateway, idle], backend });
    const before = [await sessionPair(scene, gateway), await sessionPair(scene, gateway)];
    for (const { server } of before) server.finish();
    for (const { client } of before) {
      await client.left();
      client.finish();
      await scene.endOf(client);
    }
    const after = [await sessionPair(scene, gateway), await sessionPair(scene, gateway)];
    for (const pair of after) {
      const { server, placed, retries } = await endOf(scene, pair);
      assert.deepEqual([server, placed, retries], ['s1', 'stick-table', 0]);
    }
    assert.equal(idle.count, 0);
  });
});
