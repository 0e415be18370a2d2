import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Rate } from '../../src/stats/rate.js';

/** The rate at a moment when something happened at those. */
function rateAt(nowMs: number, happenedAtMs: readonly number[]): number {
  const rate = new Rate();
  for (const atMs of happenedAtMs) rate.count(atMs);
  return rate.now(nowMs);
}

describe('a rate', () => {
  for (const [title, nowMs, happenedAtMs, expected] of [
    ['nothing, when nothing has happened', 0, [], 0],
    ['all of this second', 999, [0, 1, 500, 999], 4],
    ['all of the second before, when this one has just begun', 1000, [0, 1, 500, 999], 4],
    ['the half of the second before that is less than a second ago', 1500, [0, 1, 500, 999], 2],
    ['this second beside what is left of the one before', 1500, [0, 1, 500, 999, 1100], 3],
    ['nothing of what is two seconds ago', 2000, [0, 1, 500, 999], 0],
    ['nothing after a long silence', 100_000, [0, 1, 500, 999], 0],
  ] as const) {
    it(`counts ${title}`, () => {
      assert.equal(rateAt(nowMs, happenedAtMs), expected);
    });
  }

  it('keeps its maximum until that is cleared', () => {
    const rate = new Rate();
    for (const atMs of [0, 10, 20, 5000]) rate.count(atMs);
    assert.equal(rate.most, 3);
    rate.clearMost(5000);
    assert.equal(rate.most, 1);
  });
});
