/** The command `npm run fuzz -- --streams N --from S`. */

import { longRun } from '../support/long-run.js';
import { runStream } from './streams.js';

process.exitCode = longRun({
  noun: 'streams',
  defaultCount: '1000000',
  progressMs: 10_000,
  runOne: runStream,
  verdict: (count, from, seconds) => `${count} streams from ${from} in ${seconds} s: nothing was thrown, kept or lost.`,
});
