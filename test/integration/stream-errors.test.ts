/** What `show errors` shows of streams that can't be read, and `show session` of a login. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Peer } from '../support/peer.js';
import { connectFrame, submitFrame } from '../support/sp.js';
import { SteeredScene } from '../support/steered-scene.js';

/** A header whose Total_Length no frame has. */
const BAD = Buffer.from([0, 0, 0, 7, 0x80, 0, 0, 4, 0, 0, 0, 1]);

/** The answer with times and the SP's port as words. */
function plain(answer: string, client?: Peer): string {
  const text = answer.replaceAll(/\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d\.\d{3}\]/g, '[date]');
  return client === undefined ? text : text.replaceAll(client.name, 'CLIENT');
}

describe('show errors', { timeout: 30_000 }, () => {
  it('shows what came in place of a login, without the digest of a CONNECT', async (t) => {
    const { scene } = await SteeredScene.running(t);
    assert.equal(plain(await scene.command('show errors')), 'Total events captured on [date] : 0');
    const client = await scene.client();
    const connect = Buffer.from(connectFrame('900001'));
    connect.fill(0xd5, 18, 34);
    connect.writeUInt32BE(27);
    client.write(connect);
    await scene.endOf(client);
    assert.equal(
      plain(await scene.command('show errors'), client),
      `Total events captured on [date] : 1
 
[date] frontend sp (#2): invalid request
  backend smsc (#3), server <NONE> (#-1), event #0, src CLIENT
  session 0x1, login-length: Total_Length 27 instead of 39
  len 39, error at position 0
 
  00000  00 00 00 1b 00 00 00 01  00 00 00 01 39 30 30 30  ............9000
  00016  30 31 2a 2a 2a 2a 2a 2a  2a 2a 2a 2a 2a 2a 2a 2a  01**************
  00032  2a 2a 30 00 00 00 00                              **0....`,
    );
  });

  it('shows what a server has sent after a login, and what stood before it', async (t) => {
    const scene = new SteeredScene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const { sp, server } = await scene.logInAt(gateway);
    server.write(Buffer.concat([frameOf(makePdu('activeTest', 9), '3.0'), BAD]));
    await sp.left();
    sp.peer.finish();
    await scene.endOf(sp);
    const event = `
 
[date] backend smsc (#3): invalid response
  frontend sp (#2), server s1 (#1), event #0, src CLIENT
  session 0x1, server-frame: Total_Length 7, limit 12
  len 24, error at position 12
 
  00000  00 00 00 0c 00 00 00 08  00 00 00 09 00 00 00 07  ................
  00016  80 00 00 04 00 00 00 01                           ........`;
    const head = 'Total events captured on [date] : 1';
    for (const [line, answer] of [
      ['show errors', head + event],
      ['show errors -1 response', head + event],
      ['show errors smsc', head + event],
      ['show errors 3 response', head + event],
      ['show errors smsc whatever', head + event],
      ['show errors smsc request', head],
      ['show errors sp', head],
      ['show errors 2', head],
      ['show errors nosuch', 'No such proxy.'],
      ['show errors 9', head],
      ['user;show errors', '\nPermission denied'],
    ] as const) {
      assert.equal(plain(await scene.command(line), sp.peer), answer, line);
    }
  });

  it('shows the last one of each, of whatever kind: no login, no answer, no PROXY header', async (t) => {
    const scene = new SteeredScene(t);
    const gateway = await scene.gateway();
    const listen = '["127.0.0.1:0", { address: "127.0.0.1:0", accept-proxy: [127.0.0.1] }]';
    await scene.start({ servers: [gateway], listen, backend: 'retries: 0' });
    const browser = await scene.client();
    browser.write('GET / HTTP/1.1\r\nHost: smsc\r\n\r\n');
    await scene.endOf(browser);
    assert.match(await scene.command('show errors'), /login-http: an HTTP request\n {2}len 30,/);
    const stranger = await scene.client(scene.entrance(1));
    stranger.write('hello');
    await scene.endOf(stranger);
    const sp = await scene.sp();
    const login = sp.logIn();
    const server = await gateway.accept();
    await server.pdu('connect');
    server.write(submitFrame(5));
    assert.equal((await login).status, 5);
    const answer = await scene.command('show errors');
    assert.match(answer, /^Total events captured on .* : 3\n/);
    assert.match(answer, /event #1, .*\n {2}session 0x2, login-proxy-header: .*\n {2}len 5, [^]* hello\n/);
    assert.match(
      answer,
      /server s1 \(#1\), event #2, .*\n {2}session 0x3, login-unanswered: answered the CONNECT with/,
    );
    assert.equal(answer.match(/event #/g)?.length, 2);
  });
});

describe('show session', { timeout: 30_000 }, () => {
  it('tells what is in the CONNECT, and of the digest only the length', async (t) => {
    const { scene } = await SteeredScene.running(t);
    const client = await scene.client();
    const connect = Buffer.from(connectFrame('900001', '2.0', 77));
    connect.fill(0xd5, 18, 34);
    connect.writeUInt32BE(210_133_000, 35);
    client.write(connect);
    await client.frame();
    const facts = await scene.command('show session 1');
    assert.match(
      facts,
      /^Connect: version 0x20, timestamp 0210133000, digest of 16 bytes, Sequence_Id 77\nVersion: 3\.0$/m,
    );
    assert.doesNotMatch(facts, /d5d5/);
  });
});
