/** What a person is told of a seed whose world failed: what happened last in it, and how to see it again. */

const LAST_EVENTS = 40;

/** The same seed makes the same world: `rerun` runs it again, and tells each line of it, the first one what it is like. */
export function seedReport(
  seed: number,
  error: unknown,
  script: 'simulate' | 'simulate:health' | 'simulate:move',
  rerun: (tell: (line: string) => void) => void,
): string {
  const lines: string[] = [];
  try {
    rerun((line) => lines.push(line));
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
    `Again: npm run ${script} -- --seeds 1 --from ${seed}`,
  ].join('\n');
}
