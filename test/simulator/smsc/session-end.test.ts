import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HEADER_BYTES, writeHeader } from '../../../src/cmpp/header.js';
import { frameOf, makePdu } from '../../../src/cmpp/pdu.js';
import { BenchGateway } from './bench-gateway.js';

describe('a session at the SMSC simulator', () => {
  it('answers ACTIVE_TEST, and TERMINATE with its end', () => {
    const bench = new BenchGateway();
    const sp = bench.login('3.0');
    assert.equal(sp.request('activeTest'), sp.take('activeTestResp').sequenceId);
    assert.equal(sp.request('terminate'), sp.take('terminateResp').sequenceId);
    assert.equal(sp.isEnded, true);
    assert.deepEqual(bench.events.at(-1), {
      kind: 'logout',
      account: '900001',
      why: 'terminated by the SP',
      submits: 0,
    });
    assert.equal(bench.clock.pending, 0);
  });

  it('is tested when it is silent, and terminated when three tests are not answered', () => {
    const bench = new BenchGateway({ heartbeat: { idleMs: 180_000, answerTimeoutMs: 60_000, tries: 3 } });
    const sp = bench.login('3.0');
    bench.clock.advance(180_000);
    sp.take('activeTest');
    bench.clock.advance(60_000);
    sp.take('activeTest');
    bench.clock.advance(60_000);
    sp.take('activeTest');
    bench.clock.advance(60_000);
    sp.take('terminate');
    bench.clock.advance(2000);
    assert.equal(sp.isEnded, true);
    const logout = { kind: 'logout', account: '900001', why: 'no answer to ACTIVE_TEST', submits: 0 };
    assert.deepEqual(bench.events.at(-1), logout);
  });

  it('goes on when a test is answered, also without the reserved byte, or when anything else comes', () => {
    const bench = new BenchGateway({ heartbeat: { idleMs: 180_000, answerTimeoutMs: 60_000, tries: 3 } });
    const sp = bench.login('3.0');
    bench.clock.advance(240_000);
    sp.take('activeTest');
    const { sequenceId } = sp.take('activeTest');
    sp.receive(
      frameOf(makePdu('activeTestResp', sequenceId), '3.0').subarray(0, HEADER_BYTES).slice().fill(HEADER_BYTES, 3, 4),
    );
    bench.clock.advance(179_000);
    sp.request('activeTest');
    sp.take('activeTestResp');
    bench.clock.advance(179_999);
    assert.deepEqual(sp.takeAll(), []);
    bench.clock.advance(1);
    sp.take('activeTest');
  });

  it('that the gateway terminates still takes answers, and ends with TERMINATE_RESP', () => {
    const bench = new BenchGateway({ reports: { delayMs: 0, stat: 'DELIVRD' } });
    const sp = bench.login('3.0');
    sp.submit();
    sp.take('submitResp');
    const deliver = sp.take('deliver');
    sp.session?.terminate();
    const terminate = sp.take('terminate');
    sp.say('deliverResp', deliver.sequenceId);
    assert.equal(sp.isEnded, false);
    sp.say('terminateResp', terminate.sequenceId);
    assert.equal(sp.isEnded, true);
    assert.equal(bench.gateway.counts.reportsTaken, 1);
    assert.equal(bench.mailroom.waitingNow, 0);
    assert.equal(bench.clock.pending, 0);
  });

  it('that the gateway terminates hands its unanswered DELIVERs on', () => {
    const bench = new BenchGateway({ reports: { delayMs: 0, stat: 'DELIVRD' } });
    const sp = bench.login('3.0');
    sp.submit();
    sp.session?.terminate();
    bench.clock.advance(2000);
    assert.equal(sp.isEnded, true);
    assert.equal(bench.mailroom.waitingNow, 1);
  });

  it('answers a request that only gateways send with result 2, and goes on', () => {
    const sp = new BenchGateway().login('3.0');
    sp.request('deliver', { msgId: 7n });
    const { result, msgId } = sp.take('deliverResp');
    assert.deepEqual([result, msgId], [2, 7n]);
    sp.request('fwd', { destIds: ['13800138000'] });
    assert.equal(sp.take('fwdResp').result, 2);
    assert.equal(sp.isEnded, false);
  });

  it('is terminated over a command that nobody knows', () => {
    const sp = new BenchGateway().login('3.0');
    const frame = new Uint8Array(HEADER_BYTES);
    writeHeader(frame, 0x77, 1);
    sp.receive(frame);
    sp.take('terminate');
  });

  it('is terminated and closed over a stream that cannot be read', () => {
    const bench = new BenchGateway();
    const sp = bench.login('3.0');
    sp.session?.receiveFault({ kind: 'length-too-large', lengthBytes: 0x47455420, limitBytes: 8192, startsAt: 0 });
    sp.take('terminate');
    assert.equal(sp.isEnded, true);
    assert.equal(bench.clock.pending, 0);
  });

  it('counts answers to nothing that was asked, and goes on', () => {
    const bench = new BenchGateway();
    const sp = bench.login('3.0');
    sp.say('deliverResp', 12345);
    sp.say('submitResp', 1);
    sp.say('terminateResp', 2);
    assert.equal(bench.gateway.counts.unknownAnswers, 3);
    assert.equal(sp.isEnded, false);
  });
});
