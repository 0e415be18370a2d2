import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HALF_OF_SEEDS, assertMoveSeeds } from './move-seeds.js';
import { MoveWorld } from './move-world.js';

/** For what sessions move, what keeps them from it, what becomes of SUBMITs in doubt, and the ends that come of it. */
const ALL = [
  'hold-timeout',
  'in doubt: close',
  'in doubt: reject',
  'in doubt: resend',
  'in-doubt',
  'moved: drain',
  'moved: rebalance',
  'moved: server-lost',
  'moved: server-marked-down',
  'moved: server-reset',
  'moved: server-terminate',
  'server-frame',
  'server-lost',
  'server-marked-down',
  'server-reset',
  'server-terminate',
  'stayed: connect-refused',
  'stayed: connect-timeout',
  'stayed: login-refused',
  'stayed: login-unanswered',
  'stayed: no-server',
  'stayed: queue-timeout',
];

function traceOf(seed: number): string[] {
  const lines: string[] = [];
  new MoveWorld(seed, (line) => lines.push(line)).run();
  return lines;
}

describe('a simulated world of sessions that outlive their servers', () => {
  const seen = new Set<string>();

  it(`is as it should be, whichever of ${HALF_OF_SEEDS} seeds it comes from`, () => {
    assertMoveSeeds(1, HALF_OF_SEEDS, seen);
  });

  it('leaves nothing untried that may become of a session', () => {
    assert.deepEqual(
      ALL.filter((what) => !seen.has(what)),
      [],
    );
  });

  it('is the same again from the same seed', () => {
    for (const seed of [1, 2, 3]) assert.deepEqual(traceOf(seed), traceOf(seed));
  });
});
