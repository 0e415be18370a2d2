/** Runs the world of moving sessions of a seed, and says of one that fails what happened last in it. */

import { seedReport } from '../seed-report.js';
import { MoveWorld } from './move-world.js';

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
