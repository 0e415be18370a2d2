import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { submitFrame } from '../support/sp.js';
import { SteeredScene } from '../support/steered-scene.js';

/** Which servers the accounts' sessions are on. */
async function accounts(scene: SteeredScene): Promise<string[]> {
  const [, ...lines] = (await scene.command('show accounts')).split('\n');
  return lines.map((line) => line.split(/ +/).slice(0, 3).join(' '));
}

/** The keys of a line of `show sess`. */
function pairsOf(line: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(line.matchAll(/(\S+?)=(\S*)/g), ([, key = '', value = '']) => [key, value]));
}

describe('The runtime API and servers', { timeout: 30_000 }, () => {
  it('drains a server: who is there stays, and others go elsewhere', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001', '900002']);
    assert.deepEqual(await accounts(scene), ['900001 1 smsc/s1:1', '900002 1 smsc/s2:1']);
    assert.equal(await scene.raw('set server smsc/s1 state drain\n'), '\n');
    await scene.logIn('900003');
    await scene.logIn('900004');
    assert.deepEqual((await accounts(scene)).slice(2), ['900003 1 smsc/s2:1', '900004 1 smsc/s2:1']);
    assert.equal((await sps[0]?.submit())?.result, 0);
    assert.equal(scene.log.of('server-wish')[0]?.status, 'DRAIN');
    await scene.command('set server smsc/s1 state ready;disable server smsc/s2');
    await scene.logIn('900005');
    assert.equal((await accounts(scene)).at(-1), '900005 1 smsc/s1:1');
    assert.equal(await scene.command('enable server smsc/s2;get weight smsc/s2'), '\n1 (initial 1)');
  });

  it('tells at once those who find no server', async (t) => {
    const { scene } = await SteeredScene.running(t);
    await scene.command('disable server smsc/s1;disable server smsc/s2');
    assert.equal((await scene.logIn()).status, 5);
  });

  it('weighs a server, by number and in per cent of what it was declared with', async (t) => {
    const scene = new SteeredScene(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [`address: "${gateway.address}", weight: 10`, `address: "${gateway.address}"`] });
    const weight = async (line: string) => scene.command(`${line};get weight smsc/s1`);
    assert.equal(await weight('set weight smsc/s1 5'), '\n5 (initial 10)');
    assert.equal(await weight('set server smsc/s1 weight 33%'), '\n3 (initial 10)');
    assert.equal(await weight('set weight smsc/s1 1000%'), '\n100 (initial 10)');
    assert.equal(await weight('set weight smsc/s1 0'), '\n0 (initial 10)');
    assert.match(await scene.command('set weight smsc/s2 50%'), /^The weight is 1 now: 50% of the initial 1 /);
    assert.equal(
      await weight('set weight smsc/s1 257'),
      'Absolute weight can only be between 0 and 256 inclusive.\n\n0 (initial 10)',
    );
  });

  it('lets a server be full, and those who wait in when it is no more', async (t) => {
    const { scene } = await SteeredScene.running(t, ['900001']);
    await scene.command('disable server smsc/s2;set maxconn server smsc/s1 1');
    const waiting = scene.logIn('900002');
    while (!(await scene.command('show sess')).includes('state=placing')) await scene.command('show version');
    await scene.command('set maxconn server smsc/s1 2');
    assert.equal((await waiting).status, 0);
  });

  it('moves a server: new sessions and checks go there, and who is there stays', async (t) => {
    const scene = new SteeredScene(t);
    const before = await scene.gateway({});
    const after = await scene.gateway({}, { host: '127.0.0.2', port: 0 });
    await scene.start({ servers: [before], check: '{ type: cmpp, inter: 1h }' });
    const { sp } = await scene.logIn();
    const [, port = ''] = /:(\d+)$/.exec(after.address) ?? [];
    const [, oldPort = ''] = /:(\d+)$/.exec(before.address) ?? [];
    assert.equal(
      await scene.command(`set server smsc/s1 addr 127.0.0.2 port ${port}`),
      `IP changed from '127.0.0.1' to '127.0.0.2', port changed from '${oldPort}' to '${port}' by 'stats socket command'`,
    );
    // The check does not wait for its hour.
    while (after.count === 0) await scene.command('show version');
    const { count } = before;
    await scene.logIn('900002');
    assert.equal(before.count, count);
    assert.equal((await sp.submit()).result, 0);
    assert.match(await scene.command('show servers conn smsc'), new RegExp(`^smsc/s1 3/1 127.0.0.2 ${port} - `, 'm'));
    assert.equal(
      await scene.command(`set server smsc/s1 addr 127.0.0.2 port ${port}`),
      "no need to change the addr by 'stats socket command'",
    );
  });

  it('sets the health of a server that is checked, until its checks say otherwise', async (t) => {
    const scene = new SteeredScene(t);
    await scene.start({ servers: [await scene.gateway({})], check: '{ type: cmpp, inter: 1h, fastinter: 1h }' });
    await scene.command('set server smsc/s1 health down');
    assert.equal(scene.log.of('server-down')[0]?.why, 'set down by the operator');
    assert.equal((await scene.logIn()).status, 5);
    await scene.command('set server smsc/s1 health up');
    assert.equal((await scene.logIn()).status, 0);
    assert.match(await scene.command('set server smsc/s1 health stopping'), /^There is no health 'stopping' here/);
    assert.equal(await scene.raw('disable health smsc/s1;enable health smsc/s1\n'), '\n\n');
  });
});

describe('The runtime API and sessions', { timeout: 30_000 }, () => {
  it('lists them, and says all that is known of one', async (t) => {
    const scene = new SteeredScene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const sp = await scene.sp();
    const login = sp.logIn('900001');
    const server = await gateway.accept();
    const connect = await server.pdu('connect');
    server.write(frameOf(makePdu('connectResp', connect.sequenceId, { status: 0, version: 0x30 }), '3.0'));
    await login;
    sp.peer.write(submitFrame(7));
    sp.peer.write(submitFrame(8));
    await server.pdu('submit');
    await server.pdu('submit');
    const line = await scene.command('show sess');
    const { proto, src, fe, be, srv, id = '', account, state } = pairsOf(line);
    assert.deepEqual(
      { proto, src, fe, be, srv, account, state },
      { proto: 'tcpv4', src: sp.name, fe: 'sp', be: 'smsc', srv: 's1', account: '900001', state: 'relaying' },
    );
    const [pointer = ''] = line.split(':');
    assert.equal(Number(pointer), Number(id));
    const facts = await scene.command(`show session ${id}`);
    for (const expected of [
      /^Account: 900001$/m,
      /^Version: 3\.0$/m,
      new RegExp(`^Source: ${sp.name}$`, 'm'),
      /^Server: s1, by balance$/m,
      /^Client sent: \d+ bytes, CONNECT 1 SUBMIT 2$/m,
      /^Client waits for answers: SUBMIT 2, the oldest for \d+ ms$/m,
      /^Server sent: 33 bytes, CONNECT_RESP 1$/m,
      /^Server waits for answers: none$/m,
    ]) {
      assert.match(facts, expected);
    }
    assert.equal(
      await scene.command(`show session ${pointer}`).then((text) => text.split('\n')[0]),
      facts.split('\n')[0],
    );
    assert.match(await scene.command(`show sess ${pointer}`), /^0x[0-9a-f]+: \[.*\] id=\d+ proto=tcpv4 source=/);
    assert.match(await scene.command('show sess all'), /^ {2}server=s1 \(id=1\) addr=127\.0\.0\.1:\d+$/m);
    assert.equal(await scene.command('show session 99999'), 'Session not found.');
  });

  it('ends one by TERMINATE to both sides, for a reason of its own', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001', '900002']);
    const [first, second] = sps;
    assert.ok(first !== undefined && second !== undefined);
    const line = (await scene.command('show sess')).split('\n').find((each) => each.includes(first.name)) ?? '';
    assert.equal(await scene.raw(`shutdown session ${line.split(':')[0]}\n`), '\n');
    const { sequenceId } = await first.peer.pdu('terminate');
    first.peer.write(frameOf(makePdu('terminateResp', sequenceId), '3.0'));
    assert.equal((await scene.endOf(first)).reason, 'killed');
    assert.equal((await second.submit()).result, 0);
    assert.match(await scene.command('show reasons'), /^killed +1 The operator ended it/m);
    assert.equal(await scene.command('shutdown session 0xdead'), "No such session (use 'show sess').");
  });

  it('ends all of a server, and no other', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001', '900002', '900003']);
    await scene.command('shutdown sessions server smsc/s1');
    const [first, second, third] = sps;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    for (const { peer } of [first, third]) {
      const { sequenceId } = await peer.pdu('terminate');
      peer.write(frameOf(makePdu('terminateResp', sequenceId), '3.0'));
    }
    for (const sp of [first, third]) assert.equal((await scene.endOf(sp)).reason, 'killed');
    assert.equal((await second.submit()).result, 0);
  });
});

describe('The runtime API as a whole', { timeout: 30_000 }, () => {
  it('asks the statistics for what is theirs', async (t) => {
    const scene = new SteeredScene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    for (const [line, answer] of [
      ['show stat', /^# pxname,svname,.*\nsp,FRONTEND,.*\nsmsc,s1,.*\nsmsc,BACKEND,.*\n?$/],
      ['show stat smsc 4 -1', /^# pxname,svname,.*\nsmsc,s1,.*\n?$/],
      ['show stat -1 4 1 json', /^\[\[\{"objType":"Server"/],
      ['show stat 3 2 -1', /^# pxname,svname,.*\nsmsc,BACKEND,.*\n?$/],
      ['show stat typed', /^F\.2\.0\.0\.pxname\.1:KNS:str:sp\n/],
      ['show stat nosuch 4 -1', /^No such proxy\.$/],
      ['show stat typed desc', /^F\.2\.0\.0\.pxname\.1:KNS:str:sp:"The frontend or backend"\n/],
      ['show stat smsc 4 -1 up', /^# pxname,svname,.*\nsmsc,s1,.*\n?$/],
      ['disable server smsc/s1;show stat smsc 4 -1 no-maint', /^\n# pxname,svname,[^\n]*$/],
      ['show stat smsc 6 -1 up', /^# pxname,svname,.*\nsmsc,BACKEND,.*\n?$/],
      ['show info', /^Name: cmpp-lb\nVersion: /],
      ['show info typed', /^0\.Name\.1:/],
      ['show servers state', /^1\n# be_id be_name .*\n3 smsc 1 s1 /],
      ['show servers state smsc', /^1\n# be_id be_name .*\n3 smsc 1 s1 /],
      ['show servers state nosuch', /^Can't find backend\.$/],
      ['clear counters', /^$/],
      ['clear counters all', /^$/],
      ['operator;clear counters all', /^\nPermission denied$/],
    ] as const) {
      assert.match(await scene.command(line), answer, line);
    }
  });

  it('refuses to start where it cannot listen, and leaves nothing open', async (t) => {
    const scene = new SteeredScene(t);
    const keys = { servers: [await scene.gateway({})], admin: 'socket: { path: /nonexistent/lb.sock }' };
    assert.match((await scene.tryStart(keys)) ?? '', /^runtime API: cannot listen on unix:\/nonexistent.*folder/);
  });

  it('is there until the last session has ended', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001']);
    const retired = scene.balancer.retire();
    assert.equal((await accounts(scene)).length, 1);
    sps[0]?.peer.finish();
    await retired;
    assert.equal(existsSync(scene.socketPath), false);
  });
});
