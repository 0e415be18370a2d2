/** What the log tells of a session. Pure. */

import type { CloseReason } from '../balancer/close-reason.js';
import { printable } from './escape.js';
import type { Printable } from './escape.js';
import { field, optional } from './field.js';
import type { ValuesOf } from './field.js';

export type Placement = 'stick-table' | 'balance' | 'redispatch' | 'queue';

/** PDUs by the specification's name of their command; commands that did not occur are not in it. */
export type PdusByCommand = Readonly<Record<string, number>>;

const whoAndWhere = {
  session: field<string>('The session’s number, the same in all of its lines.', '1042'),
  frontend: field<string>('The frontend that accepted it.', 'persistent_connection_frontend'),
  listener: field<string>('The address that the client connected to.', '192.0.2.1:9999'),
  source: field<string>(
    'The client’s address and port; behind a trusted proxy, those of its PROXY header. `unix:` on a unix socket; `unknown` of a client that was gone before it was looked at.',
    '198.51.100.7:49347',
  ),
  account: optional<Printable>(
    'The Source_Addr of its CONNECT; bytes outside 0x21..0x7e, and the backslash, as `\\xNN`. Not in mode tcp.',
    printable('900001'),
  ),
  version: optional<'2.0' | '3.0'>('The CMPP version that the server’s CONNECT_RESP has. Not in mode tcp.', '3.0'),
};

const WAIT = 'Milliseconds that it waited for a server with room; -1 if it never got to choosing one.';
const CONNECT = 'Milliseconds from the first dial until a server had accepted it; -1 if none did.';
const RETRIES = 'How many tries to reach a server failed.';

export const sessionStartFields = {
  ...whoAndWhere,
  backend: field<string>('The backend that serves it.', 'persistent_connection_backend'),
  server: field<string>('The server that it was placed on.', 'server2'),
  placed: field<Placement>(
    'Why there: `stick-table` (it was there before), `balance` (the algorithm), `redispatch` (another server failed), `queue` (the first server with room).',
    'balance',
  ),
  retries: field<number>(RETRIES, 0),
  waitMs: field<number>(WAIT, 0),
  connectMs: field<number>(CONNECT, 3),
};

export const sessionEndFields = {
  ...whoAndWhere,
  backend: optional<string>('The backend that served it, if it came so far.', 'persistent_connection_backend'),
  server: optional<string>('The server that it was on, or that was tried last.', 'server2'),
  placed: optional<Placement>('Why it was there, as in `session-start`.', 'balance'),
  reason: field<CloseReason>(
    'Why it ended: one word of the list in [close-reasons.md](close-reasons.md).',
    'server-lost',
  ),
  detail: optional<string>(
    'What made a stream unreadable, or broke a connection (the system’s word), or what came instead of a login.',
    undefined,
  ),
  status: optional<number>('The status of the CONNECT_RESP; only with the reason login-refused.', undefined),
  acceptedMs: field<number>('When it was accepted, in milliseconds since 1970-01-01 UTC.', 1_795_289_676_236),
  waitMs: field<number>(WAIT, 0),
  connectMs: field<number>(CONNECT, 3),
  durationMs: field<number>('Milliseconds from accept to end.', 15_838),
  bytesIn: field<number>('Bytes read from the client.', 4_989),
  bytesOut: field<number>('Bytes written to the client.', 513),
  bytesDropped: field<number>('Bytes that came when their receiver was gone.', 0),
  pdusIn: optional<PdusByCommand>('PDUs from the client by command. Not in mode tcp.', { CONNECT: 1, SUBMIT: 22 }),
  pdusOut: optional<PdusByCommand>('PDUs to the client by command. Not in mode tcp.', {
    CONNECT_RESP: 1,
    SUBMIT_RESP: 20,
  }),
  unanswered: field<number>(
    'Requests of the client that had no answer at the end, also those that were held and reached no server.',
    2,
  ),
  unasked: field<number>('Answers to requests that nobody had made.', 0),
  retries: field<number>(RETRIES, 0),
  redispatched: field<boolean>('Whether it was given another server than the first one chosen.', false),
  actconn: field<number>('Sessions of the process at the end, this one included.', 240),
  feconn: field<number>('Sessions of the frontend at the end, this one included.', 240),
  beconn: field<number>('Sessions of the backend at the end, this one not included.', 239),
  srvconn: field<number>('Sessions of the server at the end, this one not included.', 79),
  srvQueue: field<number>('Sessions before it in the server’s queue.', 0),
  backendQueue: field<number>('Sessions before it in the backend’s queue.', 0),
};

export type SessionEnd = ValuesOf<typeof sessionEndFields>;
