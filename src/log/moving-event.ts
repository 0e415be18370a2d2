/** What the log says of sessions that outlive their servers. Pure. */

import type { CloseReason } from '../balancer/close-reason.js';
import type { MoveCause } from '../balancer/move.js';
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
  means: 'A session was to move, and stays on its server, because no other one has taken it.',
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
    resent: field<number>('How many of them the next server gets.', 0),
  },
  message: ({ session, backend, server, submits, rejected, resent }) =>
    `Session ${session}: ${backend}/${server} has not answered ${count(submits, 'SUBMIT')}, ${rejected} rejected, ${resent} resent`,
});

export const movingEvents = {
  'session-moved': sessionMoved,
  'session-stayed': sessionStayed,
  'session-in-doubt': sessionInDoubt,
};
