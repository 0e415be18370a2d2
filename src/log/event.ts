/** The catalogue of events: all that the log can say, and what each event carries. Pure. */

import type { CloseReason } from '../balancer/close-reason.js';
import type { FailedTry } from '../balancer/placing-state.js';
import { accountEvents } from './account-event.js';
import { configEvents } from './config-event.js';
import { commandEvents } from './command-event.js';
import { event, field, optional } from './field.js';
import type { EventFacts, FieldTable, ValuesOf } from './field.js';
import { reloadEvents } from './reload-event.js';
import { httpEvents } from './http-event.js';
import { serverEvents } from './server-event.js';
import { movingEvents } from './moving-event.js';
import { serviceEvents } from './service-event.js';
import { sessionEnd, sessionStart } from './session-event.js';
import { count } from './wording.js';

const starting = event({
  level: 'info',
  means: 'The process has read its configuration and starts.',
  fields: {
    version: field<string>('The version of cmpp-lb.', '0.1.0'),
    configFile: field<string>('The configuration that was read.', '/etc/cmpp-lb/cmpp-lb.yaml'),
  },
  message: ({ version, configFile }) => `cmpp-lb ${version} starts with ${configFile}`,
});

const listening = event({
  level: 'info',
  means: 'A frontend accepts connections on an address.',
  fields: {
    frontend: field<string>('The frontend.', 'persistent_connection_frontend'),
    address: field<string>('The address and port.', '0.0.0.0:9999'),
  },
  message: ({ frontend, address }) => `Frontend ${frontend} listens on ${address}`,
});

const ready = event({
  level: 'info',
  means: 'Every frontend listens: the start is over.',
  fields: {
    frontends: field<number>('How many frontends there are.', 1),
    servers: field<number>('How many servers there are in all backends.', 3),
    maxconn: field<number>('The most sessions that the process holds at a time.', 8000),
  },
  message: ({ frontends, servers, maxconn }) =>
    `Ready: ${count(frontends, 'frontend')}, ${count(servers, 'server')}, maxconn ${maxconn}`,
});

const serverFailed = event({
  level: 'warn',
  means: 'A server could not be reached for a session, or did not answer its login.',
  fields: {
    session: field<string>('The session.', '1042'),
    backend: field<string>('The backend.', 'persistent_connection_backend'),
    server: field<string>('The server that failed.', 'server1'),
    reason: field<CloseReason>(
      'What happened: one word of the list in [close-reasons.md](close-reasons.md).',
      'connect-refused',
    ),
    why: field<string>('The same in detail.', 'ECONNREFUSED'),
    attempt: field<number>('Which try of this session it was, from 1.', 1),
    next: field<FailedTry['next']>(
      'What follows: `retry` (the same server), `redispatch` (another one), `close` (the session ends); of a session that was to move also `stay` (it stays where it is) and `hold` (it has no server, and asks again).',
      'redispatch',
    ),
  },
  message: ({ session, backend, server, why, attempt, next }) =>
    `Server ${backend}/${server} failed session ${session} at try ${attempt}: ${why}; ${followUps[next]}`,
});

const followUps = {
  retry: 'the same server is tried again',
  redispatch: 'another server is tried',
  close: 'the session is closed',
  stay: 'the session stays where it is',
  hold: 'the session is held, and asks again',
};

const acceptError = event({
  level: 'error',
  means: 'A frontend could not accept a connection. At most once a second for each address.',
  fields: {
    frontend: field<string>('The frontend.', 'persistent_connection_frontend'),
    address: field<string>('The address that it listens on.', '0.0.0.0:9999'),
    error: field<string>(
      'The system’s error. EMFILE: raise LimitNOFILE, or lower `maxconn`.',
      'EMFILE: too many open files',
    ),
  },
  message: ({ frontend, address, error }) => `Frontend ${frontend} cannot accept on ${address}: ${error}`,
});

const internalError = event({
  level: 'error',
  means: 'A fault in cmpp-lb itself. Please report it with this line.',
  fields: {
    session: optional<string>('The session that it ended, if it was in one.', '1042'),
    stack: field<string>(
      'The error and where it was thrown.',
      'Error: no such state\n    at Session.close (session.js:80:11)',
    ),
  },
  message: ({ session, stack }) =>
    `Internal error${session === undefined ? '' : ` in session ${session}`}: ${stack.replace(/\s*\n\s*/g, ' | ')}`,
});

const linesLost = event({
  level: 'warn',
  means:
    'The log works again after lines were lost: its disk was full, its reader too slow, or its syslog server away.',
  fields: {
    lines: field<number>('How many lines were lost since the last such event.', 17),
    total: field<number>('How many lines were lost since the start.', 17),
    why: field<string>('What prevented them.', 'ENOSPC: no space left on device, write'),
  },
  message: ({ lines, total, why }) => `Lost ${count(lines, 'line')} of this log, ${total} since the start: ${why}`,
});

const stopping = event({
  level: 'info',
  means: 'The process was told to stop and ends its sessions.',
  fields: {
    signal: field<string>('The signal that told it.', 'SIGTERM'),
    sessions: field<number>('How many sessions there are.', 240),
  },
  message: ({ signal, sessions }) => `Stopping on ${signal} with ${count(sessions, 'session')}`,
});

const stopped = event({
  level: 'info',
  means: 'Everything has ended: the last line of a process.',
  fields: {
    sessions: field<number>('How many sessions there were since the start.', 5012),
    closed: field<Readonly<Partial<Record<CloseReason, number>>>>(
      'How many of them ended for which reason; a reason that did not occur is not in it.',
      { 'client-terminate': 4772, shutdown: 240 },
    ),
  },
  message: ({ sessions, closed }) => {
    const byReason = Object.entries(closed).map(([reason, ended]) => `${reason} ${ended}`);
    return `Stopped after ${count(sessions, 'session')}${byReason.length === 0 ? '' : `: ${byReason.join(', ')}`}`;
  },
});

/** What `internal-error` says of whatever was thrown. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export const catalogue = {
  starting,
  ...configEvents,
  listening,
  ready,
  'session-start': sessionStart,
  'session-end': sessionEnd,
  ...accountEvents,
  ...movingEvents,
  'server-failed': serverFailed,
  ...serverEvents,
  ...commandEvents,
  ...httpEvents,
  ...reloadEvents,
  'accept-error': acceptError,
  'internal-error': internalError,
  'lines-lost': linesLost,
  ...serviceEvents,
  stopping,
  stopped,
};

export type EventName = keyof typeof catalogue;
export type EventValues<Name extends EventName> = ValuesOf<(typeof catalogue)[Name]['fields']>;

/** The catalogue's entry of an event, with the types of its fields forgotten. */
export function factsOfEvent(name: EventName): EventFacts<FieldTable> {
  return catalogue[name];
}
