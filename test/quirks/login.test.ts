/** Peculiarities of logins: see docs/peers.md. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { authenticatorSource } from '../../src/cmpp/authenticator.js';
import { writeUint32 } from '../../src/cmpp/header.js';
import { decode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { VERSIONS, versionByte } from '../../src/cmpp/version.js';
import { sendForTest, startSmscForTest, submitsTo } from '../simulator/simulators.js';
import { Peer } from '../support/peer.js';
import { Scene } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';
import { platformOf, portOf } from './platform.js';

/** A CONNECT whose proof was made of these texts, as the client in question makes it. */
function connectOf(sourceAddr: string, hashedAddr: string, secret: string, hashedTime: string): Uint8Array {
  const hashed = Buffer.from(`${hashedAddr}${'\0'.repeat(9)}${secret}${hashedTime}`, 'latin1');
  const proof = new Uint8Array(createHash('md5').update(hashed).digest());
  const values = { sourceAddr, authenticatorSource: proof, version: 0x30, timestamp: Number(hashedTime) };
  return frameOf(makePdu('connect', 1, values), '3.0');
}

describe('Q2: a CONNECT_RESP in the other edition than the SP asked for', { timeout: 10_000 }, () => {
  for (const version of VERSIONS) {
    const asked = version === '2.0' ? '3.0' : '2.0';
    const lengthBytes = version === '2.0' ? 30 : 33;

    it(`of ${lengthBytes} bytes passes as it is, and makes a session of CMPP ${version}`, async (t) => {
      const scene = new Scene(t);
      const gateway = await scene.gateway();
      await scene.start({ servers: [gateway] });
      const client = await scene.client();
      client.write(connectFrame('900001', asked));
      const server = await gateway.accept();
      await server.frame();
      const answer = frameOf(makePdu('connectResp', 1, { status: 0, version: versionByte(version) }), version);
      assert.equal(answer.length, lengthBytes);
      server.write(answer);
      assert.deepEqual(await client.frame(), Buffer.from(answer));
      assert.equal((await scene.log.seen('session-start')).version, version);
      const decoded = decode(answer, asked);
      assert.ok(decoded.kind === 'pdu' && decoded.version === version);
    });

    it(`of ${lengthBytes} bytes makes the simulated SP go on in CMPP ${version}`, async (t) => {
      const scene = new Scene(t);
      await scene.start({ servers: [await scene.gateway({ version })] });
      const submits = submitsTo('hi', {}, false);
      const { outcome, lines } = sendForTest(portOf(scene), submits, { settings: { version: asked } });
      assert.equal((await outcome).isDelivered, true);
      await lines.line(new RegExp(`900001 is logged in, CMPP ${version}$`));
    });
  }
});

describe('Q6: a timestamp hashed without its leading zero', { timeout: 10_000 }, () => {
  const secrets = new Map([['900001', 'opensesame']]);

  for (const [digits, secret, status] of [
    ['210133000', 'opensesame', 0],
    ['0210133000', 'opensesame', 0],
    ['210133000', 'sesame', 3],
    ['00210133000', 'opensesame', 3],
  ] as const) {
    it(`of ${digits.length} digits with the secret ${secret} gets status ${status} of the simulated SMSC`, async (t) => {
      const { scene } = await platformOf(t, { settings: { secrets } });
      const client = await scene.client();
      client.write(connectOf('900001', '900001', secret, digits));
      assert.equal((await client.pdu('connectResp')).status, status);
    });
  }

  it('is not what the simulated SP does: it hashes ten digits', () => {
    const ours = authenticatorSource({ sourceAddr: '900001', timestamp: 210133000 }, 'opensesame');
    const frame = connectOf('900001', '900001', 'opensesame', '0210133000');
    assert.deepEqual(ours, new Uint8Array(frame.subarray(18, 34)));
  });
});

describe('Q8: a Total_Length that leaves the header out', { timeout: 10_000 }, () => {
  const frame = connectFrame();
  writeUint32(frame, 0, 27);

  it('ends the connection with the reason login-length, and no server is asked', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const client = await scene.client();
    client.write(frame);
    assert.equal((await client.left()).bytes.length, 0);
    const { reason, detail } = await scene.endOf(client);
    assert.deepEqual([reason, detail], ['login-length', 'Total_Length 27 instead of 39']);
    assert.equal(gateway.count, 0);
  });

  it('is malformed to the codec', () => {
    const why = 'Total_Length 27 of a frame of 39 bytes';
    assert.deepEqual(decode(frame, '3.0'), { kind: 'malformed', why });
  });

  it('gets status 1, bad structure, of the simulated SMSC', async (t) => {
    const { port, lines } = await startSmscForTest(t);
    const client = await Peer.connected({ host: '127.0.0.1', port });
    client.write(frame);
    assert.equal((await client.pdu('connectResp')).status, 1);
    await lines.line(/CONNECT of 27 bytes in place of a CONNECT$/);
    client.finish();
  });
});

describe('Q9: HTTP probes and port scanners', { timeout: 10_000 }, () => {
  for (const [what, bytes, reason] of [
    ['GET', 'GET / HTTP/1.0\r\n\r\n', 'login-http'],
    ['HEAD', 'HEAD / HTTP/1.1\r\nHost: smsc\r\n\r\n', 'login-http'],
    ['OPTIONS', 'OPTIONS * HTTP/1.1\r\n\r\n', 'login-http'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'login-tls'],
    ['an SSH client', 'SSH-2.0-scanner\r\n', 'login-length'],
  ] as const) {
    it(`with ${what} are closed without a word, and the reason is ${reason}`, async (t) => {
      const scene = new Scene(t);
      const gateway = await scene.gateway();
      await scene.start({ servers: [gateway] });
      const client = await scene.client();
      client.write(Buffer.from(bytes, 'latin1'));
      assert.equal((await client.left()).bytes.length, 0);
      assert.equal((await scene.endOf(client)).reason, reason);
      assert.equal(gateway.count, 0);
    });
  }

  it('that say nothing are counted, and are not in the log', async (t) => {
    const scene = new Scene(t);
    await scene.start({ servers: [await scene.gateway()] });
    const client = await scene.client();
    client.finish();
    await client.left();
    await scene.balancer.empty();
    assert.equal(scene.balancer.totals.closed['login-aborted'], 1);
    assert.deepEqual(scene.log.of('session-end'), []);
  });

  it('are not CMPP to the simulated SMSC either', async (t) => {
    const { port, lines } = await startSmscForTest(t);
    const client = await Peer.connected({ host: '127.0.0.1', port });
    client.write('GET / HTTP/1.0\r\n\r\n');
    await lines.line(/not CMPP, length-too-large: Total_Length 1195725856$/);
    assert.equal((await client.left()).bytes.length, 0);
    client.finish();
  });
});

describe('Q16: spaces and zeros behind the Source_Addr', { timeout: 10_000 }, () => {
  const secrets = new Map([['9001', 'opensesame']]);
  const forms = [
    ['as it should be', '9001', '9001'],
    ['with the zeros hashed', '9001', '9001\0\0'],
    ['with spaces', '9001  ', '9001  '],
    ['with spaces that are not hashed', '9001  ', '9001'],
    ['with a space and a zero', '9001 \0', '9001 \0'],
    ['with a zero and a space', '9001\0 ', '9001\0 '],
  ] as const;

  it('are not part of the account: not of its name, its place in the stick table, nor its proof', async (t) => {
    const stick = 'stick: { on: account, size: 1k, expire: 1h }';
    const { scene } = await platformOf(t, { gateways: 2, settings: { secrets }, backend: stick });
    for (const [index, [how, sourceAddr, hashedAddr]] of forms.entries()) {
      const client = await scene.client();
      client.write(connectOf(sourceAddr, hashedAddr, 'opensesame', '1122033426'));
      assert.equal((await client.pdu('connectResp')).status, 0, how);
      const { account, server, placed } = await scene.log.seen('session-start', ({ source }) => source === client.name);
      assert.deepEqual([account, server, placed], ['9001', 's1', index === 0 ? 'balance' : 'stick-table'], how);
    }
  });

  it('reach the gateway as they came', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    for (const [, sourceAddr] of forms) {
      const frame = connectFrame(sourceAddr);
      (await scene.client()).write(frame);
      assert.deepEqual(await (await gateway.accept()).frame(), Buffer.from(frame));
    }
  });
});
