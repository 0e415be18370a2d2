import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAuthentic } from '../../../src/cmpp/authenticator.js';
import { frameOf, makePdu } from '../../../src/cmpp/pdu.js';
import { VERSIONS } from '../../../src/cmpp/version.js';
import { BenchServer } from './bench-server.js';

describe('a session of the SP', () => {
  it('logs in with a proof of its secret at the time in China', () => {
    const server = new BenchServer('3.0', { version: '2.0' });
    const connect = server.take('connect');
    assert.equal(connect.sourceAddr, '900001');
    assert.equal(connect.version, 0x20);
    assert.equal(connect.timestamp, 1122033426);
    assert.ok(isAuthentic(connect, 'opensesame'));
  });

  for (const version of VERSIONS) {
    it(`goes on in ${version} when the server answers so, whatever it asked for`, () => {
      const server = new BenchServer(version, { version: version === '2.0' ? '3.0' : '2.0' });
      server.say('connectResp', server.take('connect').sequenceId);
      assert.deepEqual(server.events, [{ kind: 'logged-in', account: '900001', version }]);
      server.submit();
      assert.deepEqual(server.take('submit').destTerminalIds, ['13800138000']);
    });
  }

  it('ends when its login is refused, and when it is not answered', () => {
    const refused = new BenchServer();
    refused.say('connectResp', refused.take('connect').sequenceId, { status: 3 });
    assert.deepEqual(refused.events, [
      { kind: 'login-refused', account: '900001', status: 3 },
      { kind: 'ended', why: 'login refused' },
    ]);
    const unanswered = new BenchServer('3.0', { loginTimeoutMs: 10_000 });
    unanswered.clock.advance(10_000);
    assert.deepEqual(unanswered.events, [{ kind: 'ended', why: 'no CONNECT_RESP in time' }]);
    for (const server of [refused, unanswered]) {
      assert.equal(server.isEnded, true);
      assert.equal(server.clock.pending, 0);
    }
  });

  it('measures how long each answer took, in whatever order they come', () => {
    const server = new BenchServer().accept();
    server.submit();
    server.clock.advance(5);
    server.submit();
    const [first, second] = server.takeAll();
    server.clock.advance(10);
    server.say('submitResp', second?.sequenceId ?? 0, { msgId: 2n });
    server.say('submitResp', first?.sequenceId ?? 0, { msgId: 1n, result: 8 });
    const answers = server.events.flatMap((event) => (event.kind === 'answered' ? [event] : []));
    assert.deepEqual(
      answers.map(({ submission, msgId, result, waitedMs }) => [submission.number, msgId, result, waitedMs]),
      [
        [2, 2n, 0, 10],
        [1, 1n, 8, 15],
      ],
    );
  });

  it('knows an answer that comes twice, late, or that it never asked for', () => {
    const server = new BenchServer('3.0', { answerTimeoutMs: 60_000, heartbeat: undefined }).accept();
    server.submit();
    server.submit();
    const [answered, late] = server.takeAll().map(({ sequenceId }) => sequenceId);
    assert.ok(answered !== undefined && late !== undefined);
    server.say('submitResp', answered);
    server.say('submitResp', answered);
    server.clock.advance(60_000);
    server.say('submitResp', late);
    server.say('submitResp', late);
    server.say('submitResp', (late + 1) >>> 0);
    const surplus = server.events.flatMap((event) => (event.kind === 'surplus-answer' ? [event.why] : []));
    assert.deepEqual(surplus, ['duplicate', 'late', 'duplicate', 'unknown']);
    assert.equal(server.figures.unanswered, 1);
  });

  it('keeps to its window', () => {
    const server = new BenchServer('3.0', { windowSize: 2 }).accept();
    for (let index = 0; index < 4; index += 1) server.submit();
    const [first] = server.takeAll();
    assert.equal(server.session.inFlightNow, 2);
    assert.equal(server.session.hasRoom, false);
    server.say('submitResp', first?.sequenceId ?? 0);
    assert.equal(server.takeAll().length, 1);
  });

  it('answers every DELIVER under its own ids, and reads reports of either layout', () => {
    const server = new BenchServer('3.0').accept();
    server.say('deliver', 77, { msgId: 5n, srcTerminalId: '13900000000', msgContent: Uint8Array.of(0x68) });
    const answer = server.take('deliverResp');
    assert.deepEqual([answer.sequenceId, answer.msgId, answer.result], [77, 5n, 0]);
    server.report(78, 9n, 'DELIVRD', '2.0');
    server.report(79, 9n, 'UNDELIV', '3.0');
    assert.deepEqual(
      server.takeAll().map((pdu) => (pdu.command === 'deliverResp' ? pdu.result : pdu.command)),
      [0, 0],
    );
    const kinds = server.events.map((event) => (event.kind === 'report' ? event.report.stat : event.kind));
    assert.deepEqual(kinds, ['message', 'DELIVRD', 'UNDELIV']);
  });

  it('answers what it cannot read with result 1', () => {
    const server = new BenchServer('3.0').accept();
    server.say('deliver', 80, { registeredDelivery: 1, msgContent: new Uint8Array(59) });
    assert.equal(server.take('deliverResp').result, 1);
    const frame = frameOf(makePdu('deliver', 81), '2.0');
    server.session.receive(frame);
    const answer = server.take('deliverResp');
    assert.deepEqual([answer.sequenceId, answer.result], [81, 1]);
    assert.equal(server.figures.wrong, 2);
  });

  it('answers ACTIVE_TEST, and sends its own when the server is silent', () => {
    const heartbeat = { idleMs: 60_000, answerTimeoutMs: 20_000, tries: 2 };
    const server = new BenchServer('3.0', { heartbeat }).accept();
    server.say('activeTest', 5);
    assert.equal(server.take('activeTestResp').sequenceId, 5);
    server.clock.advance(60_000);
    server.say('activeTestResp', server.take('activeTest').sequenceId);
    server.clock.advance(60_000);
    server.take('activeTest');
    server.clock.advance(20_000);
    server.take('activeTest');
    server.clock.advance(20_000);
    server.take('terminate');
    server.clock.advance(2000);
    assert.deepEqual(server.events.at(-1), { kind: 'ended', why: 'no answer to ACTIVE_TEST' });
  });

  it('ends with TERMINATE and its answer, which it waits for no longer than it must', () => {
    for (const isAnswered of [true, false]) {
      const server = new BenchServer('3.0', { terminateTimeoutMs: 2000 }).accept();
      server.session.terminate();
      const { sequenceId } = server.take('terminate');
      if (isAnswered) server.say('terminateResp', sequenceId);
      else server.clock.advance(2000);
      assert.equal(server.isEnded, true);
      assert.deepEqual(server.events, [{ kind: 'ended', why: 'terminated by the SP' }]);
      assert.equal(server.clock.pending, 0);
    }
  });

  it('says of every SUBMIT what became of it when the session is lost', () => {
    const server = new BenchServer('3.0', { windowSize: 2 }).accept();
    for (let index = 0; index < 3; index += 1) server.submit();
    server.session.disconnected('reset by the server');
    assert.deepEqual(
      server.events.slice(-4).map((event) => ('why' in event ? [event.kind, event.why] : [])),
      [
        ['unanswered', 'the session ended'],
        ['unanswered', 'the session ended'],
        ['unanswered', 'the session ended before it was sent'],
        ['ended', 'reset by the server'],
      ],
    );
    const { submitted, unanswered, unsent, sessionsLost } = server.figures;
    assert.deepEqual(
      { submitted, unanswered, unsent, sessionsLost },
      { submitted: 2, unanswered: 2, unsent: 1, sessionsLost: 1 },
    );
    assert.equal(server.clock.pending, 0);
  });

  it("answers the server's TERMINATE and ends", () => {
    const server = new BenchServer().accept();
    server.say('terminate', 3);
    assert.equal(server.take('terminateResp').sequenceId, 3);
    assert.equal(server.isEnded, true);
    assert.deepEqual(server.events, [{ kind: 'ended', why: 'terminated by the server' }]);
  });

  it('ends over a stream that cannot be read', () => {
    const server = new BenchServer().accept();
    server.session.receiveFault({ kind: 'length-too-small', lengthBytes: 3, limitBytes: 12, startsAt: 0 });
    assert.equal(server.isEnded, true);
    assert.deepEqual(server.events.at(-1), { kind: 'ended', why: 'unreadable bytes from the server' });
  });
});
