import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { deafAddress, refusingAddress } from '../support/bad-addresses.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { portOf } from '../support/haproxy.js';
import { ProgramScene } from '../support/program-scene.js';

/** Who answers whatever comes with these bytes, as a server's keys. */
async function babbler(context: TestContext, bytes: string): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', () => socket.write(bytes, 'latin1'));
  }).listen(0, '127.0.0.1');
  context.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `address: "127.0.0.1:${await portOf(server)}"`;
}

/** A gateway of the simulator, as a server's keys. */
type Faulty = (faults: string) => Promise<string>;

/** Who is probed, and the words for it. */
const TROUBLES: readonly (readonly [string, (t: TestContext, faulty: Faulty) => Promise<string>, RegExp])[] = [
  ['nothing listens', refusingAddress, /^connection refused \(ECONNREFUSED\)$/],
  ['the system has no room for one more', deafAddress, /^no connection in \d+ ms$/],
  ['it hangs', (_, faulty) => faulty('silent'), /^no CONNECT_RESP in \d+ ms$/],
  ['it closes', (_, faulty) => faulty('close'), /^closed by the server before CONNECT_RESP$/],
  [
    // Which of the two, depends on whether the reset is quicker than the news that the connection is open.
    'it resets',
    (_, faulty) => faulty('reset'),
    /^connection (lost before CONNECT_RESP|reset while it was opened) \(ECONNRESET\)$/,
  ],
  ['it hangs in mid-answer', (_, faulty) => faulty('partial'), /^no CONNECT_RESP in \d+ ms; \d+ bytes of a PDU came$/],
  ['the secret is another one', (_, faulty) => faulty('none'), /^login refused: status 3 \(auth error\)$/],
  ['it refuses for a reason of its own', (_, faulty) => faulty('refuse 9'), /^login refused: status 9 \(.+\)$/],
  [
    'it speaks HTTP',
    (t) => babbler(t, 'HTTP/1.1 400 Bad Request\r\n\r\n'),
    /^Total_Length 1213486160 where CONNECT_RESP was awaited$/,
  ],
  [
    'its answer has the wrong length',
    (t) => babbler(t, '\0\0\0\x0c\x80\0\0\x01\0\0\0\x01'),
    /^CONNECT_RESP has Total_Length 12$/,
  ],
];

describe('Why a server is down', { timeout: 60_000 }, () => {
  it('is said so that an operator knows what to look at', async (t) => {
    const scene = new ProgramScene(t);
    const args = ['--secret', '900001=opensesame'];
    const smsc = await GatewayProcess.started(t, { count: TROUBLES.length, args });
    const servers = await Promise.all(
      TROUBLES.map(([, server], index) =>
        server(t, async (faults) => {
          await smsc.fault(faults, index);
          return smsc.server(index);
        }),
      ),
    );
    scene.run({ servers, check: '{ inter: 1s, account: "900001", shared-secret: sesame }' });
    for (const [index, [trouble, , words]] of TROUBLES.entries()) {
      const { server, status, why, msg } = await scene.serverEvent('server-down', `s${index + 1}`);
      assert.match(String(why), words, trouble);
      assert.equal(status, 'DOWN');
      assert.ok(String(msg).startsWith(`Server smsc/${String(server)} is DOWN: ${String(why)} (`));
    }
  });
});
