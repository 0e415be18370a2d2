import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runHealthSeed } from './health-seeds.js';
import { HealthWorld } from './health-world.js';

const SEEDS = 1000;

/** The log's lines, why sessions were told to leave, and the words of live traffic that put a server down. */
const ALL = [
  '% of SUBMIT_RESP in s say busy',
  'backend-accepts',
  'backend-refuses',
  'backup-released',
  'connections lost in s',
  'nothing answered for s',
  'server-down',
  'server-health',
  'server-marked-down',
  'server-up',
  'server-wish',
];

function traceOf(seed: number): string[] {
  const lines: string[] = [];
  new HealthWorld(seed, (line) => lines.push(line)).run();
  return lines;
}

describe('a simulated world of health', () => {
  const seen = new Set<string>();

  it(`is as it should be, whichever of ${SEEDS} seeds it comes from`, () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const failure = runHealthSeed(seed, seen);
      if (failure !== undefined) assert.fail(failure);
    }
  });

  it('leaves nothing untried that may happen to servers', () => {
    assert.deepEqual([...seen].sort(), ALL);
  });

  it('is the same again from the same seed', () => {
    for (const seed of [1, 2, 3]) assert.deepEqual(traceOf(seed), traceOf(seed));
  });
});
