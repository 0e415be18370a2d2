import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FakeClock } from '../support/fake-clock.js';
import { Flood, pieces } from '../support/flood.js';
import { cmppPair } from '../support/pair.js';
import type { Pair } from '../support/pair.js';
import { describeForBothTransports } from '../support/scene.js';
import type { ConfigKeys, Scene } from '../support/scene.js';

async function tcpPair(scene: Scene, keys: Omit<ConfigKeys, 'servers'>): Promise<Pair> {
  const gateway = await scene.gateway();
  await scene.start({ defaults: 'mode: tcp', ...keys, servers: [gateway] });
  const client = await scene.client();
  client.write('hello');
  const server = await gateway.accept();
  await server.bytes(5);
  return { client, server };
}

describeForBothTransports('A session ends for', (sceneOf) => {
  for (const [reason, keys] of [
    ['client-timeout', { frontend: 'timeout: { client: 100ms }' }],
    ['server-timeout', { backend: 'timeout: { server: 100ms }' }],
  ] as const) {
    for (const [mode, pairOf] of [
      ['cmpp', cmppPair],
      ['tcp', tcpPair],
    ] as const) {
      it(`${reason} in mode ${mode} when nobody says anything`, async (t) => {
        const scene = sceneOf(t);
        const { client, server } = await pairOf(scene, keys);
        assert.equal((await client.left()).by, 'FIN');
        assert.equal((await server.left()).by, 'FIN');
        const end = await scene.endOf(client);
        assert.equal(end.reason, reason);
        assert.ok(end.durationMs >= 99);
      });
    }
  }

  it('client-timeout when the client neither reads nor writes, however much the server has to say', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await tcpPair(scene, { frontend: 'timeout: { client: 200ms }' });
    const flood = new Flood(server, pieces(2000, 65_536));
    assert.equal((await scene.endOf(client)).reason, 'client-timeout');
    assert.ok(flood.takenBytes > 0);
  });

  it('server-timeout when the server neither reads nor writes, however much the client has to say', async (t) => {
    const scene = sceneOf(t);
    const { client } = await tcpPair(scene, { backend: 'timeout: { server: 200ms }' });
    const flood = new Flood(client, pieces(2000, 65_536));
    assert.equal((await scene.endOf(client)).reason, 'server-timeout');
    assert.ok(flood.takenBytes > 0);
  });

  it('client-fin-timeout when the server is gone and the client stays', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await tcpPair(scene, { frontend: 'timeout: { client-fin: 100ms }' });
    server.finish();
    assert.equal((await client.left()).by, 'FIN');
    assert.equal((await server.left()).by, 'FIN');
    assert.equal((await scene.endOf(client)).reason, 'client-fin-timeout');
  });

  it('server-fin-timeout when the client is gone and the server stays', async (t) => {
    const scene = sceneOf(t);
    const { client, server } = await cmppPair(scene, { backend: 'timeout: { server-fin: 100ms }' });
    client.finish();
    assert.equal((await server.left()).by, 'FIN');
    assert.equal((await client.left()).by, 'FIN');
    assert.equal((await scene.endOf(client)).reason, 'server-fin-timeout');
  });

  it('client-closed when the server that stays still has much to say', async (t) => {
    const clock = new FakeClock();
    const scene = sceneOf(t, { clock });
    const { client, server } = await tcpPair(scene, { backend: 'timeout: { server-fin: 30s }' });
    client.finish();
    await server.left();
    for (let times = 0; times < 10; times += 1) {
      clock.advance(29_999);
      server.write('more');
      assert.equal((await client.bytes(4)).toString(), 'more');
    }
    server.finish();
    assert.equal((await scene.endOf(client)).reason, 'client-closed');
  });
});
