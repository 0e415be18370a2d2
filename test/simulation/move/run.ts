/** The command `npm run simulate:move -- --seeds N --from S`: more worlds of moving sessions than CI has time for. */

import { longRun } from '../../support/long-run.js';
import { runMoveSeed } from './move-seeds.js';

process.exitCode = longRun({
  noun: 'seeds',
  defaultCount: '10000',
  progressMs: 5000,
  runOne: (seed) => runMoveSeed(seed),
  verdict: (count, from) => `${count} seeds from ${from}: all is as it should be.`,
});
