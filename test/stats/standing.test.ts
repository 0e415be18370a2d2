import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StandingRecord } from '../../src/stats/standing.js';
import type { Standing } from '../../src/stats/standing.js';

/** How often down, how long down, and since when it is as it is, after changes a second apart from 1 s on, at 10 s. */
function after(first: Standing, ...changes: readonly Standing[]): string {
  const record = new StandingRecord(first, 0);
  for (const [index, standing] of changes.entries()) record.become(standing, (index + 1) * 1000);
  const { timesDown, changedAtMs } = record;
  return `${timesDown} times, ${record.downtimeMs(10_000) / 1000} s, since ${changedAtMs / 1000} s`;
}

describe('the record of a standing', () => {
  // Measured on HAProxy 2.6.12: chkdown, downtime and lastchg.
  for (const [title, first, changes, expected] of [
    ['a server that stays up', 'up', [], '0 times, 0 s, since 0 s'],
    ['one that goes down', 'up', ['down'], '1 times, 9 s, since 1 s'],
    ['one that comes back', 'up', ['down', 'up'], '1 times, 1 s, since 2 s'],
    ['maintenance of one that was up, as a time down', 'up', ['maint'], '1 times, 9 s, since 1 s'],
    ['maintenance of one that was down, as no change', 'up', ['down', 'maint'], '1 times, 9 s, since 1 s'],
    ['one that is down when it leaves maintenance', 'up', ['maint', 'down', 'up'], '1 times, 2 s, since 3 s'],
    ['one that was disabled from the start', 'maint', [], '0 times, 10 s, since 0 s'],
    ['one that was disabled, and is ready', 'maint', ['up'], '0 times, 1 s, since 1 s'],
    ['one that is drained, as a change but not as down', 'up', ['drain'], '0 times, 0 s, since 1 s'],
    ['one that goes down while it is drained', 'up', ['drain', 'down'], '1 times, 8 s, since 2 s'],
    ['the same again, as nothing', 'up', ['down', 'down'], '1 times, 9 s, since 1 s'],
  ] as const) {
    it(`counts ${title}`, () => {
      assert.equal(after(first, ...changes), expected);
    });
  }

  it('forgets how often and how long, and goes on from there', () => {
    const record = new StandingRecord('up', 0);
    record.become('down', 1000);
    record.clear(4000);
    assert.deepEqual([record.timesDown, record.downtimeMs(5000), record.changedAtMs], [0, 1000, 1000]);
    record.become('up', 6000);
    assert.equal(record.downtimeMs(9000), 2000);
  });
});
