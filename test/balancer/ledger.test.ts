import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Ledger, MAX_UNANSWERED, UNASKED } from '../../src/balancer/ledger.js';
import { CommandId } from '../../src/cmpp/header.js';

const { submit, activeTest } = CommandId;

function waitingIn(ledger: Ledger): [number, number][] {
  const waiting: [number, number][] = [];
  ledger.each((commandId, askedAtMs) => waiting.push([commandId, askedAtMs]));
  return waiting;
}

describe('Ledger', () => {
  it('settles requests that share a Sequence_Id one by one, the oldest first', () => {
    const ledger = new Ledger();
    for (const nowMs of [10, 20, 30]) ledger.asked(2002, submit, nowMs);
    for (const [waitedMs, oldestMs] of [
      [90, 20],
      [80, 30],
      [70, undefined],
    ] as const) {
      assert.equal(ledger.answered(2002, submit, 100), waitedMs * 1000);
      assert.equal(ledger.oldestMs, oldestMs);
    }
    assert.equal(ledger.answered(2002, submit, 100), UNASKED);
  });

  it('does not take an answer for a request of another command or sequence', () => {
    const ledger = new Ledger();
    ledger.asked(1, submit, 0);
    assert.equal(ledger.answered(1, activeTest, 1), UNASKED);
    assert.equal(ledger.answered(2, submit, 1), UNASKED);
    assert.equal(ledger.unanswered, 1);
  });

  it('agrees with a plain list whatever is asked and answered in whatever order', () => {
    const step = fc.record({ ask: fc.boolean(), sequenceId: fc.nat(12), commandId: fc.constantFrom(4, 5, 8) });
    // Far more than a window: then it searches by other means.
    const first = fc.array(fc.nat(200), { maxLength: 100 });
    fc.assert(
      fc.property(first, fc.array(step, { maxLength: 300 }), (asked, more) => {
        const steps = [...asked.map((sequenceId) => ({ ask: true, sequenceId, commandId: 4 })), ...more];
        const ledger = new Ledger();
        const list: { sequenceId: number; commandId: number; nowMs: number }[] = [];
        for (const [nowMs, { ask, sequenceId, commandId }] of steps.entries()) {
          if (ask) {
            ledger.asked(sequenceId, commandId, nowMs);
            list.push({ sequenceId, commandId, nowMs });
          } else {
            const at = list.findIndex((entry) => entry.sequenceId === sequenceId && entry.commandId === commandId);
            const [settled] = at >= 0 ? list.splice(at, 1) : [];
            const waitedUs = settled === undefined ? UNASKED : (nowMs - settled.nowMs) * 1000;
            assert.equal(ledger.answered(sequenceId, commandId, nowMs), waitedUs);
          }
          const isThere = list.some((entry) => entry.sequenceId === sequenceId && entry.commandId === commandId);
          assert.equal(ledger.has(sequenceId, commandId), isThere);
          assert.equal(ledger.unanswered, list.length);
          assert.equal(ledger.oldestMs, list[0]?.nowMs);
          assert.deepEqual(
            waitingIn(ledger),
            list.map((entry) => [entry.commandId, entry.nowMs]),
          );
        }
      }),
    );
  });

  it('forgets the oldest requests, and counts them, when a peer leaves too many unanswered', () => {
    const ledger = new Ledger();
    for (let sequenceId = 0; sequenceId < MAX_UNANSWERED + 3; sequenceId += 1) {
      ledger.asked(sequenceId, submit, sequenceId);
    }
    assert.equal(ledger.unanswered, MAX_UNANSWERED);
    assert.equal(ledger.forgotten, 3);
    assert.deepEqual(waitingIn(ledger)[0], [submit, 3]);
    assert.equal(ledger.answered(2, submit, MAX_UNANSWERED), UNASKED);
    assert.equal(ledger.answered(3, submit, MAX_UNANSWERED), (MAX_UNANSWERED - 3) * 1000);
  });

  it('tells no time that is too long for a small number', () => {
    const ledger = new Ledger();
    ledger.asked(1, submit, 0);
    assert.equal(ledger.answered(1, submit, 0.0019), 1);
    ledger.asked(1, submit, 0);
    assert.equal(ledger.answered(1, submit, 3.6e9), 2 ** 31 - 1);
  });

  it('finds what is answered among many that wait, for as long as that goes on', () => {
    const ledger = new Ledger();
    const asked: number[] = [];
    for (let sequenceId = 0; sequenceId < 50_000; sequenceId += 1) {
      ledger.asked(sequenceId, submit, 0);
      asked.push(sequenceId);
      // The one in the middle of 200, so that there are always some before it and behind it.
      const [settled] = asked.length > 200 ? asked.splice(100, 1) : [];
      if (settled !== undefined) assert.equal(ledger.answered(settled, submit, 1), 1000);
    }
    assert.equal(ledger.unanswered, 200);
    for (const sequenceId of asked.toReversed()) assert.equal(ledger.answered(sequenceId, submit, 1), 1000);
    assert.equal(ledger.unanswered, 0);
  });

  it('stays small behind one request that is never answered', () => {
    const ledger = new Ledger();
    ledger.asked(0, submit, 0);
    for (let sequenceId = 1; sequenceId < 100_000; sequenceId += 1) {
      ledger.asked(sequenceId, submit, sequenceId);
      assert.equal(ledger.answered(sequenceId, submit, sequenceId), 0);
    }
    assert.equal(ledger.unanswered, 1);
    assert.equal(ledger.oldestMs, 0);
  });
});
