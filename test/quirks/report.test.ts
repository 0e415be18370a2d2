/** Peculiarities of status reports: see docs/peers.md. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { readStatusReport, writeStatusReport } from '../../src/cmpp/status-report.js';
import { VERSIONS } from '../../src/cmpp/version.js';
import type { Version } from '../../src/cmpp/version.js';
import { startSp } from '../../src/simulator/sp/sp.js';
import { sendForTest, submitsTo } from '../simulator/simulators.js';
import type { Peer } from '../support/peer.js';
import { Scene } from '../support/scene.js';
import { submitFrame } from '../support/sp.js';
import { portOf } from './platform.js';
import { endOf, letGo, letIn, loneSession, sessionPair } from './session-pair.js';

const submitResp = (sequenceId: number, msgId: bigint, version: Version = '3.0') =>
  frameOf(makePdu('submitResp', sequenceId, { msgId }), version);

/** The DELIVER of a report in a session of `version`, laid out as in `layout`. */
function reportFrame(sequenceId: number, msgId: bigint, version: Version = '3.0', layout = version): Uint8Array {
  const times = { submitTime: '2602101330', doneTime: '2602101331' };
  const report = { msgId, stat: 'DELIVRD', ...times, destTerminalId: '13800138000', smscSequence: 1 };
  const written = writeStatusReport(report, layout);
  assert.ok(written.kind === 'bytes');
  return frameOf(makePdu('deliver', sequenceId, { registeredDelivery: 1, msgContent: written.bytes }), version);
}

async function reportedId(client: Peer): Promise<bigint | undefined> {
  const read = readStatusReport((await client.pdu('deliver')).msgContent);
  return read.kind === 'report' ? read.report.msgId : undefined;
}

describe('Q3: a report laid out as in the other edition', { timeout: 10_000 }, () => {
  for (const version of VERSIONS) {
    const layout = version === '2.0' ? '3.0' : '2.0';
    const what = `of ${layout === '2.0' ? 60 : 71} bytes in a session of CMPP ${version}`;

    it(`${what} passes as it is, and is read by its own length`, async (t) => {
      const { client, server } = await loneSession(new Scene(t), version);
      const frame = reportFrame(5, 77n, version, layout);
      server.write(Buffer.concat([frame, frame]));
      assert.deepEqual(await client.frame(), Buffer.from(frame));
      const read = readStatusReport((await client.pdu('deliver')).msgContent);
      assert.ok(read.kind === 'report');
      const { msgId, stat, destTerminalId, smscSequence } = read.report;
      assert.deepEqual([read.version, msgId, stat], [layout, 77n, 'DELIVRD']);
      assert.deepEqual([destTerminalId, smscSequence], ['13800138000', 1]);
    });

    it(`${what} is the report that the simulated SP waits for`, async (t) => {
      const scene = new Scene(t);
      const gateway = await scene.gateway();
      await scene.start({ servers: [gateway] });
      const { outcome } = sendForTest(portOf(scene), submitsTo('hi'), { settings: { version } });
      const server = await letIn(gateway, version);
      const { sequenceId } = await server.pdu('submit');
      server.write(submitResp(sequenceId, 77n, version));
      server.write(reportFrame(5, 77n, version, layout));
      assert.equal((await server.pdu('deliverResp')).result, 0);
      await letGo(server);
      assert.equal((await outcome).isDelivered, true);
    });
  }
});

describe('Q12: reports out of order, and on another connection of the account', { timeout: 10_000 }, () => {
  it('pass in the order and on the connection in which they come', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const one = await sessionPair(scene, gateway);
    const other = await sessionPair(scene, gateway);
    for (const sequenceId of [11, 12, 13]) {
      one.client.write(submitFrame(sequenceId));
      await one.server.frame();
      one.server.write(submitResp(sequenceId, BigInt(sequenceId)));
      await one.client.frame();
    }
    other.server.write(Buffer.concat([reportFrame(1, 13n), reportFrame(2, 11n)]));
    one.server.write(reportFrame(1, 12n));
    assert.deepEqual([await reportedId(other.client), await reportedId(other.client)], [13n, 11n]);
    assert.equal(await reportedId(one.client), 12n);
    for (const sequenceId of [2, 1]) {
      other.client.write(frameOf(makePdu('deliverResp', sequenceId), '3.0'));
      assert.equal((await other.server.pdu('deliverResp')).sequenceId, sequenceId);
    }
    const ends = [await endOf(scene, one), await endOf(scene, other)];
    assert.deepEqual(
      ends.map(({ unanswered, unasked }) => [unanswered, unasked]),
      [
        [0, 0],
        [0, 0],
      ],
    );
  });

  it('are matched by the simulated SP over all of its sessions', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const login = { account: '900001', secret: 'opensesame' };
    const sp = startSp({
      server: { host: '127.0.0.1', port: portOf(scene) },
      logins: [login, login],
      sms: { to: ['13800138000'], text: 'hi', msgFmt: 0 },
      sender: { srcId: '10690001', serviceId: '', wantsReport: true },
      submitsPerSecond: 1000,
      // So that two SUBMITs are sent, one by each session.
      settings: { windowSize: 1 },
    });
    const [one, other] = [await letIn(gateway), await letIn(gateway)];
    const asked = [await one.pdu('submit'), await other.pdu('submit')];
    const closed = sp.close(5000);
    one.write(submitResp(asked[0]?.sequenceId ?? 0, 11n));
    other.write(submitResp(asked[1]?.sequenceId ?? 0, 12n));
    one.write(reportFrame(1, 12n));
    other.write(reportFrame(1, 11n));
    for (const server of [one, other]) {
      assert.equal((await server.pdu('deliverResp')).result, 0);
      await letGo(server);
    }
    const { isAccountedFor, figures } = await closed;
    assert.deepEqual([isAccountedFor, figures.submitted], [true, 2]);
    assert.deepEqual([figures.reports.came, figures.reports.unexpected], [2, 0]);
  });
});

describe('Q13: a report that overtakes its SUBMIT_RESP', { timeout: 10_000 }, () => {
  it('passes before it, in the order in which they came', async (t) => {
    const { client, server } = await loneSession(new Scene(t));
    client.write(submitFrame(2));
    await server.frame();
    const bytes = Buffer.concat([reportFrame(9, 77n), submitResp(2, 77n)]);
    server.write(bytes);
    assert.deepEqual(await client.bytes(bytes.length), bytes);
  });

  it('is kept by the simulated SP until it knows whose it is', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    const { outcome, lines } = sendForTest(portOf(scene), submitsTo('hi'));
    const server = await letIn(gateway);
    const { sequenceId } = await server.pdu('submit');
    server.write(reportFrame(9, 77n));
    assert.equal((await server.pdu('deliverResp')).result, 0);
    server.write(submitResp(sequenceId, 77n));
    await letGo(server);
    const { isDelivered, figures } = await outcome;
    assert.deepEqual([isDelivered, figures.reports.came, figures.reports.unexpected], [true, 1, 0]);
    const told = lines.all.flatMap((line) => /^(report of|SUBMIT_RESP)/.exec(line)?.[0] ?? []);
    assert.deepEqual(told, ['report of', 'SUBMIT_RESP']);
  });
});
