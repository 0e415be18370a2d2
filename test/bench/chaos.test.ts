/** The chaos run in small, with real processes: what it counts, not how long anything takes. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { format } from 'prettier';
import { Counts } from '../../bench/chaos/counts.js';
import { runLoad } from '../../bench/chaos/load.js';
import { drawDocument, missedGoals } from '../../bench/chaos/report.js';
import type { Load } from '../../bench/chaos/report.js';
import { ChildProcesses } from '../../bench/child-processes.js';
import { realClock } from '../../src/runtime/clock.js';

describe('the chaos run', { timeout: 110_000 }, () => {
  it('counts 100 sessions through all its steps: none is disconnected, no SUBMIT lost or answered twice', async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cmpp-lb-chaos-test-'));
    const processes = new ChildProcesses(realClock);
    t.after(async () => {
      await processes.endAll();
      rmSync(folder, { recursive: true, force: true });
    });
    const around = { clock: realClock, processes, folder };
    const load = { sessions: 100, submitsPerSecond: 500, moveRate: 1000, pace: 0.25 };
    const { steps } = await runLoad(around, load, () => {});
    const figures = steps.flatMap((step) => step.figures.map((figure) => ({ step: step.step, ...figure })));
    const counted = figures.filter(({ goal }) => goal !== undefined && !goal.isTime);
    assert.deepEqual(
      counted
        .filter(({ goal }) => goal?.isReached !== true)
        .map(({ step, name, value }) => `${step}: ${name}: ${value}`),
      [],
    );
    // Every step has its counts, and the SIGSTOP leaves some in doubt, so that the equality is one of something.
    assert.equal(steps.length, 9);
    const doubts = figures.find(({ step, name }) => step === 'SIGSTOP s3' && name.startsWith('answered with Result 8'));
    assert.match(doubts?.value ?? '', /^([1-9]\d*) \/ \1$/);
  });
});

describe('the counts of a step', () => {
  it('have the delays by second, and their percentiles', () => {
    const counts = new Counts(1000);
    for (const [delayMs, nowMs] of [
      [4.5, 1100],
      [8, 1200],
      [90, 3100],
      [6, 3900],
    ] as const) {
      counts.answer(0, delayMs, nowMs);
    }
    counts.answer(8, 1, 3950);
    assert.deepEqual(
      [counts.answered, counts.withResult(8), counts.percentileMs(0.5), counts.percentileMs(1), counts.longestMs],
      [5, 1, 6, 90, 90],
    );
    assert.deepEqual(
      Array.from(counts.longestBySecond, (longestMs) => longestMs ?? 0),
      [8, 0, 90],
    );
  });
});

describe('the report of the chaos run', () => {
  const load: Load = {
    sessions: 2000,
    submitsPerSecond: 10_000,
    loginMs: 1234,
    steps: [
      {
        step: 'drain s1',
        longestBySecond: [12.3, 260],
        figures: [
          { name: 'took, s', value: '0.70' },
          { name: 'longest, ms', value: '260', goal: { text: '≤ 250', isReached: false, isTime: true } },
        ],
      },
    ],
  };

  it('is Markdown as prettier would write it', async () => {
    const machine = {
      cpuModel: 'CPU',
      cpuCount: 2,
      kernel: 'Linux 6',
      node: 'v20',
      haproxy: undefined,
      loadAverage: 1,
      pinning: undefined,
    };
    const document = drawDocument({ date: '2026-11-22', machine, tookMs: 90_000, loads: [load] });
    assert.equal(await format(document, { parser: 'markdown' }), document);
    assert.match(document, /\| 260 +\| ≤ 250 \| NOT REACHED \|/);
  });

  it('names what was missed', () => {
    assert.deepEqual(missedGoals([load]), ['10000/s, drain s1: longest, ms: 260']);
  });
});
