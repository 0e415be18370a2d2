/** What HAProxy counts of sessions that failed, drawn from the reasons of their ends. Pure. */

import { closeReasons, factsOf } from '../balancer/close-reason.js';
import type { CloseReason } from '../balancer/close-reason.js';
import type { Endings } from '../stats/counters.js';
import type { CountsByWord, EndFigures, RefusalFigures } from '../stats/snapshot.js';

/** By the termination state, which says who ended a session and in which phase. */
function reasonsOf(states: RegExp, ...more: readonly CloseReason[]): readonly CloseReason[] {
  return [...closeReasons.filter((reason) => states.test(factsOf(reason).tcplog)), ...more];
}

const LIMITS: ReadonlySet<CloseReason> = new Set(['maxconn', 'source-maxconn']);
const CLIENT_ABORTS = reasonsOf(/^[Cc]D$/);
const SERVER_ABORTS = reasonsOf(/^[Ss]D$/);
const REQUEST_ERRORS = reasonsOf(/^[Cc]R$/);
const REQUESTS_DENIED = [...reasonsOf(/^PR$/).filter((reason) => !LIMITS.has(reason)), 'client-frame'];
const RESPONSES_DENIED = ['server-frame'];
/** HAProxy counts those that the server aborts here too. */
const RESPONSE_ERRORS = reasonsOf(/^[Ss][DR]$/);
const CONNECT_FAILURES = reasonsOf(/^[Ss][CQ]$/);

function sum(reasons: readonly string[], ...all: readonly CountsByWord[]): number {
  return all.reduce((total, counts) => total + reasons.reduce((part, reason) => part + (counts[reason] ?? 0), 0), 0);
}

export function endFigures({ refused, closed }: Endings): EndFigures {
  const counts = { refused: refused.counts, closed: closed.counts };
  return {
    ...counts,
    clientAborts: sum(CLIENT_ABORTS, counts.closed),
    serverAborts: sum(SERVER_ABORTS, counts.closed),
  };
}

export function refusalFigures({ refused, closed }: EndFigures): RefusalFigures {
  return {
    connectionsDenied: sum(['maxconn'], refused),
    sessionsDenied: sum(['source-maxconn'], refused),
    requestsDenied: sum(REQUESTS_DENIED, refused, closed),
    responsesDenied: sum(RESPONSES_DENIED, closed),
    requestErrors: sum(REQUEST_ERRORS, refused),
    internalErrors: sum(['internal-error'], refused, closed),
  };
}

export interface FailureFigures {
  readonly responseErrors: number;
  readonly responsesDenied: number;
  readonly internalErrors: number;
}

export function failureFigures({ refused, closed }: EndFigures): FailureFigures {
  return {
    responseErrors: sum(RESPONSE_ERRORS, closed),
    responsesDenied: sum(RESPONSES_DENIED, closed),
    internalErrors: sum(['internal-error'], refused, closed),
  };
}

/** Sessions of a backend that were given up because no server took them. */
export function connectFailures({ refused }: EndFigures): number {
  return sum(CONNECT_FAILURES, refused);
}
