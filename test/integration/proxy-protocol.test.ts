import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { binary, line, V4, V6 } from '../proxy/proxy-header-bytes.js';
import { Bystander } from '../support/bystander.js';
import type { Peer } from '../support/peer.js';
import { describeForBothTransports, Scene } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';

const TRUSTING = '{ address: "127.0.0.1:0", accept-proxy: [127.0.0.0/8] }';
const MODES = ['cmpp', 'tcp'] as const;

const headerOf = (source: string) => line(`PROXY TCP4 ${source} 203.0.113.7 40000 7890\r\n`);

describeForBothTransports('A trusted sender’s PROXY header', (sceneOf) => {
  for (const [form, header, source] of [
    ['line', line('PROXY TCP4 192.0.2.1 203.0.113.7 48474 7890\r\n'), '192.0.2.1:48474'],
    ['line of IPv6', line('PROXY TCP6 2001:db8::7 2001:db8::8 48474 7890\r\n'), '[2001:db8::7]:48474'],
    ['block', binary(`2111000c${V4}`), '192.0.2.1:48474'],
    ['block of IPv6', binary(`21210024${V6}`), '[2001:db8::7]:48474'],
    ['block with more behind its addresses', binary(`21110014${V4}0400050102030405`), '192.0.2.1:48474'],
  ] as const) {
    it(`as a ${form} says who the client is, in one piece with the login or byte by byte`, async (t) => {
      for (const isBytewise of [false, true]) {
        const scene = sceneOf(t);
        await scene.start({ servers: [await scene.gateway({})], listen: TRUSTING });
        const sp = await scene.client();
        const sent = Buffer.concat([header, connectFrame()]);
        if (!isBytewise) sp.write(sent);
        for (const byte of isBytewise ? sent : []) {
          await sp.sent(Uint8Array.of(byte));
          await eventLoopTurn();
        }
        assert.equal((await sp.pdu('connectResp')).status, 0);
        const start = await scene.log.seen('session-start');
        assert.equal(start.source, source);
        sp.finish();
        assert.equal((await scene.log.seen('session-end')).bytesIn, 39);
      }
    });
  }

  for (const [what, header] of [
    ['a connection of its own', binary('20000000')],
    ['somebody unknown', line('PROXY UNKNOWN\r\n')],
  ] as const) {
    it(`for ${what} leaves the sender’s address`, async (t) => {
      const scene = sceneOf(t);
      await scene.start({ servers: [await scene.gateway({})], listen: TRUSTING });
      const sp = await scene.client();
      sp.write(Buffer.concat([header, connectFrame()]));
      await sp.frame();
      assert.equal((await scene.log.seen('session-start')).source, sp.name);
    });
  }

  for (const mode of MODES) {
    for (const [what, bytes, detail] of [
      ['that is missing', connectFrame(), 'The connection does not begin with a PROXY header.'],
      [
        'that is broken',
        'PROXY TCP4 here there 1 2\r\n',
        'The PROXY line does not name two addresses of its family and two ports.',
      ],
    ] as const) {
      it(`${what} ends the session, and is logged, in mode ${mode}`, async (t) => {
        const scene = sceneOf(t);
        const gateway = await scene.gateway();
        await scene.start({ servers: [gateway], listen: TRUSTING, defaults: `mode: ${mode}` });
        const client = await scene.client();
        client.write(bytes);
        await client.left();
        const end = await scene.endOf(client);
        assert.deepEqual([end.reason, end.detail], ['login-proxy-header', detail]);
        assert.equal(gateway.count, 0);
      });
    }

    it(`that does not come whole has timeout login, in mode ${mode}`, async (t) => {
      const scene = sceneOf(t);
      await scene.start({
        servers: [await scene.gateway()],
        listen: TRUSTING,
        defaults: `mode: ${mode}, timeout: { login: 100ms }`,
      });
      const client = await scene.client();
      client.write('PROXY TCP4 192.0.2.1');
      assert.equal((await client.left()).by, 'FIN');
      assert.equal((await scene.endOf(client)).reason, 'login-timeout');
    });
  }

  it('that nothing follows is a check of the sender’s, and stays out of the log', async (t) => {
    const scene = sceneOf(t);
    await scene.start({ servers: [await scene.gateway()], listen: TRUSTING });
    const check = await scene.client();
    await check.sent(binary('20000000'));
    check.finish();
    await check.left();
    assert.deepEqual(scene.balancer.totals.closed, { 'login-aborted': 1 });
    assert.deepEqual(scene.log.of('session-end'), []);
  });

  it('gives the address that source-maxconn goes by', async (t) => {
    const scene = sceneOf(t);
    await scene.start({ servers: [await scene.gateway({})], listen: TRUSTING, frontend: 'source-maxconn: 1' });
    const statuses = [];
    for (const source of ['192.0.2.1', '192.0.2.2', '192.0.2.1']) {
      const sp = await scene.client();
      sp.write(Buffer.concat([headerOf(source), connectFrame()]));
      statuses.push((await sp.pdu('connectResp')).status);
    }
    assert.deepEqual(statuses, [0, 0, 5]);
  });

  it('gives the address that balance source goes by', async (t) => {
    const scene = sceneOf(t);
    const gateways = [await scene.gateway({}), await scene.gateway({})];
    await scene.start({ servers: gateways, listen: TRUSTING, backend: 'balance: source' });
    for (let host = 1; host <= 20; host += 1) {
      for (let times = 0; times < 2; times += 1) {
        const sp = await scene.client();
        sp.write(Buffer.concat([headerOf(`192.0.2.${host}`), connectFrame()]));
        await sp.frame();
      }
    }
    const serversBySource = new Map<string, Set<string>>();
    for (const { source, server } of scene.log.of('session-start')) {
      const host = source.split(':')[0] ?? '';
      serversBySource.set(host, (serversBySource.get(host) ?? new Set()).add(server));
    }
    assert.equal(serversBySource.size, 20);
    assert.ok([...serversBySource.values()].every((servers) => servers.size === 1));
    assert.ok(gateways.every(({ count }) => count > 0));
  });
});

/** A client of a server that wants a header of this version, and the server’s end. */
async function headerAtServer(scene: Scene, version: string, mode: (typeof MODES)[number]): Promise<[Peer, Peer]> {
  const gateway = await scene.gateway();
  const server = `address: ${JSON.stringify(gateway.address)}, send-proxy: ${version}`;
  await scene.start({ servers: [server], defaults: `mode: ${mode}` });
  const client = await scene.client();
  client.write(connectFrame());
  return [client, await gateway.accept()];
}

describe('A server with send-proxy', { timeout: 30_000 }, () => {
  for (const mode of MODES) {
    it(`v1 gets a line before the first byte of the client, in mode ${mode}`, async (t) => {
      const scene = new Scene(t);
      const [client, server] = await headerAtServer(scene, 'v1', mode);
      const { localPort, remotePort } = client.socket;
      const expected = line(`PROXY TCP4 127.0.0.1 127.0.0.1 ${localPort} ${remotePort}\r\n`);
      assert.deepEqual(await server.bytes(expected.length), expected);
      assert.deepEqual(await server.frame(), Buffer.from(connectFrame()));
    });

    it(`v2 gets a block before the first byte of the client, in mode ${mode}`, async (t) => {
      const scene = new Scene(t);
      const [client, server] = await headerAtServer(scene, 'v2', mode);
      const { localPort = 0, remotePort = 0 } = client.socket;
      const ports = [localPort, remotePort].map((port) => port.toString(16).padStart(4, '0')).join('');
      const expected = Buffer.from(binary(`2111000c7f0000017f000001${ports}`));
      assert.deepEqual(await server.bytes(expected.length), expected);
      assert.deepEqual(await server.frame(), Buffer.from(connectFrame()));
    });
  }

  it('is told the client that a PROXY header has named', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    const server = `address: ${JSON.stringify(gateway.address)}, send-proxy: v1`;
    await scene.start({ servers: [server], listen: TRUSTING });
    const client = await scene.client();
    client.write(Buffer.concat([headerOf('192.0.2.1'), connectFrame()]));
    const seen = await (await gateway.accept()).bytes(headerOf('192.0.2.1').length);
    assert.deepEqual(seen, headerOf('192.0.2.1'));
  });
});

describe('Beside a listener that trusts a sender', { timeout: 30_000 }, () => {
  it('one that does not refuses his header', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway], listen: `["127.0.0.1:0", ${TRUSTING}]` });
    const bystander = await Bystander.loggedIn(scene, gateway);
    const client = await scene.client(scene.entrance(0));
    client.write(Buffer.concat([headerOf('192.0.2.1'), connectFrame()]));
    await client.left();
    assert.equal((await scene.endOf(client)).reason, 'login-proxy-header');
    await bystander.isUnharmed();
    const proxied = await scene.client(scene.entrance(1));
    proxied.write(Buffer.concat([headerOf('192.0.2.1'), connectFrame()]));
    assert.equal((await proxied.pdu('connectResp')).status, 0);
  });
});
