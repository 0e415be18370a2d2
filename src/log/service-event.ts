/** What the log says of itself, of the process's files and of the service manager. Pure. */

import { event, field } from './field.js';
import { count } from './wording.js';

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

const notifyFailed = event({
  level: 'error',
  means:
    'systemd cannot be told how the process is. With WatchdogSec= in the unit, it will take the process for dead. Once, until it can be told again.',
  fields: {
    error: field<string>('What prevented it.', 'systemd-notify: spawn systemd-notify ENOENT'),
  },
  message: ({ error }) => `Cannot tell systemd how it is: ${error.replace(/\s*\n\s*/g, ' | ')}`,
});

const notStarted = event({
  level: 'error',
  means: 'The process cannot start, and ends. The same sentence is on stderr.',
  fields: {
    error: field<string>(
      'What prevented it.',
      'frontend sp: cannot listen on 0.0.0.0:7890: the address is in use; another process listens there, perhaps HAProxy or another cmpp-lb',
    ),
  },
  message: ({ error }) => `cmpp-lb does not start: ${error}`,
});

const pidFileWritten = event({
  level: 'info',
  means: 'The number of the process stands in its pid file. It is taken away at the end.',
  fields: { path: field<string>('The file.', '/run/cmpp-lb/cmpp-lb.pid') },
  message: ({ path: file }) => `Wrote the pid file ${file}`,
});

const path = field<string>('The `state-file`.', '/var/lib/cmpp-lb/state');

const stateRead = event({
  level: 'info',
  means: 'What was kept over the restart has been read and is in force.',
  fields: {
    path,
    servers: field<number>('How many servers have a wish or a weight of the operator’s again.', 2),
    entries: field<number>('How many entries the stick tables have again.', 1432),
    expired: field<number>('Entries whose time was over meanwhile.', 12),
    unknown: field<number>('Servers and entries that the configuration knows no more, and that were left out.', 0),
    ageMs: field<number>('How old the file was, in milliseconds.', 4310),
  },
  message: ({ path: file, servers, entries, expired, unknown, ageMs }) =>
    `State of ${(ageMs / 1000).toFixed(0)} s ago read from ${file}: ${count(servers, 'server')} as the operator left ${servers === 1 ? 'it' : 'them'}, ${entries} stick entries, ${expired} expired, ${unknown} unknown`,
});

const stateNotRead = event({
  level: 'warn',
  means: 'The state file cannot be read. The start goes on without what was kept; a broken file is kept aside.',
  fields: {
    path,
    error: field<string>('What is wrong with it.', 'line 17 is not of a state file'),
    keptAs: field<string>('Where the broken file is now; empty if it stayed.', '/var/lib/cmpp-lb/state.broken'),
  },
  message: ({ path: file, error, keptAs }) =>
    `Starting without the state in ${file}: ${error}${keptAs === '' ? '' : `; the file is kept as ${keptAs}`}`,
});

const stateWritten = event({
  level: 'debug',
  means: 'The state file has been written, on disk: once a minute, and at the end.',
  fields: {
    path,
    bytes: field<number>('How large it is.', 21_804),
    writeMs: field<number>('How long it took, in milliseconds; traffic goes on meanwhile.', 12),
  },
  message: ({ path: file, bytes, writeMs }) => `Wrote ${bytes} bytes of state to ${file} in ${writeMs.toFixed(0)} ms`,
});

const stateNotWritten = event({
  level: 'error',
  means: 'The state file cannot be written: after a restart, what is older would hold. Tried again every minute.',
  fields: { path, error: field<string>('The system’s error.', 'ENOSPC: no space left on device, write') },
  message: ({ path: file, error }) => `Cannot write the state file ${file}: ${error}`,
});

const stateLeft = event({
  level: 'warn',
  means: 'Another process that started later writes the same state file. This one leaves it alone from now on.',
  fields: { path, owner: field<number>('The other process.', 4711) },
  message: ({ path: file, owner }) =>
    `Process ${owner}, which started later, writes ${file} now; this one does so no more`,
});

export const serviceEvents = {
  'log-reopened': logReopened,
  'log-not-reopened': logNotReopened,
  'notify-failed': notifyFailed,
  'not-started': notStarted,
  'pid-file-written': pidFileWritten,
  'state-read': stateRead,
  'state-not-read': stateNotRead,
  'state-written': stateWritten,
  'state-not-written': stateNotWritten,
  'state-left': stateLeft,
};
