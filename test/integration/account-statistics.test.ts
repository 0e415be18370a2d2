/** What is known of accounts and of the answers to their SUBMITs, with real sessions. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { AccountFigures } from '../../src/stats/snapshot.js';
import type { Scene } from '../support/scene.js';
import type { Peer } from '../support/peer.js';
import { submitFrame } from '../support/sp.js';
import { SteeredScene } from '../support/steered-scene.js';

const HEAD =
  '# account sessions servers most logins submits not_accepted delivers unanswered lost rejected delayed bytes_in bytes_out last_login refused';

/** The lines of `show accounts` without the bytes and the time, which differ. */
async function table(scene: SteeredScene): Promise<string[]> {
  const [head, ...lines] = (await scene.command('show accounts')).split('\n');
  assert.equal(head?.replaceAll(/ +/g, ' '), HEAD);
  return lines.map((line) => {
    const cells = line.split(/ +/);
    assert.match(cells[14] ?? '', /^(-|\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d\.\d{3})$/);
    return [...cells.slice(0, 10), ...cells.slice(15)].join(' ');
  });
}

function account(scene: Scene, name = '900001'): AccountFigures {
  const found = scene.statistics.accounts().find((each) => each.name === name);
  assert.ok(found !== undefined);
  return found;
}

const submitResp = (sequenceId: number, result: number) => {
  return frameOf(makePdu('submitResp', sequenceId, { msgId: 7n, result }), '3.0');
};

/** A scene with one gateway in the test's hands, an SP that has logged in, and the gateway's end of the session. */
async function pair(scene: SteeredScene): Promise<{ client: Peer; server: Peer }> {
  const gateway = await scene.gateway();
  await scene.start({ servers: [gateway] });
  const { sp, server } = await scene.logInAt(gateway);
  return { client: sp.peer, server };
}

describe('The statistics of accounts', { timeout: 30_000 }, () => {
  it('say who is there, who was, and how much they sent', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001', '900001', '900002']);
    await sps[0]?.submit();
    assert.deepEqual(await table(scene), [
      '900001 2 smsc/s1:1,smsc/s2:1 2 2 1 0 0 0 0 -',
      '900002 1 smsc/s1:1 1 1 0 0 0 0 0 -',
    ]);
    const [, second, third] = sps;
    assert.ok(second !== undefined && third !== undefined);
    for (const sp of [second, third]) {
      sp.peer.finish();
      await scene.endOf(sp);
    }
    assert.deepEqual(await table(scene), ['900001 1 smsc/s1:1 2 2 1 0 0 0 0 -', '900002 0 - 1 1 0 0 0 0 0 -']);
    const one = await scene.command('show accounts 900002');
    assert.match(one, /^account: 900002\nsessions: 0\nservers: -\nmost: 1\nlogins: 1\n[^]*\nrefused: -$/);
    assert.equal(await scene.command('show accounts 900003'), 'No such account.');
  });

  it('count Results, DELIVERs and what is unanswered, of living sessions and of ended ones', async (t) => {
    const scene = new SteeredScene(t);
    const { client, server } = await pair(scene);
    for (const sequenceId of [7, 8, 9]) client.write(submitFrame(sequenceId));
    for (const _ of [7, 8, 9]) await server.pdu('submit');
    server.write(submitResp(7, 8));
    server.write(submitResp(8, 0));
    server.write(frameOf(makePdu('deliver', 1, {}), '3.0'));
    await client.pdu('submitResp');
    await client.pdu('submitResp');
    await client.pdu('deliver');
    const seen = () => {
      const { submits, submitsNotAccepted, delivers, unansweredNow, unansweredTotal } = account(scene);
      return [submits, submitsNotAccepted, delivers, unansweredNow, unansweredTotal];
    };
    assert.deepEqual(seen(), [3, 1, 1, 1, 0]);
    const [backend] = scene.statistics.snapshot().backends;
    for (const figures of [backend, backend?.servers[0]]) {
      assert.ok(figures !== undefined);
      const { submitLatency, submitResults, logins, submitsNotAccepted } = figures;
      assert.deepEqual([submitLatency.count, submitResults, logins, submitsNotAccepted], [2, { 8: 1 }, { 0: 1 }, 1]);
      assert.ok(submitLatency.sumMs > 0 && submitLatency.p99Ms !== null);
    }
    server.reset();
    await client.left();
    client.finish();
    await scene.endOf(client);
    assert.deepEqual(seen(), [3, 1, 1, 0, 1]);
    await scene.command('clear counters all');
    assert.deepEqual(scene.statistics.accounts(), []);
    assert.equal(scene.statistics.snapshot().backends[0]?.submitLatency.count, 0);
  });

  it('count on from where they were cleared', async (t) => {
    const { scene, sps } = await SteeredScene.running(t, ['900001']);
    const [sp] = sps;
    await sp?.submit();
    await scene.command('clear counters all');
    assert.deepEqual([account(scene).submits, account(scene).sessionsNow], [0, 1]);
    await sp?.submit();
    sp?.peer.finish();
    if (sp !== undefined) await scene.endOf(sp);
    const { submits, sessionsNow, sessionsMost, bytesIn } = account(scene);
    assert.deepEqual([submits, sessionsNow, sessionsMost, bytesIn], [1, 0, 1, submitFrame(1).length]);
  });

  it('say why an account was not let in: by the server, or by us', async (t) => {
    const scene = new SteeredScene(t);
    await scene.start({ servers: [await scene.gateway({ status: 3 })] });
    const refused = await scene.logIn();
    assert.equal(refused.status, 3);
    refused.sp.peer.finish();
    await scene.endOf(refused.sp);
    await scene.command('disable server smsc/s1');
    const second = await scene.logIn();
    second.sp.peer.finish();
    await scene.endOf(second.sp);
    const { refused: reasons, sessionsTotal, lastLoginWallMs } = account(scene);
    assert.deepEqual(reasons, { 'login-refused': 1, 'no-server': 1 });
    assert.deepEqual([sessionsTotal, lastLoginWallMs], [0, null]);
    assert.deepEqual(scene.statistics.snapshot().backends[0]?.servers[0]?.logins, { 3: 1 });
    assert.deepEqual(await table(scene), ['900001 0 - 0 0 0 0 0 0 0 login-refused:1,no-server:1']);
  });
});
