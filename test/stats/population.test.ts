import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert as assertProperty, array, constantFrom, integer, property, tuple } from 'fast-check';
import { Population } from '../../src/stats/population.js';

const WHAT = ['enters', 'leaves', 'clear', 'clear all'] as const;

describe('a population', () => {
  it('counts who is there, how many at most, in all, and in the last second', () => {
    const sessions = new Population();
    for (const nowMs of [0, 100, 200]) sessions.entered(nowMs);
    sessions.left();
    sessions.entered(5000);
    const { now, most, arrivals } = sessions;
    assert.deepEqual([now, most, arrivals.total, arrivals.rate.now(5000), arrivals.rate.most], [3, 3, 4, 1, 3]);
  });

  it('forgets its maximum, and with all the total, but nobody who is there', () => {
    const sessions = new Population();
    for (const nowMs of [0, 0, 0]) sessions.entered(nowMs);
    sessions.left();
    sessions.clear(false, 9000);
    assert.deepEqual([sessions.now, sessions.most, sessions.arrivals.total, sessions.arrivals.rate.most], [2, 2, 3, 0]);
    sessions.clear(true, 9000);
    assert.deepEqual([sessions.now, sessions.most, sessions.arrivals.total], [2, 2, 0]);
  });

  it('does not let more leave than came', () => {
    assert.throws(() => new Population().left(), /more have left/);
  });

  it('agrees with itself whatever happens', () => {
    const event = tuple(constantFrom(...WHAT), integer({ min: 0, max: 700 }));
    assertProperty(
      property(array(event, { maxLength: 200 }), (events) => {
        const sessions = new Population();
        let nowMs = 0;
        let there = 0;
        let most = 0;
        let total = 0;
        for (const [what, afterMs] of events) {
          nowMs += afterMs;
          if (what === 'enters') {
            sessions.entered(nowMs);
            there += 1;
            total += 1;
          } else if (what === 'leaves' && there > 0) {
            sessions.left();
            there -= 1;
          } else if (what !== 'leaves') {
            sessions.clear(what === 'clear all', nowMs);
            most = there;
            if (what === 'clear all') total = 0;
          }
          most = Math.max(most, there);
          const { now, arrivals } = sessions;
          assert.deepEqual([now, sessions.most, arrivals.total], [there, most, total]);
          assert.ok(arrivals.rate.now(nowMs) <= arrivals.rate.most);
        }
      }),
    );
  });
});
