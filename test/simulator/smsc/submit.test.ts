import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { msgIdParts, msgIdsOfGroup } from '../../../src/cmpp/msg-id.js';
import { frameOf, makePdu } from '../../../src/cmpp/pdu.js';
import { readStatusReport } from '../../../src/cmpp/status-report.js';
import { VERSIONS } from '../../../src/cmpp/version.js';
import { NO_FAULTS } from '../../../src/simulator/smsc/fault.js';
import { BenchGateway } from './bench-gateway.js';
import type { BenchSp } from './bench-gateway.js';

/** The report that the next DELIVER brings. */
function takeReport(sp: BenchSp) {
  const deliver = sp.take('deliver');
  assert.equal(deliver.registeredDelivery, 1);
  const read = readStatusReport(deliver.msgContent);
  assert.ok(read.kind === 'report');
  return { deliver, report: read.report, lengthBytes: deliver.msgContent.length };
}

describe('a SUBMIT at the SMSC simulator', () => {
  for (const version of VERSIONS) {
    it(`is answered in ${version} with an id that says when and where, and then reported`, () => {
      const bench = new BenchGateway({ reports: { delayMs: 1000, stat: 'DELIVRD' } });
      const sp = bench.login(version);
      const sequenceId = sp.submit();
      const answer = sp.take('submitResp');
      assert.equal(answer.sequenceId, sequenceId);
      assert.equal(answer.result, 0);
      const time = { month: 11, day: 22, hour: 3, minute: 34, second: 26 };
      assert.deepEqual(msgIdParts(answer.msgId), { ...time, gatewayCode: 5, sequence: 1 });
      bench.clock.advance(999);
      assert.deepEqual(sp.takeAll(), []);
      bench.clock.advance(1);
      const { deliver, report, lengthBytes } = takeReport(sp);
      assert.equal(lengthBytes, version === '2.0' ? 60 : 71);
      assert.deepEqual(report, {
        msgId: answer.msgId,
        stat: 'DELIVRD',
        submitTime: '2611220334',
        doneTime: '2611220334',
        destTerminalId: '13800138000',
        smscSequence: 1,
      });
      assert.equal(deliver.destId, '10690001');
      assert.equal(deliver.serviceId, 'TEST');
      assert.equal(deliver.srcTerminalId, '13800138000');
      assert.notEqual(deliver.msgId, answer.msgId);
    });
  }

  it('to a group gets one id, and a report for each destination with its own id of the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 5 }), (count, submits) => {
        const bench = new BenchGateway({ reports: { delayMs: 0, stat: 'UNDELIV' } });
        const sp = bench.login('3.0');
        const ids = new Set<bigint>();
        for (let index = 0; index < submits; index += 1) {
          sp.submit({ destTerminalIds: Array.from({ length: count }, (_, at) => String(13800000000 + at)) });
          const expected = msgIdsOfGroup(sp.take('submitResp').msgId, count);
          for (const [at, msgId] of expected.entries()) {
            const { deliver, report } = takeReport(sp);
            sp.say('deliverResp', deliver.sequenceId, { msgId: deliver.msgId });
            assert.equal(report.msgId, msgId);
            assert.equal(report.destTerminalId, String(13800000000 + at));
            assert.equal(report.stat, 'UNDELIV');
            ids.add(msgId).add(deliver.msgId);
          }
        }
        assert.equal(ids.size, 2 * submits * count, 'no id is given twice');
      }),
      { numRuns: 30 },
    );
  });

  it('is not reported when it does not ask for it, or nobody is to be reported to', () => {
    for (const [registeredDelivery, reports] of [
      [0, { delayMs: 0, stat: 'DELIVRD' }],
      [1, undefined],
    ] as const) {
      const sp = new BenchGateway({ reports }).login('3.0');
      sp.submit({ registeredDelivery });
      assert.equal(sp.take('submitResp').result, 0);
      assert.deepEqual(sp.takeAll(), []);
    }
  });

  it('may reuse a Sequence_Id: each is answered', () => {
    const bench = new BenchGateway({ reports: undefined });
    const sp = bench.login('2.0');
    for (let part = 0; part < 3; part += 1) sp.say('submit', 7, { destTerminalIds: ['13800138000'] });
    assert.deepEqual(
      [0, 1, 2].map(() => sp.take('submitResp').sequenceId),
      [7, 7, 7],
    );
  });

  const refusals = [
    { why: 'no destination', values: { destTerminalIds: [] }, result: 1 },
    { why: 'too long a content', values: { msgFmt: 8, msgContent: new Uint8Array(142) }, result: 6 },
  ];
  for (const { why, values, result } of refusals) {
    it(`with ${why} is refused with result ${result} and not reported`, () => {
      const bench = new BenchGateway({ reports: { delayMs: 0, stat: 'DELIVRD' } });
      const sp = bench.login('3.0');
      if (values.destTerminalIds?.length === 0) sp.receive(withoutDestination());
      else sp.submit(values);
      assert.equal(sp.take('submitResp').result, result);
      assert.deepEqual(sp.takeAll(), []);
    });
  }

  it('that cannot be read is refused with result 1, and the session goes on', () => {
    const bench = new BenchGateway();
    const sp = bench.login('3.0');
    const frame = frameOf(makePdu('submit', 9, { destTerminalIds: ['13800138000'] }), '2.0');
    sp.receive(frame);
    const answer = sp.take('submitResp');
    assert.deepEqual([answer.sequenceId, answer.result, answer.msgId], [9, 1, 0n]);
    assert.equal(bench.gateway.counts.badFrames, 1);
    sp.submit();
    assert.equal(sp.take('submitResp').result, 0);
  });

  it('is refused with the result of the fault, and not reported', () => {
    const bench = new BenchGateway({ reports: { delayMs: 0, stat: 'DELIVRD' } });
    const sp = bench.login('2.0');
    bench.gateway.faults = { ...NO_FAULTS, submitResult: 8 };
    sp.submit();
    const { result, msgId } = sp.take('submitResp');
    assert.deepEqual([result, msgId], [8, 0n]);
    assert.deepEqual(sp.takeAll(), []);
  });
});

function withoutDestination(): Uint8Array {
  const frame = frameOf(makePdu('submit', 1, { destTerminalIds: [''] }), '3.0');
  const destinationsAt = 140;
  const shorter = Buffer.concat([frame.subarray(0, destinationsAt + 1), frame.subarray(destinationsAt + 33)]);
  shorter.writeUInt32BE(shorter.length, 0);
  shorter[destinationsAt] = 0;
  return shorter;
}

describe('CANCEL and QUERY at the SMSC simulator', () => {
  it('cancels a message that is not reported yet, whose report then says so', () => {
    const bench = new BenchGateway({ reports: { delayMs: 1000, stat: 'DELIVRD' } });
    const sp = bench.login('3.0');
    sp.submit();
    const { msgId } = sp.take('submitResp');
    sp.request('cancel', { msgId });
    assert.equal(sp.take('cancelResp').successId, 0);
    bench.clock.advance(1000);
    assert.equal(takeReport(sp).report.stat, 'DELETED');
    sp.request('cancel', { msgId });
    assert.equal(sp.take('cancelResp').successId, 1);
  });

  it('does not cancel what another account sent', () => {
    const bench = new BenchGateway();
    const sp = bench.login('3.0', '900001');
    sp.submit();
    const other = bench.login('3.0', '900002');
    other.request('cancel', { msgId: sp.take('submitResp').msgId });
    assert.equal(other.take('cancelResp').successId, 1);
  });

  it("counts the account's messages of today", () => {
    const bench = new BenchGateway({ reports: { delayMs: 1000, stat: 'DELIVRD' } });
    const sp = bench.login('3.0');
    sp.submit({ destTerminalIds: ['13800138000', '13800138001'] });
    bench.clock.advance(1000);
    sp.submit();
    sp.takeAll();
    sp.request('query', { time: '20261122' });
    const { time, mtTlMsg, mtTlUsr, mtScs, mtWt } = sp.take('queryResp');
    assert.deepEqual(
      { time, mtTlMsg, mtTlUsr, mtScs, mtWt },
      { time: '20261122', mtTlMsg: 2, mtTlUsr: 3, mtScs: 2, mtWt: 1 },
    );
    sp.request('query', { time: '20261121' });
    assert.equal(sp.take('queryResp').mtTlMsg, 0);
  });
});
