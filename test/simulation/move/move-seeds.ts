/** Runs the world of moving sessions of a seed, and says of one that fails what happened last in it. */

import assert from 'node:assert/strict';
import { seedReport } from '../seed-report.js';
import { MoveWorld } from './move-world.js';

/** Half of those that are tried by tests: each half has a file of its own, as files are run side by side. */
export const HALF_OF_SEEDS = 5000;

/** Throws a report of the first seed from `first` to `last` whose world is not as it should be. */
export function assertMoveSeeds(first: number, last: number, seen?: Set<string>): void {
  for (let seed = first; seed <= last; seed += 1) {
    const failure = runMoveSeed(seed, seen);
    if (failure !== undefined) assert.fail(failure);
  }
}

/** Returns a report for a person if something is not as it should be; adds what has happened to `seen`. */
export function runMoveSeed(seed: number, seen = new Set<string>()): string | undefined {
  try {
    const world = new MoveWorld(seed);
    world.run();
    for (const what of world.seen) seen.add(what);
    return undefined;
  } catch (error) {
    return seedReport(seed, error, 'simulate:move', (tell) => new MoveWorld(seed, tell).run());
  }
}
