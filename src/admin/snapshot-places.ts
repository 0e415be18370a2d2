/** The figures of backends and servers, read from the living parts. */

import { isUsable, weightNow } from '../balancer/server.js';
import type { Server } from '../balancer/server.js';
import type { Checker } from '../health/checker.js';
import type { BackendCounters, ServerCounters } from '../stats/counters.js';
import type { BackendFigures, CheckFigures, MoveFigures, ServerFigures } from '../stats/snapshot.js';
import { addedUp } from '../stats/tally.js';
import { Traffic } from '../stats/traffic.js';
import type { Departing, LivingTraffic } from './living-traffic.js';
import { connectFailures, endFigures, failureFigures } from './snapshot-endings.js';
import { sessionFigures, trafficFigures } from './snapshot-entrances.js';
import { latencyFigures } from './snapshot-latency.js';
import type { ShownAddress, ShownBackend, ShownServer } from './snapshot-parts.js';

const WHOLE_PERCENT = 100;

/** `mostSessions`: as many as its frontends let in; Infinity for no limit. */
export function backendFigures(
  shown: ShownBackend,
  id: number,
  mostSessions: number,
  living: LivingTraffic,
  nowMs: number,
): BackendFigures {
  const { name, mode, algorithm, backend, statistics } = shown;
  const counters = statistics.backend;
  const servers = shown.servers.map((server) => serverFigures(server, shown, living, nowMs));
  const { former } = statistics;
  const all = [former, ...backend.servers.map((server) => statistics.of(server))];
  const usable = backend.servers.filter((server) => isUsable(server));
  const used = usable.filter((server) => backend.takes(server));
  const lastSessionAtMs = Math.max(...all.map((server) => server.lastSessionAtMs ?? -Infinity));
  const declared = backend.servers.filter(({ isLeaving }) => !isLeaving);
  const room = declared.reduce((sum, { maxconn }) => sum + maxconn, 0);
  const ends = endFigures(counters.endings);
  const sum = (read: (figures: ServerFigures) => number) => servers.reduce((total, each) => total + read(each), 0);
  return {
    name,
    id,
    mode,
    algorithm,
    servers,
    accepts: backend.accepts,
    ...sessionFigures(counters.sessions, Math.min(room, mostSessions), nowMs),
    ...trafficFigures(
      new Traffic().plus(all.map(({ traffic }) => traffic)),
      new Traffic().plus(backend.servers.map((server) => living.ofServer(server))),
    ),
    ...ends,
    ...failureFigures(ends),
    connectFailures: connectFailures(ends),
    retries: former.failedTries.retry + sum(({ retries }) => retries),
    redispatches: former.failedTries.redispatch + sum(({ redispatches }) => redispatches),
    dials: former.dials + sum(({ dials }) => dials),
    balanced: former.balanced + sum(({ balanced }) => balanced),
    queuedNow: backend.queuedFor(undefined),
    queuedMost: counters.queue.most,
    status: backend.accepts ? 'UP' : 'DOWN',
    weight: used.reduce((total, server) => total + effectiveWeight(server, shown), 0),
    weightWanted: used.reduce((total, { weight }) => total + weight, 0),
    activeNow: usable.filter(({ backup }) => !backup).length,
    backupNow: usable.filter(({ backup }) => backup).length,
    lastSessionMs: lastSessionAtMs === -Infinity ? null : nowMs - lastSessionAtMs,
    ...timeFigures(counters, nowMs),
    ...answerFigures(backend.servers),
    logins: addedUp(servers.map(({ logins }) => logins)),
    moves: movesOf([former.moves, ...servers.map(({ moves }) => moves)]),
    ...departingOf(backend.servers, living),
  };
}

function departingOf(servers: readonly Server[], living: LivingTraffic): Departing {
  const all = servers.map((server) => living.departing(server));
  return {
    movingNow: all.reduce((sum, { movingNow }) => sum + movingNow, 0),
    heldNow: all.reduce((sum, { heldNow }) => sum + heldNow, 0),
  };
}

function movesOf(all: readonly MoveFigures[]): MoveFigures {
  const sum = (read: (moves: MoveFigures) => number): number => all.reduce((total, moves) => total + read(moves), 0);
  return {
    left: sum(({ left }) => left),
    arrived: sum(({ arrived }) => arrived),
    failed: sum(({ failed }) => failed),
    inDoubt: sum(({ inDoubt }) => inDoubt),
  };
}

function answerFigures(servers: readonly Server[]) {
  const answers = servers.map(({ submitAnswers }) => submitAnswers);
  return { submitLatency: latencyFigures(answers), submitResults: addedUp(answers.map(({ results }) => results)) };
}

function serverFigures(shown: ShownServer, of: ShownBackend, living: LivingTraffic, nowMs: number): ServerFigures {
  const { supervised, weightConfigured, isDisabled, address } = shown;
  const { server, status, checker, tracked } = supervised;
  const { id, name, backup, isUp, maxconn, ramp, weight, wish } = server;
  const counters = of.statistics.of(server);
  const { balanced, dials, endings, failedTries, lastSessionAtMs, queue, sessions, traffic } = counters;
  const ends = endFigures(endings);
  const identity = { id, name, mode: of.mode, backup, isUp, wish, status, isDisabled, weightConfigured };
  return {
    ...identity,
    balanced,
    dials,
    ...sessionFigures(sessions, maxconn, nowMs),
    ...trafficFigures(traffic, living.ofServer(server)),
    ...ends,
    ...failureFigures(ends),
    connectFailures: failedTries.close,
    retries: failedTries.retry,
    redispatches: failedTries.redispatch,
    queuedNow: of.backend.queuedFor(server),
    queuedMost: queue.most,
    weight: effectiveWeight(server, of),
    weightWanted: weight,
    address: addressFigures(address()),
    tracked: tracked?.name ?? null,
    isMaintainedByOther: wish !== 'maint' && status.startsWith('MAINT'),
    throttlePercent: isThrottled(server, of) ? Math.floor(ramp * WHOLE_PERCENT) : null,
    lastSessionMs: lastSessionAtMs === undefined ? null : nowMs - lastSessionAtMs,
    check: checker === undefined ? null : checkFigures(checker),
    ...timeFigures(counters, nowMs),
    ...answerFigures([server]),
    logins: counters.logins.counts,
    moves: movesOf([counters.moves]),
    ...departingOf([server], living),
  };
}

function timeFigures({ standing, times }: BackendCounters | ServerCounters, nowMs: number) {
  return {
    timesDown: standing.timesDown,
    downtimeMs: standing.downtimeMs(nowMs),
    lastChangeMs: nowMs - standing.changedAtMs,
    queueAverageMs: times.queue.averageMs,
    connectAverageMs: times.connect.averageMs,
    totalAverageMs: times.total.averageMs,
    queueMostMs: times.queue.mostMs,
    connectMostMs: times.connect.mostMs,
    totalMostMs: times.total.mostMs,
  };
}

function isThrottled({ ramp }: Server, { followsRamp }: ShownBackend): boolean {
  return followsRamp && ramp < 1;
}

/** Whole, and not 0 for one that begins small. */
function effectiveWeight(server: Server, of: ShownBackend): number {
  return isThrottled(server, of) ? Math.ceil(weightNow(server)) : server.weight;
}

function addressFigures(address: ShownAddress): ServerFigures['address'] {
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
}

function checkFigures({ health, rules }: Checker): CheckFigures {
  const { lastOutcome, checks, failures, counter: healthCounter } = health;
  return {
    status: lastOutcome?.status ?? null,
    text: lastOutcome?.text ?? null,
    durationMs: lastOutcome?.durationMs ?? null,
    hasPassed: lastOutcome?.hasPassed ?? false,
    checks,
    failures,
    healthCounter,
    rise: rules.rise,
    fall: rules.fall,
  };
}
