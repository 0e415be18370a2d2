/** What the log says of itself, of the process's files and of the service manager. Pure. */

import { event, field } from './field.js';

const logReopened = event({
  level: 'info',
  means: 'SIGUSR2 has come: a log that is a file goes on in the file that has its name now.',
  fields: {
    to: field<string>('Where the log goes: a path, `stdout`, `stderr` or `syslog`.', '/var/log/cmpp-lb/cmpp-lb.log'),
    file: field<'new' | 'none'>('`new` where a file was opened; `none` where the log is no file.', 'new'),
  },
  message: ({ to, file }) =>
    file === 'new' ? `Reopened the log ${to}` : `Nothing to reopen: the log goes to ${to}, which is no file`,
});

const logNotReopened = event({
  level: 'error',
  means:
    'SIGUSR2 has come, and the log’s file cannot be opened. Lines go on into the old one, under its new name if it was moved.',
  fields: {
    to: logReopened.fields.to,
    error: field<string>('The system’s error.', 'EACCES: permission denied, open /var/log/cmpp-lb/cmpp-lb.log'),
  },
  message: ({ to, error }) => `Cannot reopen the log ${to}, it goes on in the file that it has: ${error}`,
});

export const serviceEvents = {
  'log-reopened': logReopened,
  'log-not-reopened': logNotReopened,
};
