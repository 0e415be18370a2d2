import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  chinaTime,
  connectTimestamp,
  queryDay,
  reportTime,
  timestampDigits,
  timestampSkewMs,
} from '../../src/cmpp/timestamp.js';

const times: readonly (readonly [string, number, string, string, string])[] = [
  ['2026-02-10T05:30:00Z', 210133000, '0210133000', '2602101330', '20260210'],
  ['2026-10-21T00:05:10Z', 1021080510, '1021080510', '2610210805', '20261021'],
  // Already tomorrow, and next year, in China.
  ['2026-12-31T15:59:59Z', 1231235959, '1231235959', '2612312359', '20261231'],
  ['2026-12-31T16:00:00Z', 101000000, '0101000000', '2701010000', '20270101'],
];

describe("CMPP's times", () => {
  for (const [utc, timestamp, digits, report, day] of times) {
    it(`of ${utc} are those of the clock in China`, () => {
      const wallMs = Date.parse(utc);
      assert.equal(connectTimestamp(wallMs), timestamp);
      assert.equal(timestampDigits(timestamp), digits);
      assert.equal(reportTime(wallMs), report);
      assert.equal(queryDay(wallMs), day);
    });
  }

  it('count months from 1', () => {
    const time = { year: 2026, month: 1, day: 31, hour: 23, minute: 4, second: 5 };
    assert.deepEqual(chinaTime(Date.parse('2026-01-31T15:04:05.999Z')), time);
  });
});

describe("how far a CONNECT's Timestamp is off", () => {
  const table: readonly (readonly [string, number, string, number])[] = [
    ['nothing', 1021080510, '2026-10-21T00:05:10Z', 0],
    ['by a slow clock', 1021080500, '2026-10-21T00:05:10Z', 10_000],
    ['by a fast clock', 1021080510, '2026-10-21T00:05:00Z', 10_000],
    ['by a clock in UTC', 1021000510, '2026-10-21T00:05:10Z', 8 * 3_600_000],
    ['by a second at the turn of the year', 101000000, '2026-12-31T15:59:59Z', 1000],
    ['by a second just after it', 1231235959, '2026-12-31T16:00:00Z', 1000],
    ['by a leap day of another year', 229000000, '2028-02-28T16:00:00Z', 0],
    ['by half a year, whichever way is shorter', 401000000, '2026-09-30T16:00:00Z', 182 * 86_400_000],
    ['for ever: a 13th month', 1321080510, '2026-10-21T00:05:10Z', Infinity],
    ['for ever: a 31st of February', 231080510, '2026-02-28T00:05:10Z', Infinity],
    ['for ever: a leap day that there is in no year near', 229080510, '2026-02-28T00:05:10Z', Infinity],
    ['for ever: an hour 24', 1021240510, '2026-10-21T00:05:10Z', Infinity],
    ['for ever: 0', 0, '2026-10-21T00:05:10Z', Infinity],
    ['for ever: all ones', 0xffffffff, '2026-10-21T00:05:10Z', Infinity],
  ];
  for (const [what, timestamp, utc, skewMs] of table) {
    it(`is told ${what}`, () => {
      assert.equal(timestampSkewMs(timestamp, Date.parse(utc)), skewMs);
    });
  }
});
