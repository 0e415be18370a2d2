import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { BareSocket, endsOf } from '../../src/proxy/bare-socket.js';
import type { AnySocket } from '../../src/proxy/bare-socket.js';
import type { Connection } from '../../src/proxy/connection.js';
import { acceptFirst } from '../../src/proxy/stream-binding.js';
import { Transport } from '../../src/proxy/transport.js';
import type { DialAddress } from '../../src/proxy/transport.js';
import { afterThisTurn } from '../../src/runtime/turn.js';
import { freePorts, portOf } from '../support/haproxy.js';

/** More than the kernel takes at once. */
const MUCH = Buffer.alloc(8 * 1024 * 1024, 'cmpp');

interface Peer {
  readonly address: DialAddress;
  /** The connection that it has accepted. */
  readonly accepted: Promise<Socket>;
}

async function listening(context: TestContext, host: string): Promise<Peer> {
  const server = createServer({ allowHalfOpen: true });
  const accepted = once(server, 'connection').then(([socket]: Socket[]) => socket ?? assert.fail('no connection'));
  const port = await portOf(server.listen(0, host));
  context.after(() => server.close());
  return { address: { kind: 'tcp', host, port }, accepted };
}

function dialled(transport: Transport, address: DialAddress): Promise<AnySocket> {
  return new Promise((resolve, reject) => {
    transport.dial(address, { opened: resolve, failed: (detail) => reject(new Error(detail)) });
  });
}

/** Takes the socket over; resolves with what was read when the peer has sent FIN. */
function readToTheEnd(transport: Transport, socket: AnySocket): { connection: Connection; read: Promise<string> } {
  let connection: Connection | undefined;
  const read = new Promise<string>((resolve, reject) => {
    const pieces: Buffer[] = [];
    connection = transport.takeOver(socket, {
      read: ({ bytes }) => pieces.push(Buffer.from(bytes)),
      blocked: () => {},
      drained: () => {},
      ended: () => resolve(Buffer.concat(pieces).toString()),
      lost: (detail) => reject(new Error(detail)),
    });
  });
  return { connection: connection ?? assert.fail('no connection'), read };
}

it('takes the fast way on this Node, and the documented one where it is told to', () => {
  assert.equal(new Transport().isFast, true);
  assert.equal(new Transport(true).isFast, false);
});

for (const documentedMeansOnly of [false, true]) {
  const transport = new Transport(documentedMeansOnly);
  describe(
    `A connection (${transport.isFast ? 'on handles' : 'by documented means alone'})`,
    { timeout: 20_000 },
    () => {
      for (const host of ['127.0.0.1', '::1', 'localhost']) {
        it(`to ${host} knows both of its ends`, async (t) => {
          const peer = await listening(t, host);
          const socket = await dialled(transport, peer.address);
          assert.equal(socket instanceof BareSocket, transport.isFast && host !== 'localhost');
          const { localAddress, localPort, remoteAddress, remotePort } = await peer.accepted;
          assert.deepEqual(endsOf(socket), {
            local: { address: remoteAddress, port: remotePort },
            remote: { address: localAddress, port: localPort },
          });
          socket.destroy();
        });
      }

      it('sends FIN behind all that was written, and goes on reading', async (t) => {
        const peer = await listening(t, '127.0.0.1');
        const { connection, read } = readToTheEnd(transport, await dialled(transport, peer.address));
        connection.resume();
        connection.write(MUCH, 0, MUCH.length);
        connection.finish();
        const accepted = await peer.accepted;
        const got: Buffer[] = [];
        accepted.on('data', (piece: Buffer) => got.push(piece));
        await once(accepted, 'end');
        assert.equal(Buffer.concat(got).equals(MUCH), true);
        accepted.end('goodbye');
        assert.equal(await read, 'goodbye');
        connection.drop();
      });

      it('that is refused says so, and one that is given up before says nothing', async (t) => {
        const [port = 0] = await freePorts('127.0.0.1', 1);
        const address = { kind: 'tcp', host: '127.0.0.1', port } as const;
        const given = { opened: () => assert.fail('opened'), failed: () => assert.fail('failed') };
        transport.dial(address, given).destroy();
        const detail = await new Promise<string>((resolve) => {
          transport.dial(address, { opened: () => assert.fail('opened'), failed: resolve });
        });
        assert.equal(detail, 'ECONNREFUSED');
        const peer = await listening(t, '127.0.0.1');
        transport.dial(peer.address, given).destroy();
        (await dialled(transport, peer.address)).destroy();
      });
    },
  );
}

it('makes no Socket of what is accepted, and knows its ends', { timeout: 20_000 }, async (t) => {
  const transport = new Transport();
  const server = createServer();
  const port = await portOf(server.listen(0, '127.0.0.1'));
  t.after(() => server.close());
  const accepted = new Promise<BareSocket | undefined>((resolve) => {
    acceptFirst(server, {
      mayWait: () => true,
      perTurn: 1,
      afterThisTurn,
      take: (connection) => {
        resolve(transport.accepted(connection));
        return true;
      },
    });
  });
  const peer = await dialled(transport, { kind: 'tcp', host: '127.0.0.1', port });
  const socket = (await accepted) ?? assert.fail('it is no TCP connection');
  const [here, there] = [endsOf(socket), endsOf(peer)];
  assert.deepEqual([here?.local, here?.remote], [there?.remote, there?.local]);
  const { connection, read } = readToTheEnd(transport, socket);
  connection.resume();
  peer.end();
  assert.equal(await read, '');
  connection.drop();
  assert.equal(endsOf(socket), undefined);
  peer.destroy();
  assert.equal(transport.accepted({}), undefined);
});
