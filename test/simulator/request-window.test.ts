import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RequestWindow } from '../../src/simulator/request-window.js';
import { FakeClock } from '../support/fake-clock.js';

const limits = { windowSize: 3, answerTimeoutMs: 100, tries: 2 };

function bench() {
  const clock = new FakeClock();
  const sent: string[] = [];
  const gaveUp: string[] = [];
  let sequenceId = 0;
  const window = new RequestWindow<string>(limits, {
    clock,
    nextSequenceId: () => (sequenceId += 1),
    send: (item, id, attempt) => void sent.push(`${item} ${id} ${attempt} @${clock.nowMs()}`),
    gaveUp: (item) => void gaveUp.push(`${item} @${clock.nowMs()}`),
  });
  return { clock, window, sent, gaveUp };
}

describe('a window of requests', () => {
  it('sends each again after its own time, under its own number, and gives it up after the last', () => {
    const { clock, window, sent, gaveUp } = bench();
    window.push('a');
    clock.advance(30);
    window.push('b');
    clock.advance(1000);
    assert.deepEqual(sent, ['a 1 1 @0', 'b 2 1 @30', 'a 1 2 @100', 'b 2 2 @130']);
    assert.deepEqual(gaveUp, ['a @200', 'b @230']);
    assert.equal(clock.pending, 0);
  });

  it('makes room for the next by an answer and by giving up', () => {
    const { clock, window, sent } = bench();
    for (const item of ['a', 'b', 'c', 'd', 'e']) window.push(item);
    assert.equal(sent.length, 3);
    assert.deepEqual(window.answer(2), { item: 'b', waitedMs: 0 });
    assert.equal(sent.at(-1), 'd 4 1 @0');
    clock.advance(200);
    assert.equal(sent.at(-1), 'e 5 1 @200');
  });

  it('loses nothing: every request is answered, given up, or taken out', () => {
    const step = fc.oneof(
      fc.constant({ kind: 'push' } as const),
      fc.nat(40).map((sequenceId) => ({ kind: 'answer', sequenceId }) as const),
      fc.nat(150).map((ms) => ({ kind: 'wait', ms }) as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, window, gaveUp } = bench();
        let pushed = 0;
        let answered = 0;
        for (const step of steps) {
          if (step.kind === 'push') window.push(`r${(pushed += 1)}`);
          else if (step.kind === 'answer') answered += window.answer(step.sequenceId) === undefined ? 0 : 1;
          else clock.advance(step.ms);
          assert.ok(window.inFlightNow <= limits.windowSize);
          assert.ok(window.waitingNow === 0 || window.inFlightNow === limits.windowSize, 'nobody waits for nothing');
        }
        const left = window.takeUnsent().length + window.takeUnanswered().length;
        assert.equal(answered + gaveUp.length + left, pushed);
        assert.equal(clock.pending, 0);
      }),
    );
  });
});
