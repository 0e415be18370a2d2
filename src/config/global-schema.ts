/** The keys below `global`: the process. Pure. */

import { REFUSED_AT_ONCE } from '../balancer/admission.js';
import { RESERVED_DESCRIPTORS } from './descriptors.js';
import { duration, filePath, logTo, oneOf, section, wholeNumber } from './scalars.js';
import { facilityNames, logFormatNames, logLevelNames } from './vocabulary.js';

/** Connections: more than any machine holds, so that a slip of the finger is found. */
export const MOST_CONNECTIONS = 10_000_000;

export const globalSection = section({
  maxconn: wholeNumber(1, MOST_CONNECTIONS)
    .meta({
      description: `Sessions at once. Each needs two file descriptors, beside one for each address to listen on and for each caller of the runtime API, ${REFUSED_AT_ONCE} for each frontend, one for each server that is probed and ${RESERVED_DESCRIPTORS} for the process; more than \`ulimit -n\` allows is refused at the start.`,
      whenAbsent: 'what the file descriptors allow',
    })
    .optional(),
  log: section({
    level: oneOf(logLevelNames).meta({ description: 'The least serious line that is written.' }).prefault('info'),
    to: logTo()
      .meta({
        description:
          'Where lines go: `stdout`, `stderr`, `syslog:HOST:PORT` (UDP), or the path of a file, which SIGUSR2 reopens.',
      })
      .prefault('stdout'),
    facility: oneOf(facilityNames)
      .meta({ title: '`kern` to `local7`', description: 'The facility of lines to syslog.' })
      .prefault('local2'),
    format: oneOf(logFormatNames)
      .meta({ description: 'How the line at a session’s end looks: one JSON object, or HAProxy’s tcplog.' })
      .prefault('json'),
  }).prefault({}),
  'state-file': filePath('/var/lib/cmpp-lb/state')
    .meta({
      description:
        'What the operator wished of servers (drain, maintenance, weights) and the stick tables are kept here over a restart: read at the start, written every minute and at the end. The process that started last owns it. What HAProxy has `server-state-file` for.',
      whenAbsent: 'they are forgotten at the end',
    })
    .optional(),
  'pid-file': filePath('/run/cmpp-lb/cmpp-lb.pid')
    .meta({
      description:
        'The process’s number, written once it listens and removed at the end. `start --pid-file` goes first.',
      whenAbsent: 'none is written',
    })
    .optional(),
  'hard-stop-after': duration()
    .meta({
      description:
        'How long sessions may take to end after SIGTERM, which has TERMINATE sent to both sides; then they are closed.',
    })
    .prefault('30s'),
});
