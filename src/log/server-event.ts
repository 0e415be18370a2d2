/** What the log says of servers' and backends' states. Pure. */

import { event, field } from './field.js';
import { count, sessionsDo } from './wording.js';

const where = {
  backend: field<string>('The backend.', 'persistent_connection_backend'),
  server: field<string>('The server.', 'server2'),
};
const state = {
  status: field<string>(
    'Its state now, in HAProxy’s words: `UP`, `UP 2/3` (one probe of three has failed), `DOWN`, `DOWN 1/2` (one of two has passed), `DRAIN`, `MAINT`, `no check`.',
    'DOWN',
  ),
  why: field<string>('What made it so.', 'no ACTIVE_TEST_RESP in 5 s'),
};
const left = {
  upNow: field<number>('How many servers of the backend may take sessions now.', 2),
  servers: field<number>('How many servers the backend has.', 3),
  sessions: field<number>('How many sessions the server has.', 412),
};

const serverDown = event({
  level: 'warn',
  means: 'A server has gone down: no new session is placed on it.',
  fields: {
    ...where,
    ...state,
    ...left,
    sessionsGo: field<'move' | 'close' | 'keep'>('What its sessions do, as `on-marked-down` says.', 'close'),
  },
  message: ({ backend, server, why, upNow, servers, sessions, sessionsGo }) =>
    `Server ${backend}/${server} is DOWN: ${why} (${upNow}/${servers} UP left${fate(sessions, sessionsGo)})`,
});

const serverUp = event({
  level: 'info',
  means: 'A server has come up: new sessions are placed on it.',
  fields: {
    ...where,
    ...state,
    upNow: left.upNow,
    servers: left.servers,
    downMs: field<number>('How long it was down, in milliseconds.', 61_204),
  },
  message: ({ backend, server, why, upNow, servers, downMs }) =>
    `Server ${backend}/${server} is UP after ${(downMs / 1000).toFixed(1)} s: ${why} (${upNow}/${servers} UP)`,
});

const serverHealth = event({
  level: 'info',
  means: 'A probe has brought a server nearer to going down, or to coming up again.',
  fields: { ...where, ...state, checkMs: field<number>('How long the probe took, in milliseconds.', 5000) },
  message: ({ backend, server, status, why }) => `Server ${backend}/${server} is ${status}: ${why}`,
});

const serverUnchecked = event({
  level: 'warn',
  means:
    'A server could not be probed for want of something here, such as descriptors. It is as healthy as it was, whatever has become of it. Said once, until a probe could be made again.',
  fields: { ...where, ...state },
  message: ({ backend, server, status, why }) =>
    `Server ${backend}/${server} cannot be probed, and stays ${status}: ${why}`,
});

const serverWish = event({
  level: 'info',
  means: 'The operator has changed what a server is to do.',
  fields: { ...where, ...state, ...left },
  message: ({ backend, server, status, why, upNow, servers, sessions }) =>
    `Server ${backend}/${server} is ${status}: ${why} (${upNow}/${servers} UP, ${count(sessions, 'session')} there)`,
});

const serverRemoved = event({
  level: 'info',
  means:
    'A server has been taken out of the configuration, by a reload or by `del server`: it takes no new session. Its sessions move to others, or stay until they end where `on-marked-down` is not `move`.',
  fields: {
    ...where,
    status: state.status,
    sessions: left.sessions,
    sessionsGo: field<'move' | 'keep'>('What its sessions do.', 'move'),
  },
  message: ({ backend, server, sessions, sessionsGo }) =>
    `Server ${backend}/${server} is removed${fate(sessions, sessionsGo)}`,
});

const serverGone = event({
  level: 'info',
  means: 'The last session has left a server that had been removed: it is not watched or shown any more.',
  fields: where,
  message: ({ backend, server }) => `Server ${backend}/${server} is gone: it had been removed, and has no session left`,
});

const backendRefuses = event({
  level: 'error',
  means: 'A backend has no server left for new sessions, or fewer than `min-up`: logins are refused at once.',
  fields: {
    backend: where.backend,
    upNow: left.upNow,
    servers: left.servers,
    minUp: field<number>('The backend’s `min-up`.', 0),
  },
  message: ({ backend, upNow, servers, minUp }) =>
    `Backend ${backend} refuses logins: ${upNow}/${servers} servers UP${minUp > 1 ? `, min-up is ${minUp}` : ''}`,
});

const backendAccepts = event({
  level: 'info',
  means: 'A backend takes new sessions again.',
  fields: { backend: where.backend, upNow: left.upNow, servers: left.servers },
  message: ({ backend, upNow, servers }) => `Backend ${backend} accepts logins again: ${upNow}/${servers} servers UP`,
});

/** `, 412 sessions move`; nothing where there is none. */
function fate(sessions: number, action: 'move' | 'close' | 'keep'): string {
  if (sessions === 0) return '';
  const verb = { move: 'move', close: 'close', keep: 'stay' }[action];
  return `, ${sessionsDo(sessions, verb)}`;
}

export const serverEvents = {
  'server-down': serverDown,
  'server-up': serverUp,
  'server-health': serverHealth,
  'server-unchecked': serverUnchecked,
  'server-wish': serverWish,
  'server-removed': serverRemoved,
  'server-gone': serverGone,
  'backend-refuses': backendRefuses,
  'backend-accepts': backendAccepts,
};
