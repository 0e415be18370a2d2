import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText } from '../../../src/cmpp/text.js';
import { readUserData } from '../../../src/cmpp/user-data-header.js';
import { BenchGateway } from './bench-gateway.js';
import type { BenchSp } from './bench-gateway.js';

const atOnce = { delayMs: 0, stat: 'DELIVRD' };

function submitOf(sp: BenchSp, count: number): void {
  for (let index = 0; index < count; index += 1) {
    sp.submit();
    sp.take('submitResp');
  }
}

describe('the DELIVERs of the SMSC simulator', () => {
  it('are at most as many without an answer as the window allows', () => {
    const window = { windowSize: 3, answerTimeoutMs: 60_000, tries: 3 };
    const bench = new BenchGateway({ reports: atOnce, window });
    const sp = bench.login('3.0');
    for (let index = 0; index < 5; index += 1) sp.submit();
    const delivers = sp.takeAll().filter((pdu) => pdu.command === 'deliver');
    assert.equal(delivers.length, 3);
    sp.say('deliverResp', delivers[1]?.sequenceId ?? 0);
    assert.equal(sp.takeAll().length, 1);
  });

  it('are sent three times, a minute apart, and then given up', () => {
    const bench = new BenchGateway({ reports: atOnce, heartbeat: undefined });
    const sp = bench.login('3.0');
    sp.submit();
    sp.take('submitResp');
    const first = sp.take('deliver');
    for (let again = 0; again < 2; again += 1) {
      bench.clock.advance(59_999);
      assert.deepEqual(sp.takeAll(), []);
      bench.clock.advance(1);
      assert.deepEqual(sp.take('deliver'), first);
    }
    bench.clock.advance(60_000);
    assert.deepEqual(sp.takeAll(), []);
    assert.deepEqual(bench.events.at(-1), { kind: 'deliver-given-up', account: '900001' });
    const { reports, sentAgain, gaveUp } = bench.gateway.counts;
    assert.deepEqual({ reports, sentAgain, gaveUp }, { reports: 1, sentAgain: 2, gaveUp: 1 });
  });

  it('come again later when the SP answers that it has too many', () => {
    const bench = new BenchGateway({ reports: atOnce, heartbeat: undefined });
    const sp = bench.login('3.0');
    sp.submit();
    sp.take('submitResp');
    const first = sp.take('deliver');
    sp.say('deliverResp', first.sequenceId, { result: 8 });
    bench.clock.advance(60_000);
    assert.deepEqual(sp.take('deliver'), first);
    sp.say('deliverResp', first.sequenceId);
    bench.clock.advance(600_000);
    assert.deepEqual(sp.takeAll(), []);
    assert.equal(bench.gateway.counts.reportsTaken, 1);
  });

  it('that the SP refuses are not sent again', () => {
    const bench = new BenchGateway({ reports: atOnce, heartbeat: undefined });
    const sp = bench.login('2.0');
    sp.submit();
    sp.take('submitResp');
    sp.say('deliverResp', sp.take('deliver').sequenceId, { result: 9 });
    bench.clock.advance(600_000);
    assert.deepEqual(sp.takeAll(), []);
    assert.deepEqual(bench.events.at(-1), { kind: 'deliver-refused', account: '900001', result: 9 });
  });

  it("go to the account's other session when the first ends without an answer", () => {
    const bench = new BenchGateway({ reports: { delayMs: 1000, stat: 'DELIVRD' } });
    const first = bench.login('3.0');
    const stranger = bench.login('3.0', '900002');
    const second = bench.login('2.0');
    submitOf(first, 2);
    bench.clock.advance(1000);
    const [answered] = first.takeAll();
    first.say('deliverResp', answered?.sequenceId ?? 0);
    first.session?.disconnected();
    assert.equal(second.take('deliver').msgContent.length, 60);
    assert.deepEqual(second.takeAll(), []);
    assert.deepEqual(stranger.takeAll(), []);
  });

  it('wait for the account when none of its sessions is left', () => {
    const bench = new BenchGateway({ reports: { delayMs: 1000, stat: 'DELIVRD' } });
    const first = bench.login('3.0');
    submitOf(first, 2);
    first.session?.disconnected();
    bench.clock.advance(1000);
    assert.equal(bench.mailroom.waitingNow, 2);
    const second = bench.login('3.0');
    assert.equal(second.takeAll().length, 2);
    assert.equal(bench.mailroom.waitingNow, 0);
  });

  it('bring what phones write, long texts in parts', () => {
    const bench = new BenchGateway();
    const sp = bench.login('3.0');
    const text = '您好'.repeat(50);
    assert.equal(sp.session?.open?.deliverText('13900000000', text), undefined);
    const parts = sp.takeAll();
    assert.equal(parts.length, 2);
    const bodies = parts.map((pdu) => {
      assert.ok(pdu.command === 'deliver' && pdu.registeredDelivery === 0 && pdu.srcTerminalId === '13900000000');
      return decodeText(readUserData(pdu.tpUdhi, pdu.msgContent).body, pdu.msgFmt);
    });
    assert.equal(bodies.join(''), text);
  });

  it('of phones that write all the time stop while the SP does not answer, and when it leaves', () => {
    const window = { windowSize: 4, answerTimeoutMs: 1e9, tries: 1 };
    const bench = new BenchGateway({ mobileOriginatedPerSecond: 2, window, heartbeat: undefined });
    const sp = bench.login('3.0');
    bench.clock.advance(10_000);
    assert.equal(sp.takeAll().length, 4);
    sp.session?.disconnected();
    assert.equal(bench.clock.pending, 0);
  });
});
