import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { format } from 'prettier';
import { ANALYSIS_HEADING, drawDocument, drawTable, spreadOf, summarise } from '../../bench/report.js';
import type { Sample } from '../../bench/report.js';
import type { Scenario } from '../../bench/scenarios.js';

const scenario: Scenario = {
  name: 'paced',
  about: 'a load',
  loads: [],
  figures: [
    { name: 'p99, µs', digits: 0, goal: { kind: 'times-haproxy', limit: 2 }, of: () => 0 },
    { name: 'ratio', digits: 2, goal: { kind: 'at-most', limit: 2.5 }, of: () => 0 },
  ],
};

function samplesOf(side: Sample['side'], values: readonly (readonly [p99: number, ratio: number])[]): Sample[] {
  return values.map(([p99, ratio], index) => ({
    run: index + 1,
    scenario: 'paced',
    side,
    values: { 'p99, µs': p99, ratio },
  }));
}

const ours = samplesOf('ours', [
  [30, 2.4],
  [100, 2.6],
  [90, 2.7],
]);
const haproxy = samplesOf('haproxy', [
  [40, 2],
  [20, 2],
  [45, 2],
]);

describe('the report of the benchmark', () => {
  it('takes the median, the middle two averaged when the number is even', () => {
    assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 });
    assert.deepEqual(spreadOf([10, 9, 100, 1]), { median: 9.5, min: 1, max: 100 });
    assert.deepEqual(spreadOf([7]), { median: 7, min: 7, max: 7 });
    assert.equal(spreadOf([]), undefined);
  });

  it('divides by HAProxy within each run, and judges each goal by what it binds', () => {
    const [p99, ratio] = summarise([scenario], [...ours, ...haproxy]);
    // Not 90 / 40, the medians divided.
    assert.deepEqual(p99?.toHaproxy, { median: 2, min: 0.75, max: 5 });
    assert.equal(p99?.isReached, true);
    assert.deepEqual(ratio?.ours, { median: 2.6, min: 2.4, max: 2.7 });
    assert.equal(ratio?.isReached, false);
  });

  it('pairs only the runs that both sides finished, and judges nothing without a side to compare with', () => {
    const [p99] = summarise([scenario], [...ours.slice(1), ...haproxy.slice(0, 2)]);
    assert.deepEqual(p99?.toHaproxy, { median: 5, min: 5, max: 5 });
    const [alone, absolute] = summarise([scenario], ours);
    assert.deepEqual([alone?.haproxy, alone?.isReached, absolute?.isReached], [undefined, undefined, false]);
  });

  it('draws a table of aligned columns', () => {
    assert.equal(
      drawTable(summarise([scenario], [...ours, ...haproxy]), 'cmpp-lb'),
      `
| Scenario | Figure  | cmpp-lb           | HAProxy           | cmpp-lb / HAProxy | Goal          | Reached |
| -------- | ------- | ----------------- | ----------------- | ----------------- | ------------- | ------- |
| paced    | p99, µs | 90 (30..100)      | 40 (20..45)       | 2.00 (0.75..5.00) | ≤ 2 × HAProxy | yes     |
| paced    | ratio   | 2.60 (2.40..2.70) | 2.00 (2.00..2.00) | 1.30 (1.20..1.35) | ≤ 2.5         | NO      |
`.trim(),
    );
  });

  it('names the machine, what is missing and what failed in a document that prettier leaves alone', async () => {
    const machine = {
      cpuModel: 'A CPU',
      cpuCount: 2,
      kernel: 'Linux 6',
      node: 'v20',
      haproxy: undefined,
      loadAverage: 0.5,
      pinning: { loadCpu: 0, balancerCpu: 1 },
    };
    const failures = [{ run: 2, scenario: 'paced', balancer: 'cmpp-lb', message: '1 sessions died' }];
    const rows = summarise([scenario], ours);
    const report = { date: '2000-01-01', machine, runs: 3, ourName: 'cmpp-lb', scenarios: [scenario], rows, failures };
    const text = drawDocument(report, '');
    assert.equal(await format(text, { parser: 'markdown', printWidth: 120 }), text);
    assert.match(text, /2000-01-01, 3 alternating runs, load on CPU 0, balancer on CPU 1\n/);
    assert.match(text, /HAProxy not installed/);
    assert.match(text, /\| paced +\| ratio +\| 2\.60 \(2\.40\.\.2\.70\) \| - /);
    assert.match(text, /FAILED: run 2, paced, cmpp-lb: 1 sessions died\n$/);

    const analysis = `${ANALYSIS_HEADING}\n\nIn the kernel.\n`;
    const rewritten = drawDocument(report, `An older table.\n\n${analysis}`);
    assert.equal(rewritten, `${text}\n${analysis}`);
  });
});
