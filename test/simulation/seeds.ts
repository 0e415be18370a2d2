/** Runs the world of a seed, and says of one that fails what happened last in it. */

import { seedReport } from './seed-report.js';
import { World } from './world.js';

/** Returns a report for a person if something is not as it should be. */
export function runSeed(seed: number): string | undefined {
  try {
    new World(seed).run();
    return undefined;
  } catch (error) {
    return seedReport(seed, error, 'simulate', (tell) => new World(seed, tell).run());
  }
}
