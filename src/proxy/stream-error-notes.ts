/** Notes unreadable streams, with whose they were. */

import type { CloseReason } from '../balancer/close-reason.js';
import type { Malformed } from '../balancer/malformed.js';
import type { Server } from '../balancer/server.js';
import type { Clock } from '../runtime/clock.js';
import type { SessionTotals } from '../stats/session-totals.js';
import type { SessionFacts } from './session-lines.js';

interface Noted {
  readonly malformed: Malformed | undefined;
  readonly reason: CloseReason;
  readonly detail: string;
  readonly server: Server | undefined;
}

/** `malformed` undefined: the stream was readable. */
export function noteStreamError(
  { streamErrors }: Pick<SessionTotals, 'streamErrors'>,
  { malformed, reason, detail, server }: Noted,
  { id: session, frontend, source, service }: SessionFacts,
  clock: Pick<Clock, 'nowMs' | 'wallMs'>,
): void {
  if (malformed === undefined) return;
  const { side, bytes, errorAt, atMs } = malformed;
  streamErrors.note({
    kind: side === 'client' ? 'request' : 'response',
    frontend,
    backend: service.name,
    server: server && { name: server.name, id: server.id },
    wallMs: clock.wallMs() - (clock.nowMs() - atMs),
    session,
    source,
    reason,
    detail,
    bytes,
    errorAt,
  });
}
