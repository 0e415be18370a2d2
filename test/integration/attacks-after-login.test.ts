import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CommandId, writeHeader, writeUint32 } from '../../src/cmpp/header.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { ownGoodbye } from '../simulation/frames.js';
import { Bystander } from '../support/bystander.js';
import type { Peer } from '../support/peer.js';
import { describeForBothTransports } from '../support/scene.js';
import type { Scene } from '../support/scene.js';
import { connectFrame, submitFrame } from '../support/sp.js';

const MAX_FRAME_BYTES = 8192;

/** A header that claims a length; behind it comes what else the attacker has to say. */
function claiming(totalLength: number): Uint8Array {
  const bytes = new Uint8Array(64);
  writeHeader(bytes, CommandId.submit, 9);
  writeUint32(bytes, 0, totalLength);
  return bytes;
}

function frame(commandId: number, sequenceId: number, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  writeHeader(bytes, commandId, sequenceId);
  return bytes;
}

interface Scenery {
  readonly client: Peer;
  readonly server: Peer;
  readonly bystander: Bystander;
}

/** A session that is logged in at s1, and a bystander at s2. */
async function sessionOf(scene: Scene, options: { readonly frontend?: string } = {}): Promise<Scenery> {
  const attacked = await scene.gateway();
  const gateway = await scene.gateway({});
  await scene.start({ servers: [attacked, gateway], ...options });
  const client = await scene.client();
  client.write(connectFrame());
  const server = await attacked.accept();
  await server.frame();
  server.write(frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'));
  await client.frame();
  return { client, server, bystander: await Bystander.loggedIn(scene, gateway) };
}

const lengths = [
  [0, 12],
  [11, 12],
  [MAX_FRAME_BYTES + 1, MAX_FRAME_BYTES],
  [0x80000000, MAX_FRAME_BYTES],
  [0xffffffff, MAX_FRAME_BYTES],
] as const;

describeForBothTransports('After the login', (sceneOf) => {
  for (const [who, other] of [
    ['client', 'server'],
    ['server', 'client'],
  ] as const) {
    for (const [totalLength, limit] of lengths) {
      it(`a Total_Length of ${totalLength} from the ${who} ends its session alone, behind what was sound`, async (t) => {
        const scene = sceneOf(t);
        const { bystander, ...session } = await sessionOf(scene);
        const sound = frame(CommandId.activeTest, 8, 12);
        session[who].write(Buffer.concat([sound, claiming(totalLength)]));
        // The SP is told that its session ends.
        const told = other === 'client' ? [sound, ownGoodbye()] : [sound];
        assert.deepEqual(await session[other].left(), { bytes: Buffer.concat(told), by: 'FIN' });
        await session[who].left();
        session[other].finish();
        const end = await scene.endOf(session.client);
        assert.equal(end.reason, `${who}-frame`);
        assert.equal(end.detail, `Total_Length ${totalLength}, limit ${limit}`);
        assert.equal(scene.balancer.totals.closed[`${who}-frame`], 1);
        await bystander.isUnharmed();
      });
    }
  }

  it('a frame of max-frame passes in both directions', async (t) => {
    const { client, server } = await sessionOf(sceneOf(t));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const longest = frame(CommandId.submit, 9, MAX_FRAME_BYTES);
      from.write(longest);
      assert.deepEqual(await to.frame(), Buffer.from(longest));
    }
  });

  it('unknown commands pass, and so do their answers', async (t) => {
    const scene = sceneOf(t);
    const { client, server, bystander } = await sessionOf(scene);
    const exchanges: readonly (readonly [Peer, Peer, Uint8Array])[] = [
      [client, server, frame(0x00000003, 1, 12)],
      [client, server, frame(0x7fffffff, 2, 100)],
      [server, client, frame(0x7ffffffe, 2, 100)],
      [server, client, frame(0xffffffff, 2, 20)],
      [server, client, frame(0x80000003, 1, 12)],
      [client, server, frame(0xfffffffe, 2, 20)],
      // The generic refusal of older stacks.
      [client, server, frame(0x80000000, 5, 12)],
    ];
    for (const [from, to, bytes] of exchanges) {
      from.write(bytes);
      assert.deepEqual(await to.frame(), Buffer.from(bytes));
    }
    client.finish();
    server.finish();
    const end = await scene.endOf(client);
    assert.deepEqual([end.unanswered, end.unasked], [0, 1]);
    assert.deepEqual([end.pdusIn?.['other requests'], end.pdusOut?.['other requests']], [2, 1]);
    await bystander.isUnharmed();
  });

  it('answers that nobody asked for pass, and are counted', async (t) => {
    const scene = sceneOf(t);
    const { client, server, bystander } = await sessionOf(scene);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      for (const command of ['submitResp', 'deliverResp', 'terminateResp', 'connectResp'] as const) {
        const unasked = frame(CommandId[command], 99, 24);
        from.write(unasked);
        assert.deepEqual(await to.frame(), Buffer.from(unasked));
      }
    }
    // None of them has ended anything.
    client.write(submitFrame(5));
    assert.deepEqual(await server.frame(), Buffer.from(submitFrame(5)));
    client.finish();
    server.finish();
    const end = await scene.endOf(client);
    assert.deepEqual([end.reason, end.unasked, end.unanswered], ['client-closed', 8, 1]);
    await bystander.isUnharmed();
  });

  it('a second CONNECT is the server’s to answer', async (t) => {
    const { client, server } = await sessionOf(sceneOf(t));
    client.write(connectFrame('900009', '3.0', 55));
    assert.deepEqual(await server.frame(), Buffer.from(connectFrame('900009', '3.0', 55)));
    const refused = frameOf(makePdu('connectResp', 55, { status: 3 }), '3.0');
    server.write(refused);
    assert.deepEqual(await client.frame(), Buffer.from(refused));
  });

  it('half a frame is kept until the session ends, and no server sees it', async (t) => {
    const scene = sceneOf(t);
    const { client, server, bystander } = await sessionOf(scene);
    client.write(Buffer.concat([submitFrame(2), submitFrame(3).subarray(0, 100)]));
    client.finish();
    assert.deepEqual(await server.left(), { bytes: Buffer.from(submitFrame(2)), by: 'FIN' });
    server.finish();
    assert.equal((await scene.endOf(client)).reason, 'client-closed');
    await bystander.isUnharmed();
  });

  it('many unanswered requests are all counted, though only the newest are known, and the session lives on', async (t) => {
    const scene = sceneOf(t);
    const { client, server, bystander } = await sessionOf(scene);
    const count = 10_000;
    const requests = Buffer.concat(Array.from({ length: count }, (_, index) => frame(CommandId.query, index, 12)));
    client.write(requests);
    assert.deepEqual(await server.bytes(requests.length), requests);
    client.finish();
    server.finish();
    assert.equal((await scene.endOf(client)).unanswered, count);
    await bystander.isUnharmed();
  });
});
