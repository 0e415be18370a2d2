import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ReportLedger } from '../../../src/simulator/sp/report-ledger.js';
import { isAccountedFor, isDelivered } from '../../../src/simulator/sp/sp-figures.js';
import { BenchServer } from './bench-server.js';

function reportOf(msgId: bigint, stat: string) {
  return { msgId, stat, submitTime: '', doneTime: '', destTerminalId: '', smscSequence: 0 };
}

describe('the ledger of reports', () => {
  it('matches every report with its SUBMIT_RESP, in whatever order they come', () => {
    const ids = fc.uniqueArray(fc.bigInt(0n, 1000n), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(ids, fc.infiniteStream(fc.nat()), (msgIds, order) => {
        const ledger = new ReportLedger();
        const steps = msgIds.flatMap((msgId) => [
          () => ledger.expect([msgId]),
          () => ledger.take(reportOf(msgId, 'DELIVRD')),
        ]);
        while (steps.length > 0) {
          const [step] = steps.splice((order.next().value ?? 0) % steps.length, 1);
          step?.();
        }
        assert.deepEqual(
          [ledger.asked, ledger.came, ledger.missing, ledger.unexpected],
          [msgIds.length, msgIds.length, 0, 0],
        );
        assert.deepEqual([...ledger.byStat], [['DELIVRD', msgIds.length]]);
      }),
    );
  });

  it('counts what is missing, and what comes twice or of nowhere', () => {
    const ledger = new ReportLedger();
    ledger.expect([1n, 2n]);
    for (const msgId of [1n, 1n, 3n]) ledger.take(reportOf(msgId, 'DELIVRD'));
    assert.deepEqual([ledger.missing, ledger.unexpected], [1, 2]);
  });

  it('waits on after a report that is not the last word', () => {
    const ledger = new ReportLedger();
    ledger.expect([1n]);
    ledger.take(reportOf(1n, 'ACCEPTD'));
    assert.equal(ledger.missing, 1);
    ledger.take(reportOf(1n, 'EXPIRED'));
    assert.deepEqual([...ledger.byStat], [['EXPIRED', 1]]);
  });

  it('expects an id twice where a gateway gives it twice', () => {
    const ledger = new ReportLedger();
    ledger.expect([7n]);
    ledger.expect([7n]);
    for (let time = 0; time < 2; time += 1) ledger.take(reportOf(7n, 'DELIVRD'));
    assert.deepEqual([ledger.missing, ledger.unexpected], [0, 0]);
  });
});

/** Sends one message to two numbers, and lets the server do what `serve` does with it. */
function figuresAfter(serve: (server: BenchServer, sequenceId: number) => void) {
  const server = new BenchServer().accept();
  server.submit(2);
  serve(server, server.take('submit').sequenceId);
  return server.figures;
}

describe('the figures of an SP', () => {
  const cases: {
    what: string;
    accounted: boolean;
    delivered: boolean;
    serve: (server: BenchServer, sequenceId: number) => void;
  }[] = [
    {
      what: 'an answer and all reports',
      accounted: true,
      delivered: true,
      serve: (server, sequenceId) => {
        server.say('submitResp', sequenceId, { msgId: 1n });
        server.report(1, 1n, 'DELIVRD');
        server.report(2, 2n, 'DELIVRD');
      },
    },
    {
      what: 'a report that overtakes the answer',
      accounted: true,
      delivered: true,
      serve: (server, sequenceId) => {
        server.report(1, 2n, 'DELIVRD');
        server.say('submitResp', sequenceId, { msgId: 1n });
        server.report(2, 1n, 'DELIVRD');
      },
    },
    {
      what: 'a report that says UNDELIV',
      accounted: true,
      delivered: false,
      serve: (server, sequenceId) => {
        server.say('submitResp', sequenceId, { msgId: 1n });
        server.report(1, 1n, 'DELIVRD');
        server.report(2, 2n, 'UNDELIV');
      },
    },
    {
      what: 'a report too few',
      accounted: false,
      delivered: false,
      serve: (server, sequenceId) => {
        server.say('submitResp', sequenceId, { msgId: 1n });
        server.report(1, 1n, 'DELIVRD');
      },
    },
    {
      what: 'a refusal',
      accounted: true,
      delivered: false,
      serve: (server, sequenceId) => server.say('submitResp', sequenceId, { result: 8 }),
    },
    {
      what: 'two answers',
      accounted: false,
      delivered: false,
      serve: (server, sequenceId) => {
        server.say('submitResp', sequenceId, { result: 8 });
        server.say('submitResp', sequenceId, { result: 8 });
      },
    },
    { what: 'no answer', accounted: false, delivered: false, serve: (server) => server.clock.advance(60_000) },
    {
      what: 'the loss of the session',
      accounted: false,
      delivered: false,
      serve: (server) => server.session.disconnected('closed by the server'),
    },
  ];
  for (const { what, accounted, delivered, serve } of cases) {
    it(`say after ${what}: ${accounted ? '' : 'not '}accounted for, ${delivered ? '' : 'not '}delivered`, () => {
      const figures = figuresAfter(serve);
      assert.equal(isAccountedFor(figures), accounted);
      assert.equal(isDelivered(figures), delivered);
      assert.equal(figures.submitted, figures.answered + figures.unanswered);
    });
  }
});
