import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecentTimes } from '../../src/stats/recent-times.js';

describe('recent times', () => {
  it('have no average before the first', () => {
    assert.deepEqual([new RecentTimes().averageMs, new RecentTimes().mostMs], [0, 0]);
  });

  it('have the average of those that there are', () => {
    const times = new RecentTimes();
    for (const timeMs of [10, 20, 60]) times.note(timeMs);
    assert.deepEqual([times.averageMs, times.mostMs], [30, 60]);
  });

  it('look back at 1,024', () => {
    const times = new RecentTimes();
    times.note(1024);
    for (let nth = 1; nth < 1024; nth += 1) times.note(0);
    assert.equal(times.averageMs, 1);
    times.note(2048);
    assert.equal(times.averageMs, 2);
  });

  it('forget the maximum, or everything', () => {
    const times = new RecentTimes();
    times.note(10);
    times.clear(false);
    assert.deepEqual([times.averageMs, times.mostMs], [10, 0]);
    times.clear(true);
    assert.equal(times.averageMs, 0);
    times.note(4);
    assert.deepEqual([times.averageMs, times.mostMs], [4, 4]);
  });
});
