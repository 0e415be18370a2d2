import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { History } from '../../src/stats/history.js';

describe('The history', () => {
  it('keeps the latest samples of every series, in order', () => {
    const rows = fc.array(fc.record({ a: fc.option(fc.integer()), b: fc.option(fc.integer()) }), { maxLength: 40 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 12 }), (samples, capacity) => {
        const history = new History(capacity);
        for (const [nth, sample] of samples.entries()) history.add(nth, sample);
        const kept = samples.slice(-capacity);
        const { times, series } = history.columns();
        assert.deepEqual(
          times,
          kept.map((_, nth) => samples.length - kept.length + nth),
        );
        if (kept.length > 0) assert.deepEqual(series, { a: kept.map(({ a }) => a), b: kept.map(({ b }) => b) });
      }),
    );
  });

  it('knows nothing of a series before it began or while it was away', () => {
    const history = new History(5);
    history.add(1, { a: 1 });
    history.add(2, { a: 2, b: 20 });
    history.add(3, { b: 30 });
    assert.deepEqual(history.columns(), { times: [1, 2, 3], series: { a: [1, 2, null], b: [null, 20, 30] } });
  });

  it('forgets a series of which nothing is left, so that it stays bounded', () => {
    const history = new History(3);
    history.add(0, { gone: 1 });
    for (let time = 1; time <= 2; time += 1) history.add(time, { a: time });
    assert.deepEqual(history.columns().series['gone'], [1, null, null]);
    history.add(3, { a: 3 });
    assert.deepEqual(history.columns(), { times: [1, 2, 3], series: { a: [1, 2, 3] } });
  });
});
