/** Runs the world of health of a seed, and says of one that fails what happened last in it. */

import { HealthWorld } from './health-world.js';

const LAST_EVENTS = 40;

/** Returns a report for a person if something is not as it should be; adds what has happened to `seen`. */
export function runHealthSeed(seed: number, seen = new Set<string>()): string | undefined {
  try {
    const world = new HealthWorld(seed);
    world.run();
    for (const what of world.witness.seen) seen.add(what);
    return undefined;
  } catch (error) {
    return reportOf(seed, error);
  }
}

/** The same seed makes the same world: it is run again, and listened to. */
function reportOf(seed: number, error: unknown): string {
  const lines: string[] = [];
  try {
    new HealthWorld(seed, (line) => lines.push(line)).run();
  } catch {
    // It fails as it did before.
  }
  const [plan = '', ...events] = lines;
  const last = events.slice(-LAST_EVENTS);
  return [
    `Seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    plan,
    `The last ${last.length} of ${events.length} events:`,
    ...last,
    `Again: npm run simulate:health -- --seeds 1 --from ${seed}`,
  ].join('\n');
}
