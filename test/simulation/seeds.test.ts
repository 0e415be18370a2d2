import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closeReasons } from '../../src/balancer/close-reason.js';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import { runSeed } from './seeds.js';
import { World } from './world.js';

const SEEDS = 2000;
/** Those of sessions that outlive a server: test/simulation/move sees to them. */
const OF_MOVES: ReadonlySet<CloseReason> = new Set(['in-doubt', 'hold-timeout']);

function traceOf(seed: number): string[] {
  const lines: string[] = [];
  new World(seed, (line) => lines.push(line)).run();
  return lines;
}

describe('a simulated world', () => {
  it(`is as it should be, whichever of ${SEEDS} seeds it comes from`, () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const failure = runSeed(seed);
      if (failure !== undefined) assert.fail(failure);
    }
  });

  it('is the same again from the same seed', () => {
    for (const seed of [1, 2, 3]) assert.deepEqual(traceOf(seed), traceOf(seed));
  });

  it('leaves no reason for a close untried but those of sessions that move or make way, and of heartbeats', () => {
    const seen = new Set<CloseReason>();
    for (let seed = 1; seed <= 600; seed += 1) {
      const world = new World(seed);
      world.run();
      for (const { ends } of world.visits.keys()) for (const reason of ends) seen.add(reason);
    }
    assert.deepEqual(
      closeReasons.filter((reason) => !seen.has(reason) && !OF_MOVES.has(reason)),
      ['client-silent', 'server-silent', 'account-replaced'],
    );
  });
});
