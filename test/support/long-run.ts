/** Runs a numbered check for a long time, for a person who watches: progress, the first failure, and the exit status. */

import { parseArgs } from 'node:util';
import { realClock } from '../../src/runtime/clock.js';

export interface LongRun {
  /** What is numbered, in the plural; also the name of the option that says how many. */
  readonly noun: string;
  readonly defaultCount: string;
  readonly progressMs: number;
  /** Runs one; returns what to say of its failure. */
  readonly runOne: (number: number) => string | undefined;
  /** The last line when all went well. */
  readonly verdict: (count: number, from: number, seconds: number) => string;
}

/** Reads how many, and `--from`, from the command line. Returns the exit status. */
export function longRun({ noun, defaultCount, progressMs, runOne, verdict }: LongRun): number {
  const { values } = parseArgs({
    options: { [noun]: { type: 'string', default: defaultCount }, from: { type: 'string', default: '1' } },
  });
  const count = Number(values[noun]);
  const from = Number(values['from']);
  const startedMs = realClock.nowMs();
  let nextProgressMs = startedMs + progressMs;
  for (let number = from; number < from + count; number += 1) {
    const failure = runOne(number);
    if (failure !== undefined) {
      console.error(failure);
      return 1;
    }
    const nowMs = realClock.nowMs();
    if (nowMs < nextProgressMs) continue;
    nextProgressMs = nowMs + progressMs;
    const done = number - from + 1;
    console.log(`${done} of ${count} ${noun}, ${Math.round((done * 1000) / (nowMs - startedMs))} a second`);
  }
  console.log(verdict(count, from, Math.round((realClock.nowMs() - startedMs) / 1000)));
  return 0;
}
