/** Ends of sessions for the tests of the log: the one that is given, and for the rest a plain one. */

import { printable } from '../../src/log/escape.js';
import type { SessionEnd } from '../../src/log/session-fields.js';

export function sessionEndOf(known: Partial<SessionEnd>): SessionEnd {
  return {
    session: '1042',
    frontend: 'fe_norm',
    listener: '127.0.0.1:9999',
    source: '127.0.0.1:49347',
    account: printable('900001'),
    version: '3.0',
    backend: 'be_norm',
    server: 'server2',
    placed: 'balance',
    detail: undefined,
    reason: 'client-terminate',
    status: undefined,
    acceptedMs: Date.parse('2026-11-21T19:34:26.213Z'),
    waitMs: 1,
    connectMs: 0,
    durationMs: 0,
    bytesIn: 51,
    bytesDropped: 0,
    bytesOut: 13,
    pdusIn: { CONNECT: 1 },
    pdusOut: { CONNECT_RESP: 1 },
    unanswered: 0,
    unasked: 0,
    retries: 0,
    redispatched: false,
    actconn: 1,
    feconn: 1,
    beconn: 0,
    srvconn: 0,
    srvQueue: 0,
    backendQueue: 0,
    ...known,
  };
}
