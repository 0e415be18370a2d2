/** The command `npm run simulate -- --seeds N --from S`: more worlds than CI has time for. */

import { parseArgs } from 'node:util';
import { realClock } from '../../src/runtime/clock.js';
import { runSeed } from './seeds.js';

const PROGRESS_MS = 5000;

/** Returns the exit status. */
function simulate(from: number, seeds: number): number {
  const startedMs = realClock.nowMs();
  let nextProgressMs = startedMs + PROGRESS_MS;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const failure = runSeed(seed);
    if (failure !== undefined) {
      console.error(failure);
      return 1;
    }
    const nowMs = realClock.nowMs();
    if (nowMs < nextProgressMs) continue;
    nextProgressMs = nowMs + PROGRESS_MS;
    const done = seed - from + 1;
    console.log(`${done} of ${seeds} seeds, ${Math.round((done * 1000) / (nowMs - startedMs))} a second`);
  }
  console.log(`${seeds} seeds from ${from}: all is as it should be.`);
  return 0;
}

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20000' }, from: { type: 'string', default: '1' } },
});
process.exitCode = simulate(Number(values.from), Number(values.seeds));
