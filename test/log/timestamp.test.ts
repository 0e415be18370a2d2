import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localOffsetMinutes, syslogDate, tcplogDate } from '../../src/log/timestamp.js';

describe('tcplogDate and syslogDate', () => {
  const table: [string, number, string, string][] = [
    ['2026-11-21T19:34:26.213Z', 0, '21/Nov/2026:19:34:26.213', 'Nov 21 19:34:26'],
    ['2026-11-21T19:34:26.213Z', 480, '22/Nov/2026:03:34:26.213', 'Nov 22 03:34:26'],
    ['2026-01-01T00:00:00.000Z', -90, '31/Dec/2025:22:30:00.000', 'Dec 31 22:30:00'],
    ['2026-02-03T04:05:06.007Z', 0, '03/Feb/2026:04:05:06.007', 'Feb  3 04:05:06'],
  ];
  for (const [utc, offsetMinutes, tcplog, syslog] of table) {
    it(`write ${utc} at UTC${offsetMinutes < 0 ? '' : '+'}${offsetMinutes} min as ${tcplog} and ${syslog}`, () => {
      assert.equal(tcplogDate(Date.parse(utc), offsetMinutes), tcplog);
      assert.equal(syslogDate(Date.parse(utc), offsetMinutes), syslog);
    });
  }
});

describe('localOffsetMinutes', () => {
  it('is what turns UTC into the local time of the process', () => {
    const epochMs = Date.parse('2026-07-21T19:34:26.213Z');
    const local = new Date(epochMs);
    const shifted = new Date(epochMs + localOffsetMinutes(epochMs) * 60_000);
    assert.equal(shifted.getUTCHours(), local.getHours());
    assert.equal(shifted.getUTCMinutes(), local.getMinutes());
    assert.equal(shifted.getUTCDate(), local.getDate());
  });
});
