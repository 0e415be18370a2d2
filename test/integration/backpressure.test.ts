import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { Flood, digestOf, drain, frames, pieces } from '../support/flood.js';
import type { Peer } from '../support/peer.js';
import { describeForBothTransports } from '../support/scene.js';
import type { Scene } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';

const MEGABYTE = 1024 * 1024;
/** What the process may hold for a session whose peer does not read: what it reads at once, and room for the test’s own. */
const SESSION_BYTES = MEGABYTE;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** What buffers hold in this process, without those that nobody uses any more. */
function heldBytes(): number {
  // What a collection has found is freed behind its back; the next one waits for that.
  for (let time = 0; time < 2; time += 1) {
    if (typeof collectGarbage === 'function') Reflect.apply(collectGarbage, undefined, []);
  }
  return process.memoryUsage().arrayBuffers;
}

interface Pair {
  readonly client: Peer;
  readonly server: Peer;
  /** Somebody else comes and goes through the same frontend. */
  readonly comeAndGo: () => Promise<unknown>;
}

async function tcpPair(scene: Scene): Promise<Pair> {
  const gateway = await scene.gateway();
  await scene.start({ servers: [gateway], defaults: 'mode: tcp' });
  const client = await scene.client();
  const server = await gateway.accept();
  const bystander = await scene.client();
  const echo = await gateway.accept();
  const comeAndGo = async () => {
    bystander.write('ping');
    echo.write(await echo.bytes(4));
    await bystander.bytes(4);
  };
  return { client, server, comeAndGo };
}

async function cmppPair(scene: Scene): Promise<Pair> {
  const gateway = await scene.gateway();
  await scene.start({ servers: [gateway, await scene.gateway({})] });
  const client = await scene.client();
  client.write(connectFrame());
  const server = await gateway.accept();
  await server.frame();
  server.write(frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'));
  await client.frame();
  const bystander = await scene.sp();
  await bystander.logIn();
  return { client, server, comeAndGo: () => bystander.submit() };
}

async function withholdAndRead(from: Peer, to: Peer, all: readonly Uint8Array[], { comeAndGo }: Pair): Promise<void> {
  const total = all.reduce((sum, { length }) => sum + length, 0);
  const before = heldBytes();
  const flood = new Flood(from, all);
  await flood.stalled(comeAndGo);
  assert.ok(flood.takenBytes < total, 'all was read for a peer that reads nothing');
  const heldMore = heldBytes() - before;
  assert.ok(heldMore < SESSION_BYTES, `${heldMore} bytes are held for a peer that reads nothing`);
  // The other direction does not wait.
  to.write(frameOf(makePdu('activeTest', 5), '3.0'));
  assert.equal((await from.pdu('activeTest')).sequenceId, 5);
  assert.equal(await drain(to, total), digestOf(all));
  await flood.done;
}

describeForBothTransports('A peer that does not read', (sceneOf) => {
  const direction = {
    'a server': (pair: Pair) => [pair.client, pair.server] as const,
    'a client': (pair: Pair) => [pair.server, pair.client] as const,
  };
  for (const [who, peersOf] of Object.entries(direction)) {
    it(`in mode tcp, ${who}, makes the other side wait, and loses no byte when it reads again`, async (t) => {
      const pair = await tcpPair(sceneOf(t));
      const [from, to] = peersOf(pair);
      await withholdAndRead(from, to, pieces(512, 65_536 + 7), pair);
    });

    it(`in mode cmpp, ${who}, makes the other side wait, and loses no frame when it reads again`, async (t) => {
      const scene = sceneOf(t);
      const pair = await cmppPair(scene);
      const [from, to] = peersOf(pair);
      const all = frames(who === 'a server' ? 'submit' : 'deliver', 8000);
      await withholdAndRead(from, to, all, pair);
      pair.client.finish();
      pair.server.finish();
      const { pdusIn, pdusOut } = await scene.endOf(pair.client);
      assert.equal(pdusIn?.['SUBMIT'] ?? pdusOut?.['DELIVER'], 8000);
    });
  }
});
