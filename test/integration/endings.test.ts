import assert from 'node:assert/strict';
import { it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { ownGoodbye } from '../simulation/frames.js';
import { digestOf, drain, Flood, pieces } from '../support/flood.js';
import type { Gateway } from '../support/gateway.js';
import { cmppPair } from '../support/pair.js';
import type { Pair } from '../support/pair.js';
import { describeForBothTransports } from '../support/scene.js';
import type { Scene } from '../support/scene.js';
import { submitFrame } from '../support/sp.js';

const terminate = frameOf(makePdu('terminate', 70), '3.0');
const terminateResp = frameOf(makePdu('terminateResp', 70), '3.0');
const submitResp = (sequenceId: number) => frameOf(makePdu('submitResp', sequenceId), '3.0');

async function tcpPair(scene: Scene): Promise<Pair & { gateway: Gateway }> {
  const gateway = await scene.gateway();
  await scene.start({ servers: [gateway], defaults: 'mode: tcp' });
  const client = await scene.client();
  return { client, server: await gateway.accept(), gateway };
}

describeForBothTransports('The end of a session in mode tcp', (sceneOf) => {
  it('leaves a client that has said all the time to hear all', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await tcpPair(scene);
    client.write('request');
    client.finish();
    assert.deepEqual(await server.left(), { bytes: Buffer.from('request'), by: 'FIN' });
    const answer = pieces(64, 65_536);
    void new Flood(server, answer).done.then(() => server.finish());
    assert.equal(await drain(client, 64 * 65_536), digestOf(answer));
    assert.deepEqual(await client.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.bytesIn, end.bytesOut], ['client-closed', 7, 64 * 65_536]);
  });

  it('leaves a server that has said all the time to hear all', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await tcpPair(scene);
    server.write('greeting');
    server.finish();
    assert.deepEqual(await client.left(), { bytes: Buffer.from('greeting'), by: 'FIN' });
    const upload = pieces(64, 65_536);
    void new Flood(client, upload).done.then(() => client.finish());
    assert.equal(await drain(server, 64 * 65_536), digestOf(upload));
    assert.deepEqual(await server.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
    assert.equal((await scene.endOf(client)).reason, 'server-closed');
  });

  it('comes to a client that sends all and FIN before it has a server', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway], defaults: 'mode: tcp' });
    const client = await scene.client();
    client.write('request');
    client.finish();
    const server = await gateway.accept();
    assert.deepEqual(await server.left(), { bytes: Buffer.from('request'), by: 'FIN' });
    server.write('answer');
    server.finish();
    assert.deepEqual(await client.left(), { bytes: Buffer.from('answer'), by: 'FIN' });
  });

  it('with a broken client is FIN for the server, which need not be read for nobody', async (t) => {
    const scene = sceneOf(t);
    const { client, server, gateway } = await tcpPair(scene);
    const bystander = await scene.client();
    const echo = await gateway.accept();
    const flood = new Flood(server, pieces(512, 65_536));
    await flood.stalled(async () => {
      bystander.write('ping');
      echo.write(await echo.bytes(4));
      await bystander.bytes(4);
    });
    client.reset();
    assert.equal((await server.left()).by, 'FIN');
    await flood.done;
    server.finish();
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.detail], ['client-reset', 'ECONNRESET']);
  });
});

describeForBothTransports('The end of a session in mode cmpp', (sceneOf) => {
  it('by FIN of the client still brings it the answers', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await cmppPair(scene);
    client.write(Buffer.concat([submitFrame(2), submitFrame(3)]));
    client.finish();
    assert.equal((await server.left()).by, 'FIN');
    server.write(submitResp(2));
    server.finish();
    assert.deepEqual(await client.left(), { bytes: Buffer.from(submitResp(2)), by: 'FIN' });
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.unanswered], ['client-closed', 1]);
  });

  it('by FIN of the server is a server lost, with what it owes', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await cmppPair(scene);
    client.write(Buffer.concat([submitFrame(2), submitFrame(3), submitFrame(4)]));
    for (let count = 0; count < 3; count += 1) await server.frame();
    server.write(submitResp(3));
    server.finish();
    const bytes = Buffer.concat([submitResp(3), ownGoodbye()]);
    assert.deepEqual(await client.left(), { bytes, by: 'FIN' });
    client.finish();
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.unanswered], ['server-lost', 2]);
  });

  it('by RST of the client is FIN for the server', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await cmppPair(scene);
    client.reset();
    assert.equal((await server.left()).by, 'FIN');
    server.finish();
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.detail], ['client-reset', 'ECONNRESET']);
  });

  it('by RST of the server is TERMINATE and FIN for the client', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await cmppPair(scene);
    client.write(submitFrame(2));
    await server.frame();
    server.reset();
    assert.deepEqual(await client.left(), { bytes: Buffer.from(ownGoodbye()), by: 'FIN' });
    client.finish();
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.detail, end.unanswered], ['server-reset', 'ECONNRESET', 1]);
  });

  it('by RST of the server comes in time, though the client goes on sending', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await cmppPair(scene, { frontend: 'timeout: { client-fin: 200ms }' });
    server.reset();
    while ((await scene.endedSoFar(client)) === undefined) await client.sent(submitFrame(2));
    assert.equal((await scene.endOf(client)).reason, 'server-reset');
  });

  for (const [who, reason, first, second] of [
    ['the client', 'client-terminate', 'client', 'server'],
    ['the server', 'server-terminate', 'server', 'client'],
  ] as const) {
    it(`by TERMINATE of ${who} is the end for both, behind the answers, though neither closes`, async (t) => {
      const scene = sceneOf(t);
      const pair = await cmppPair(scene);
      pair.client.write(submitFrame(2));
      await pair.server.frame();
      pair[first].write(terminate);
      assert.deepEqual(await pair[second].frame(), Buffer.from(terminate));
      pair.server.write(submitResp(2));
      assert.deepEqual(await pair.client.frame(), Buffer.from(submitResp(2)));
      pair[second].write(terminateResp);
      assert.deepEqual(await pair[first].left(), { bytes: Buffer.from(terminateResp), by: 'FIN' });
      assert.deepEqual(await pair[second].left(), { bytes: Buffer.alloc(0), by: 'FIN' });
      const end = await scene.endOf(pair.client);
      assert.deepEqual([end.reason, end.unanswered], [reason, 0]);
    });

    it(`by TERMINATE of ${who} is over at once when it closes behind the answer`, async (t) => {
      const scene = sceneOf(t);
      const pair = await cmppPair(scene);
      pair[first].write(terminate);
      await pair[second].frame();
      pair[second].write(terminateResp);
      await pair[first].frame();
      pair[first].finish();
      assert.equal((await pair[second].left()).by, 'FIN');
      pair[second].finish();
      assert.equal((await pair[first].left()).by, 'FIN');
      assert.equal((await scene.endOf(pair.client)).reason, reason);
    });
  }

  it('by TERMINATE that is not answered comes with the time of the other side', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await cmppPair(scene, { backend: 'timeout: { server-fin: 100ms }' });
    client.write(Buffer.concat([submitFrame(2), terminate]));
    assert.equal((await client.left()).by, 'FIN');
    assert.equal((await server.left()).by, 'FIN');
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.unanswered], ['client-terminate', 2]);
  });
});
