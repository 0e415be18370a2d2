/** What the log says of reloads. Pure. */

import { event, field } from './field.js';
import { count } from './wording.js';

const by = field<string>('A signal, or where the command came in.', 'SIGHUP');

const reload = event({
  level: 'info',
  means: 'The configuration was read anew, and the balancer runs by it.',
  fields: {
    by,
    changes: field<readonly string[]>(
      'What has changed, a line each: `+` added, `~` changed, `-` removed, `!` not done without a restart.',
      ['+ smsc/server4 10.0.0.4:7890', '~ smsc/server2 weight 1→3', '- smsc/server1: 212 sessions drain'],
    ),
    tookMs: field<number>('How long it took, in milliseconds.', 14),
  },
  message: ({ by: whom, changes, tookMs }) => `Reloaded on ${whom} in ${Math.round(tookMs)} ms: ${changes.join('; ')}`,
});

const reloadRefused = event({
  level: 'error',
  means: 'The configuration was to be read anew, and was refused: nothing has changed.',
  fields: {
    by,
    problems: field<readonly string[]>('What is wrong with it, each with its place in the file.', [
      '/etc/cmpp-lb/cmpp-lb.yaml:12:14: backends.smsc.retries: expected a whole number from 0 to 100, got "many"',
    ]),
  },
  message: ({ by: whom, problems }) =>
    `Reload on ${whom} refused, nothing has changed: ${count(problems.length, 'problem')}: ${problems.join('; ')}`,
});

export const reloadEvents = { reload, 'reload-refused': reloadRefused };
