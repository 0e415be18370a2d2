import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showInfo, showInfoTyped } from '../../src/stats/show-info.js';
import { INFO_NAMES, snapshotOf } from './haproxy-figures.js';

function infoOf(text: string): Map<string, string> {
  const lines = text.trimEnd().split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
}

describe('show info', () => {
  it("has HAProxy's lines in HAProxy's order", () => {
    assert.deepEqual([...infoOf(showInfo(snapshotOf())).keys()], INFO_NAMES);
  });

  it('says of no line more than a name and one value, for tools that split at the colon', () => {
    for (const line of showInfo(snapshotOf()).trimEnd().split('\n')) assert.match(line, /^[^:]+: [^:]+$/);
  });

  for (const [uptimeMs, text] of [
    [0, '0d 0h00m00s'],
    [3999, '0d 0h00m03s'],
    [3_723_000, '0d 1h02m03s'],
    [1_000_000_000, '11d 13h46m40s'],
  ] as const) {
    it(`writes ${uptimeMs} ms as ${text}`, () => {
      const { process } = snapshotOf();
      assert.equal(infoOf(showInfo(snapshotOf({ process: { ...process, uptimeMs } }))).get('Uptime'), text);
    });
  }

  it('says what the process is and how much of it is used', () => {
    const { process } = snapshotOf();
    const busy = { sessionsNow: 3, connectionsTotal: 9, rateMost: 4, sessionsLimit: null, heapBytes: 3_200_000 };
    const info = infoOf(showInfo(snapshotOf({ process: { ...process, ...busy } })));
    const names = ['Name', 'Pid', 'CurrConns', 'CumConns', 'MaxSessRate', 'Maxconn', 'Jobs', 'PoolAlloc_MB'];
    assert.deepEqual(
      names.map((name) => info.get(name)),
      ['cmpp-lb', '15170', '3', '9', '4', '0', '8', '3'],
    );
  });

  it('has a typed form', () => {
    const lines = showInfoTyped(snapshotOf()).split('\n');
    assert.equal(lines[6], '6.Pid.1:SGP:u32:15170');
    assert.ok(lines.includes('70.Start_time_sec.1:MDP:u32:1795289517'));
  });
});
