/** The command `npm run fuzz -- --streams N --from S`. */

import { parseArgs } from 'node:util';
import { realClock } from '../../src/runtime/clock.js';
import { runStream } from './streams.js';

const PROGRESS_MS = 10_000;

/** Returns the exit status. */
function fuzz(from: number, streams: number): number {
  const startedMs = realClock.nowMs();
  let nextProgressMs = startedMs + PROGRESS_MS;
  for (let number = from; number < from + streams; number += 1) {
    const failure = runStream(number);
    if (failure !== undefined) {
      console.error(failure);
      return 1;
    }
    const nowMs = realClock.nowMs();
    if (nowMs < nextProgressMs) continue;
    nextProgressMs = nowMs + PROGRESS_MS;
    const done = number - from + 1;
    console.log(`${done} of ${streams} streams, ${Math.round((done * 1000) / (nowMs - startedMs))} a second`);
  }
  const seconds = Math.round((realClock.nowMs() - startedMs) / 1000);
  console.log(`${streams} streams from ${from} in ${seconds} s: nothing was thrown, kept or lost.`);
  return 0;
}

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '1000000' }, from: { type: 'string', default: '1' } },
});
process.exitCode = fuzz(Number(values.from), Number(values.streams));
