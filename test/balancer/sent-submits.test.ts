import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SentSubmits } from '../../src/balancer/sent-submits.js';

/** Takes all, in the order in which these Sequence_Ids are asked for. */
function takeAll(sent: SentSubmits, sequenceIds: readonly number[]): (number | undefined)[] {
  return sequenceIds.map((sequenceId) => sent.take(sequenceId)?.[0]);
}

function frameOf(mark: number): Uint8Array {
  return new Uint8Array(400 * 1024).fill(mark);
}

describe('SUBMITs that are kept to be sent again', () => {
  it('are what a plain list would have, whatever is sent and answered in whatever order', () => {
    const step = fc.record({ isSent: fc.boolean(), sequenceId: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const sent = new SentSubmits();
        const list: { sequenceId: number; mark: number }[] = [];
        for (const [mark, { isSent, sequenceId }] of steps.entries()) {
          if (isSent) {
            sent.keep(sequenceId, Uint8Array.of(mark));
            list.push({ sequenceId, mark });
          } else {
            const at = list.findIndex((entry) => entry.sequenceId === sequenceId);
            const [taken] = at >= 0 ? list.splice(at, 1) : [];
            assert.equal(sent.take(sequenceId)?.[0], taken?.mark);
          }
        }
        const sequenceIds = list.map(({ sequenceId }) => sequenceId);
        assert.deepEqual(
          takeAll(sent, sequenceIds),
          list.map(({ mark }) => mark),
        );
        assert.deepEqual(takeAll(sent, [0, 1, 2, 3, 4]), Array.from({ length: 5 }));
      }),
    );
  });

  it('are 1 MB at most: the oldest beyond it are not kept', () => {
    const sent = new SentSubmits();
    sent.keep(7, frameOf(1));
    sent.keep(8, frameOf(2));
    sent.keep(7, frameOf(3));
    assert.deepEqual(takeAll(sent, [7, 7, 8]), [3, undefined, 2]);
    for (const mark of [4, 5]) sent.keep(9, frameOf(mark));
    sent.clear();
    assert.deepEqual(takeAll(sent, [9, 9]), [undefined, undefined]);
  });
});
