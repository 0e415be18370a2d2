import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chinaTime, connectTimestamp, queryDay, reportTime, timestampDigits } from '../../src/cmpp/timestamp.js';

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
