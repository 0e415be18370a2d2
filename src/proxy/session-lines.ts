/** What the log says of a session, drawn from it. Pure. */

import type { CloseReason } from '../balancer/close-reason.js';
import { countsByName } from '../balancer/pdu-notes.js';
import type { Session } from '../balancer/session.js';
import { addClientTraffic } from '../balancer/session-traffic.js';
import { printableBytes } from '../log/escape.js';
import type { EventValues } from '../log/event.js';
import { Traffic } from '../stats/traffic.js';
import type { BackendService } from './backend-service.js';

/** What is known of a session besides itself. */
export interface SessionFacts {
  readonly id: number;
  readonly frontend: string;
  /** The address that the client connected to. */
  readonly listener: string;
  /** `192.0.2.1:40000`; behind a trusted proxy the address that this has said. */
  readonly source: string;
  readonly service: BackendService;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly acceptedWallMs: number;
}

/** Sessions of the process and of the frontend. */
export interface SessionsNow {
  readonly process: number;
  readonly frontend: number;
}

type StartValues = EventValues<'session-start'>;
type EndValues = EventValues<'session-end'>;

export function startValues(session: Session, facts: SessionFacts): StartValues {
  return {
    ...whoOf(session, facts),
    ...timesOf(session),
    backend: facts.service.name,
    server: session.placing?.lastServer?.name ?? '',
    placed: session.placing?.why ?? 'balance',
  };
}

/** How a session has ended. */
export interface Ending {
  readonly reason: CloseReason;
  /** What was said with the servers that it has left; undefined if it has left none. */
  readonly former: Traffic | undefined;
  /** This session counts too. */
  readonly now: SessionsNow;
}

export function endValues(
  session: Session,
  facts: SessionFacts,
  { reason, former, now }: Ending,
  nowMs: number,
): EndValues {
  const { conversation, login, placing, server } = session;
  const relay = conversation?.relay;
  const said = new Traffic().plus(former === undefined ? [] : [former]);
  addClientTraffic(said, session);
  return {
    ...whoOf(session, facts),
    ...timesOf(session),
    backend: placing === undefined ? undefined : facts.service.name,
    server: server?.name,
    placed: server === undefined ? undefined : placing?.why,
    reason,
    detail: session.detail === '' ? undefined : session.detail,
    status: reason === 'login-refused' ? session.answer?.status : undefined,
    acceptedMs: facts.acceptedWallMs,
    durationMs: Math.round(nowMs - session.acceptedAtMs),
    bytesIn: session.receivedBytes,
    bytesOut: said.bytesOut,
    bytesDropped: conversation?.droppedBytes ?? 0,
    pdusIn: login === undefined ? undefined : countsByName(said.pdusIn),
    pdusOut: login === undefined ? undefined : countsByName(said.pdusOut),
    unanswered: said.unanswered,
    unasked: (relay?.client.unasked ?? 0) + (relay?.server.unasked ?? 0),
    redispatched: placing?.hasRedispatched ?? false,
    actconn: now.process,
    feconn: now.frontend,
    beconn: facts.service.sessionsNow,
    srvconn: server?.sessionsNow ?? 0,
    srvQueue: placing?.queuedBehind.server ?? 0,
    backendQueue: placing?.queuedBehind.backend ?? 0,
  };
}

function whoOf(
  { login, answer }: Session,
  { id, frontend, listener, source }: SessionFacts,
): Pick<EndValues, 'session' | 'frontend' | 'listener' | 'source' | 'account' | 'version'> {
  const account = login === undefined ? undefined : printableBytes(login.account);
  return { session: String(id), frontend, listener, source, account, version: answer?.version };
}

/** HAProxy's Tw and Tc, and the tries that failed. */
function timesOf({ acceptedAtMs, placing }: Session): Pick<EndValues, 'waitMs' | 'connectMs' | 'retries'> {
  const placedAtMs = placing?.placedAtMs;
  const dialledAtMs = placing?.dialledAtMs;
  return {
    waitMs: placedAtMs === undefined ? -1 : Math.round(placedAtMs - acceptedAtMs),
    connectMs: placedAtMs === undefined || dialledAtMs === undefined ? -1 : Math.round(dialledAtMs - placedAtMs),
    retries: placing?.failedTries ?? 0,
  };
}
