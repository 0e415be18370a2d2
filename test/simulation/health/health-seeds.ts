/** Runs the world of health of a seed, and says of one that fails what happened last in it. */

import { seedReport } from '../seed-report.js';
import { HealthWorld } from './health-world.js';

/** Returns a report for a person if something is not as it should be; adds what has happened to `seen`. */
export function runHealthSeed(seed: number, seen = new Set<string>()): string | undefined {
  try {
    const world = new HealthWorld(seed);
    world.run();
    for (const what of world.witness.seen) seen.add(what);
    return undefined;
  } catch (error) {
    return seedReport(seed, error, 'simulate:health', (tell) => new HealthWorld(seed, tell).run());
  }
}
