/** The command `npm run simulate -- --seeds N --from S`: more worlds than CI has time for. */

import { longRun } from '../support/long-run.js';
import { runSeed } from './seeds.js';

process.exitCode = longRun({
  noun: 'seeds',
  defaultCount: '20000',
  progressMs: 5000,
  runOne: runSeed,
  verdict: (count, from) => `${count} seeds from ${from}: all is as it should be.`,
});
