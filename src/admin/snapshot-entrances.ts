/** The figures of frontends and listeners, read from the living parts. */

import { countsByName } from '../balancer/pdu-notes.js';
import type { EntranceCounters } from '../stats/counters.js';
import type { Population } from '../stats/population.js';
import type { FrontendFigures, ListenerFigures, SessionFigures, TrafficFigures } from '../stats/snapshot.js';
import type { Traffic } from '../stats/traffic.js';
import type { LivingTraffic } from './living-traffic.js';
import { endFigures, refusalFigures } from './snapshot-endings.js';
import type { ShownFrontend, ShownListener } from './snapshot-parts.js';

export function frontendFigures(
  frontend: ShownFrontend,
  id: number,
  living: LivingTraffic,
  nowMs: number,
): FrontendFigures {
  const { name, mode, defaultBackend, places, counters, listeners } = frontend;
  const isOpen = listeners.some((listener) => listener.isOpen);
  return {
    ...entranceFigures(counters, places.maxconn, living.ofEntrance(frontend), nowMs),
    name,
    id,
    mode,
    isOpen,
    defaultBackend,
    listeners: listeners.map((listener, index) => listenerFigures(listener, index + 1, frontend, living, nowMs)),
  };
}

function listenerFigures(
  listener: ShownListener,
  id: number,
  { mode, places }: ShownFrontend,
  living: LivingTraffic,
  nowMs: number,
): ListenerFigures {
  const { address, isOpen, counters } = listener;
  // A listener has no limit of its own, and HAProxy's name for one that was not given a name.
  const own = { name: `sock-${id}`, id, mode, isOpen, address };
  return { ...entranceFigures(counters, places.maxconn, living.ofEntrance(listener), nowMs), ...own };
}

function entranceFigures(
  { connections, sessions, endings, traffic, limited }: EntranceCounters,
  maxconn: number,
  living: Traffic,
  nowMs: number,
) {
  const ends = endFigures(endings);
  return {
    ...sessionFigures(sessions, maxconn, nowMs),
    ...trafficFigures(traffic, living),
    ...ends,
    ...refusalFigures(ends),
    connectionsTotal: connections.total,
    connectionRateNow: connections.rate.now(nowMs),
    connectionRateMost: connections.rate.most,
    limited: { ...limited },
  };
}

export function sessionFigures({ now, most, arrivals }: Population, maxconn: number, nowMs: number): SessionFigures {
  return {
    sessionsNow: now,
    sessionsMost: most,
    sessionsLimit: limitOf(maxconn),
    sessionsTotal: arrivals.total,
    rateNow: arrivals.rate.now(nowMs),
    rateMost: arrivals.rate.most,
  };
}

export function trafficFigures(ended: Traffic, living: Traffic): TrafficFigures {
  const { bytesIn, bytesOut, pdusIn, pdusOut, submitsNotAccepted } = ended.plus([living]);
  return {
    bytesIn,
    bytesOut,
    pdusIn: countsByName(pdusIn),
    pdusOut: countsByName(pdusOut),
    unansweredNow: living.unanswered,
    unansweredTotal: ended.unanswered,
    submitsNotAccepted,
  };
}

/** JSON has no Infinity. */
export function limitOf(limit: number): number | null {
  return limit === Infinity ? null : limit;
}
