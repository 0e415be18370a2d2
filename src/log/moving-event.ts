/** What the log says of sessions that outlive their servers. Pure. */

import type { CloseReason } from '../balancer/close-reason.js';
import type { MoveCause } from '../balancer/move-order.js';
import { event, field } from './field.js';
import { count } from './wording.js';

const where = {
  session: field<string>('The session.', '1042'),
  backend: field<string>('The backend.', 'persistent_connection_backend'),
  server: field<string>('The server that it was on.', 'server1'),
};
const cause = field<MoveCause>(
  'Why it was to move: `server-marked-down`, `server-lost` (FIN), `server-reset`, `server-terminate`, `server-silent` (heartbeats), `drain`, `rebalance`, `backup-released`, `server-removed`.',
  'drain',
);

const sessionMoved = event({
  level: 'info',
  means: 'A session has gone on with another server; its SP has seen nothing but a delay.',
  fields: {
    ...where,
    to: field<string>('The server that it is on now.', 'server2'),
    cause,
    tookMs: field<number>('Milliseconds from the beginning of the move to its end.', 12),
  },
  message: ({ session, backend, server, to, cause: why, tookMs }) =>
    `Session ${session} has moved from ${backend}/${server} to ${to} in ${tookMs} ms (${why})`,
});

const sessionStayed = event({
  level: 'warn',
  means:
    'A session was to move, and stays on its server, because no other one has taken it. Said once, however often it is told to move, until it has moved or the reason is another one.',
  fields: {
    ...where,
    cause,
    reason: field<CloseReason>(
      'What prevented it: one word of the list in [close-reasons.md](close-reasons.md).',
      'no-server',
    ),
  },
  message: ({ session, backend, server, cause: why, reason }) =>
    `Session ${session} was to leave ${backend}/${server} (${why}), and stays: ${reason}`,
});

const sessionInDoubt = event({
  level: 'warn',
  means:
    'A server was lost or left before it had answered all that a session had sent it; `in-doubt` says what follows.',
  fields: {
    ...where,
    submits: field<number>('SUBMITs that may have been sent on, or not.', 16),
    rejected: field<number>('How many of them the SP was told to send again (Result 8).', 16),
    kept: field<number>(
      'How many of them are kept for the next server. If none takes the session, they stay unanswered.',
      0,
    ),
    forgotten: field<number>(
      'How many of them at most nobody hears of: the SP had more than 4,096 requests without an answer.',
      0,
    ),
  },
  message: ({ session, backend, server, submits, rejected, kept, forgotten }) =>
    `Session ${session}: ${backend}/${server} has not answered ${count(submits, 'SUBMIT')}, ${rejected} rejected, ${kept} kept${forgotten === 0 ? '' : `, ${forgotten} forgotten`}`,
});

const migration = {
  of: field<string>('`BACKEND/SERVER` that is drained, or the backend that is balanced anew.', 'smsc/server1'),
  cause: field<'drain' | 'rebalance' | 'server-removed'>('What it is for.', 'drain'),
};

const migrationStarted = event({
  level: 'info',
  means: 'Sessions begin to move, so many a second: off a server that is drained, or back into balance.',
  fields: {
    ...migration,
    sessions: field<number>('Sessions that are to move.', 2000),
    perSecond: field<number>('How many begin to move in a second.', 100),
  },
  message: ({ of, cause: why, sessions, perSecond }) =>
    `${of}: ${count(sessions, 'session')} begin to move (${why}), ${perSecond} a second`,
});

const migrationOver = event({
  level: 'info',
  means: 'The sessions that were to move have moved, or nothing moves any more.',
  fields: {
    ...migration,
    state: field<'done' | 'stopped'>(
      '`stopped`: by the operator, or by the first session of a rebalance that no server took.',
      'done',
    ),
    moved: field<number>('Sessions that have moved.', 1998),
    failed: field<number>('Sessions that have stayed, or ended meanwhile.', 2),
    tookMs: field<number>('Milliseconds since it began.', 20_014),
  },
  message: ({ of, cause: why, state, moved, failed, tookMs }) =>
    `${of}: ${count(moved, 'session')} moved (${why}), ${failed} not, ${state} after ${(tookMs / 1000).toFixed(1)} s`,
});

export const movingEvents = {
  'migration-started': migrationStarted,
  'migration-over': migrationOver,
  'session-moved': sessionMoved,
  'session-stayed': sessionStayed,
  'session-in-doubt': sessionInDoubt,
};
