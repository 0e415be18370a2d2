/** Runs the world of a seed, and says of one that fails what happened last in it. */

import { World } from './world.js';

const LAST_EVENTS = 40;

/** Returns a report for a person if something is not as it should be. */
export function runSeed(seed: number): string | undefined {
  try {
    new World(seed).run();
    return undefined;
  } catch (error) {
    return reportOf(seed, error);
  }
}

/** The same seed makes the same world: it is run again, and listened to. */
function reportOf(seed: number, error: unknown): string {
  const lines: string[] = [];
  try {
    new World(seed, (line) => lines.push(line)).run();
  } catch {
    // It fails as it did before.
  }
  const [scenario = '', ...events] = lines;
  const last = events.slice(-LAST_EVENTS);
  return [
    `Seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    scenario,
    `The last ${last.length} of ${events.length} events:`,
    ...last,
    `Again: npm run simulate -- --seeds 1 --from ${seed}`,
  ].join('\n');
}
