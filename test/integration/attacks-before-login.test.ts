import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import { CommandId, writeHeader, writeUint32 } from '../../src/cmpp/header.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { Bystander } from '../support/bystander.js';
import { describeForBothTransports, Scene } from '../support/scene.js';
import { connectFrame, submitFrame } from '../support/sp.js';

/** A frame of zeros with this header, and another Total_Length if it is given. */
function frame(commandId: number, lengthBytes: number, totalLength = lengthBytes): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  writeHeader(bytes, commandId, 1);
  writeUint32(bytes, 0, totalLength);
  return bytes;
}

const attacks: readonly (readonly [what: string, bytes: Uint8Array | string, reason: CloseReason, detail: string])[] = [
  ['other bytes', Uint8Array.of(0xde, 0xad, 0xbe, 0xef), 'login-length', 'Total_Length 3735928559 instead of 39'],
  ['a Total_Length of 0', frame(CommandId.connect, 39, 0), 'login-length', 'Total_Length 0 instead of 39'],
  ['a Total_Length of 11', frame(CommandId.connect, 39, 11), 'login-length', 'Total_Length 11 instead of 39'],
  ['a short CONNECT', frame(CommandId.connect, 38), 'login-length', 'Total_Length 38 instead of 39'],
  ['a long CONNECT', frame(CommandId.connect, 40), 'login-length', 'Total_Length 40 instead of 39'],
  [
    'a CONNECT without its header’s length',
    frame(CommandId.connect, 39, 27),
    'login-length',
    'Total_Length 27 instead of 39',
  ],
  [
    'a Total_Length of 4 GiB',
    frame(CommandId.connect, 39, 0xffffffff),
    'login-length',
    'Total_Length 4294967295 instead of 39',
  ],
  [
    '4 GiB and as many bytes as it can',
    new Uint8Array(4_000_000).fill(0xff),
    'login-length',
    'Total_Length 4294967295 instead of 39',
  ],
  ['HTTP', 'GET / HTTP/1.1\r\nHost: sp\r\n\r\n', 'login-http', 'an HTTP request'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'login-http', 'an HTTP request'],
  ['TLS', Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01), 'login-tls', 'a TLS handshake'],
  [
    'a PROXY line',
    'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n',
    'login-proxy-header',
    'a PROXY header from a sender that is not trusted',
  ],
  [
    'a binary PROXY header',
    '\r\n\r\n\0\r\nQUIT\n',
    'login-proxy-header',
    'a PROXY header from a sender that is not trusted',
  ],
  [
    'a SUBMIT',
    submitFrame(1),
    'login-length',
    'Total_Length 225 instead of 39'.replace('225', String(submitFrame(1).length)),
  ],
  [
    'a TERMINATE',
    frameOf(makePdu('terminate', 1), '3.0'),
    'login-not-connect',
    'Command_Id 0x00000002 with Total_Length 12',
  ],
  ['a QUERY', frameOf(makePdu('query', 1), '3.0'), 'login-not-connect', 'Command_Id 0x00000006 with Total_Length 39'],
  [
    'a CONNECT of 12 bytes',
    frame(CommandId.connect, 12),
    'login-not-connect',
    'Command_Id 0x00000001 with Total_Length 12',
  ],
  ['an unknown command', frame(0x7fffffff, 39), 'login-not-connect', 'Command_Id 0x7fffffff with Total_Length 39'],
  [
    'a heartbeat and then a SUBMIT',
    Buffer.concat([frameOf(makePdu('activeTest', 1), '3.0'), submitFrame(1)]),
    'login-length',
    `Total_Length ${submitFrame(1).length} instead of 39`,
  ],
];

describeForBothTransports('Who begins with', (sceneOf) => {
  for (const [what, bytes, reason, detail] of attacks) {
    it(`${what} is closed for ${reason}, and nobody else notices`, async (t) => {
      const scene = sceneOf(t);
      const gateway = await scene.gateway({});
      await scene.start({ servers: [gateway] });
      const bystander = await Bystander.loggedIn(scene, gateway);
      const attacker = await scene.client();
      attacker.write(bytes);
      await attacker.left();
      const end = await scene.endOf(attacker);
      assert.deepEqual([end.reason, end.detail, end.server], [reason, detail, undefined]);
      assert.equal(scene.balancer.totals.closed[reason], 1);
      await bystander.isUnharmed();
    });
  }

  it('part of a CONNECT and takes leave is closed for login-aborted', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway] });
    const bystander = await Bystander.loggedIn(scene, gateway);
    for (const leave of ['finish', 'reset'] as const) {
      const attacker = await scene.client();
      await attacker.sent(connectFrame().subarray(0, 38));
      attacker[leave]();
      assert.equal((await scene.endOf(attacker)).reason, 'login-aborted');
    }
    assert.equal(scene.balancer.totals.closed['login-aborted'], 2);
    await bystander.isUnharmed();
  });

  it('part of a CONNECT and no more is closed for login-timeout', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway], frontend: 'timeout: { login: 300ms }' });
    const bystander = await Bystander.loggedIn(scene, gateway);
    const attacker = await scene.client();
    attacker.write(connectFrame().subarray(0, 38));
    assert.equal((await attacker.left()).by, 'FIN');
    assert.equal((await scene.endOf(attacker)).reason, 'login-timeout');
    await bystander.isUnharmed();
  });

  it('its CONNECT byte by byte, however steadily, has timeout login for all of it', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway], frontend: 'timeout: { login: 300ms }' });
    const bystander = await Bystander.loggedIn(scene, gateway);
    const attacker = await scene.client();
    for (const byte of connectFrame().subarray(0, 38)) {
      await attacker.sent(Uint8Array.of(byte));
      await bystander.isUnharmed();
    }
    assert.equal((await attacker.left()).by, 'FIN');
    assert.equal((await scene.endOf(attacker)).reason, 'login-timeout');
  });

  it('heartbeats, one and two and no end of them, is closed for login-not-connect', async (t) => {
    const scene = sceneOf(t);
    await scene.start({ servers: [await scene.gateway()] });
    const attacker = await scene.client();
    const heartbeat = frameOf(makePdu('activeTest', 1), '3.0');
    for (let count = 0; count < 16; count += 1) {
      attacker.write(heartbeat);
      await attacker.pdu('activeTestResp');
    }
    attacker.write(heartbeat);
    await attacker.left();
    const end = await scene.endOf(attacker);
    assert.deepEqual([end.reason, end.detail], ['login-not-connect', 'more than 16 ACTIVE_TESTs before a CONNECT']);
  });
});

describe('Who says nothing', { timeout: 30_000 }, () => {
  it('stays out of the log, unless it wants them', async (t) => {
    for (const dontlognull of [true, false]) {
      const scene = new Scene(t);
      await scene.start({ servers: [await scene.gateway()], frontend: `dontlognull: ${dontlognull}` });
      const scanner = await scene.client();
      scanner.finish();
      assert.equal((await scanner.left()).by, 'FIN');
      assert.deepEqual(scene.balancer.totals.closed, { 'login-aborted': 1 });
      assert.equal(scene.log.of('session-end').length, dontlognull ? 0 : 1);
    }
  });
});
