/** The command `npm run simulate:health -- --seeds N --from S`: more worlds of health than CI has time for. */

import { longRun } from '../../support/long-run.js';
import { runHealthSeed } from './health-seeds.js';

process.exitCode = longRun({
  noun: 'seeds',
  defaultCount: '10000',
  progressMs: 5000,
  runOne: (seed) => runHealthSeed(seed),
  verdict: (count, from) => `${count} seeds from ${from}: all is as it should be.`,
});
