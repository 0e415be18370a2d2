import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, watch, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import { binary, V4 } from '../proxy/proxy-header-bytes.js';
import { listenDeafAt } from '../support/bad-addresses.js';
import { describeForBothTransports, Scene } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ family }) => family === 'IPv6'),
);
const IPV6 = { skip: hasIpv6 ? false : 'this machine has no IPv6' };

const inUse = (path: string) =>
  `frontend sp: cannot listen on unix:${path}: the address is in use; another process listens there, perhaps HAProxy or another cmpp-lb`;

/** Leaves the file of a unix socket behind, as a process does that is killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['--eval', program]), 'exit');
  assert.ok(statSync(path).isSocket());
}

describeForBothTransports('A session', (sceneOf) => {
  it('can come by IPv6 and go by IPv6', IPV6, async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({}, { host: '::1', port: 0 });
    await scene.start({ servers: [gateway], listen: '"[::1]:0"' });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 0);
    await sp.submit();
    const { source, listener } = await scene.log.seen('session-start');
    assert.match(source, /^\[::1\]:\d+$/);
    assert.match(listener, /^\[::1\]:\d+$/);
    assert.equal(source, sp.name);
  });

  it('can come by a unix socket and go by a unix socket', async (t) => {
    const scene = sceneOf(t);
    const folder = scene.folder();
    const gateway = await scene.gateway({}, { path: `${folder}/smsc.sock` });
    await scene.start({ servers: [gateway], listen: `"unix:${folder}/sp.sock"` });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 0);
    await sp.submit();
    const { source, listener } = await scene.log.seen('session-start');
    assert.deepEqual([source, listener], ['unix:', `unix:${folder}/sp.sock`]);
  });

  it('can go to a server by its name', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway({});
    const port = gateway.address.replace('127.0.0.1:', '');
    await scene.start({ servers: [`address: "localhost:${port}"`] });
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 0);
    await sp.submit();
  });
});

describe('A frontend', { timeout: 30_000 }, () => {
  it('listens on several addresses of any kind', async (t) => {
    const scene = new Scene(t);
    const folder = scene.folder();
    const ipv6 = hasIpv6 ? ', "[::1]:0"' : '';
    await scene.start({
      servers: [await scene.gateway({})],
      listen: `["127.0.0.1:0", "127.0.0.1:0", { address: "unix:${folder}/sp.sock" }${ipv6}]`,
    });
    const addresses = scene.balancer.addressesOf('sp');
    assert.equal(new Set(addresses).size, hasIpv6 ? 4 : 3);
    assert.deepEqual(
      scene.log.of('listening').map(({ address }) => address),
      addresses,
    );
    for (const [index, address] of addresses.entries()) {
      const sp = await scene.sp(scene.entrance(index));
      assert.equal((await sp.logIn()).status, 0);
      assert.ok(scene.log.of('session-start').some(({ listener }) => listener === address));
    }
  });

  it('gives its unix socket the permission that is asked for, and takes it away at the end', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/sp.sock`;
    await scene.start({ servers: [await scene.gateway()], listen: `{ address: "unix:${path}", mode: "0600" }` });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    scene.balancer.stopAccepting();
    assert.equal(existsSync(path), false);
  });

  it('replaces the unix socket of a process that was killed', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/sp.sock`;
    await leaveStaleSocket(path);
    await scene.start({ servers: [await scene.gateway({})], listen: `"unix:${path}"` });
    assert.equal((await (await scene.sp()).logIn()).status, 0);
  });

  it('does not take a unix socket away from a process that lives', async (t) => {
    const living = new Scene(t);
    const path = `${living.folder()}/sp.sock`;
    await living.start({ servers: [await living.gateway({})], listen: `"unix:${path}"` });
    const late = new Scene(t);
    const servers = [await late.gateway()];
    assert.equal(await late.tryStart({ servers, listen: `"unix:${path}"` }), inUse(path));
    // One sentence is enough.
    assert.deepEqual(late.log.of('accept-error'), []);
    assert.equal((await (await living.sp()).logIn()).status, 0);
  });

  it('does not even when that accepts nobody any more', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/sp.sock`;
    await listenDeafAt(path, t);
    assert.equal(await scene.tryStart({ servers: [await scene.gateway()], listen: `"unix:${path}"` }), inUse(path));
    assert.ok(statSync(path).isSocket());
  });

  it('does not take away a file that is no socket', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/sp.sock`;
    writeFileSync(path, 'precious');
    assert.equal(
      await scene.tryStart({ servers: [await scene.gateway()], listen: `"unix:${path}"` }),
      `frontend sp: cannot listen on unix:${path}: there is a file that is no socket`,
    );
  });

  it('says when the folder of its unix socket is not there', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/none/sp.sock`;
    assert.equal(
      await scene.tryStart({ servers: [await scene.gateway()], listen: `"unix:${path}"` }),
      `frontend sp: cannot listen on unix:${path}: the folder of the socket does not exist`,
    );
  });

  it('believes whoever may open its unix socket, where it is told to', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/sp.sock`;
    await scene.start({
      servers: [await scene.gateway({})],
      listen: `{ address: "unix:${path}", accept-proxy: [unix] }`,
    });
    const sp = await scene.client();
    sp.write(Buffer.concat([binary(`2111000c${V4}`), connectFrame()]));
    assert.equal((await sp.pdu('connectResp')).status, 0);
    assert.equal((await scene.log.seen('session-start')).source, '192.0.2.1:48474');
  });

  it('that cannot listen ends the start, and whoever has come already is sent away', async (t) => {
    const scene = new Scene(t);
    const folder = scene.folder();
    const taken = await scene.gateway({}, { path: `${folder}/taken.sock` });
    const listen = `["unix:${folder}/free.sock", "${taken.address}"]`;
    const watcher = watch(folder);
    t.after(() => watcher.close());
    const early = once(watcher, 'change').then(async () => {
      // It may be too early to be accepted, or just early enough.
      const socket = connect(`${folder}/free.sock`).on('error', () => {});
      await new Promise((resolve) => socket.resume().on('close', resolve));
      return 'left';
    });
    assert.match((await scene.tryStart({ servers: [taken], listen })) ?? '', /the address is in use/);
    assert.deepEqual(scene.log.of('accept-error'), []);
    assert.equal(await early, 'left');
    assert.equal(existsSync(`${folder}/free.sock`), false);
  });
});
