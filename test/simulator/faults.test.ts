import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import type { Faults } from '../../src/simulator/smsc/fault.js';
import { sendForTest, startSmscForTest, submitsTo } from './simulators.js';
import type { SmscForTest } from './simulators.js';

function fault(smsc: SmscForTest, changes: Partial<Faults> | undefined): void {
  assert.equal(smsc.execute({ kind: 'fault', port: smsc.port, changes }).kind, 'done');
}

/** An SP of which the first message has been answered, and that waits for a report that does not come. */
async function waitingSp(smsc: SmscForTest) {
  const sp = sendForTest(smsc.port, submitsTo('hi'));
  await sp.lines.line(/^SUBMIT_RESP 1/);
  return sp;
}

const unreported = { reports: undefined };

describe('an SP sees of a gateway with the fault', () => {
  it('delay: that answers take so long', async (test) => {
    const smsc = await startSmscForTest(test);
    fault(smsc, { delayMs: 80 });
    const { outcome, lines } = sendForTest(smsc.port, submitsTo('hi'));
    assert.equal((await outcome).isDelivered, true);
    const answer = await lines.line(/^SUBMIT_RESP 1/);
    assert.ok(Number(/after ([\d.]+) ms/.exec(answer)?.[1]) >= 79, answer);
  });

  it('silent: that its login is not answered, and neither is a SUBMIT', async (test) => {
    const smsc = await startSmscForTest(test, unreported);
    const sp = sendForTest(smsc.port, submitsTo('one', {}, false).concat(submitsTo('two', {}, false)), {
      settings: { windowSize: 1, answerTimeoutMs: 100 },
    });
    sp.lines.next(/^SUBMIT 1 /).then(() => fault(smsc, { isSilent: true }));
    assert.equal((await sp.outcome).isDelivered, false);
    await sp.lines.line(/^SUBMIT 1 has no answer: no answer in time$/);
    const late = sendForTest(smsc.port, submitsTo('hi'), { settings: { loginTimeoutMs: 50 } });
    await late.outcome;
    await late.lines.line(/^session ended: no CONNECT_RESP in time$/);
    fault(smsc, undefined);
    assert.equal((await sendForTest(smsc.port, submitsTo('hi', {}, false)).outcome).isDelivered, true);
  });

  it('silent: nothing of the command close, but that the connection is gone', async (test) => {
    const smsc = await startSmscForTest(test, unreported);
    const sp = await waitingSp(smsc);
    fault(smsc, { isSilent: true });
    assert.deepEqual(smsc.execute({ kind: 'close', port: 'all' }), { kind: 'done', text: 'closing 1 connections' });
    await sp.outcome;
    await sp.lines.line(/^session ended: closed by the server$/);
  });

  it('result: that every SUBMIT is answered with it', async (test) => {
    const smsc = await startSmscForTest(test);
    fault(smsc, { submitResult: 8 });
    const { outcome, lines } = sendForTest(smsc.port, submitsTo('hi'));
    const { isDelivered, figures } = await outcome;
    assert.equal(isDelivered, false);
    assert.deepEqual([...figures.byResult], [[8, 1]]);
    await lines.line(/^SUBMIT_RESP 1: result 8 \(flow control\)/);
  });

  it('refuse: that its login is refused with it', async (test) => {
    const smsc = await startSmscForTest(test);
    fault(smsc, { connectStatus: 56 });
    const { outcome, lines } = sendForTest(smsc.port, submitsTo('hi'));
    await outcome;
    await lines.line(/^CONNECT_RESP status 56 \(more than the account's connections/);
  });

  for (const [hangUp, why] of [
    ['close', 'closed by the server'],
    ['reset', 'reset by the server'],
  ] as const) {
    it(`${hangUp}: that its session is ${why}, and no other one comes about`, async (test) => {
      const smsc = await startSmscForTest(test, unreported);
      const sp = await waitingSp(smsc);
      fault(smsc, { hangUp });
      await sp.outcome;
      await sp.lines.line(new RegExp(`^session ended: ${why}$`));
      const next = sendForTest(smsc.port, submitsTo('hi'));
      assert.equal((await next.outcome).figures.logins, 0);
    });
  }

  it('partial: half a frame and nothing after it', async (test) => {
    const smsc = await startSmscForTest(test, unreported);
    fault(smsc, { isPartial: true });
    const sp = sendForTest(smsc.port, submitsTo('hi'), { settings: { loginTimeoutMs: 50 } });
    await sp.outcome;
    await sp.lines.line(/^session ended: no CONNECT_RESP in time$/);
    const frame = Buffer.from('0000000c0000000800000001', 'hex');
    const bytes = await new Promise<Buffer>((resolve) => {
      const socket = connect(smsc.port, '127.0.0.1', () => socket.write(frame));
      socket.once('data', (bytes) => {
        socket.destroy();
        resolve(bytes);
      });
    });
    assert.equal(bytes.toString('hex'), '0000000d8000', 'half of an ACTIVE_TEST_RESP of 13 bytes');
  });

  it('slow-read: that its SUBMITs wait, and are all answered when it reads again', async (test) => {
    const smsc = await startSmscForTest(test, unreported);
    fault(smsc, { readBytesPerSecond: 1000 });
    const submits = Array.from({ length: 20 }, () => submitsTo('hi', {}, false)).flat();
    const sp = sendForTest(smsc.port, submits, { settings: { windowSize: 100 } });
    await sp.lines.line(/^SUBMIT_RESP 1:/);
    assert.ok(!sp.lines.all.some((line) => line.startsWith('SUBMIT_RESP 20:')));
    fault(smsc, undefined);
    assert.equal((await sp.outcome).isDelivered, true);
  });
});
