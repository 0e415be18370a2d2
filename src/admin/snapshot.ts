/** Takes the snapshot of all statistics, and clears what may be cleared of them. */

import type { AccountFigures, ProcessFigures, Snapshot } from '../stats/snapshot.js';
import { Traffic } from '../stats/traffic.js';
import { LivingTraffic } from './living-traffic.js';
import { accountFigures, accountsFigures } from './snapshot-accounts.js';
import { frontendFigures, limitOf, sessionFigures } from './snapshot-entrances.js';
import type { ShownBackend, SnapshotParts } from './snapshot-parts.js';
import { backendFigures } from './snapshot-places.js';

/** HAProxy's number 1 is the proxy of its own runtime socket. */
const FIRST_PROXY_ID = 2;
const SECOND_MS = 1000;

export class Statistics {
  readonly #parts: SnapshotParts;
  readonly #startedAtMs: number;
  readonly #startedWallMs: number;
  readonly #bytesOut: ByteRate;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.nowMs();
    this.#startedWallMs = parts.clock.wallMs();
    this.#bytesOut = new ByteRate(this.#startedAtMs);
  }

  snapshot(): Snapshot {
    const { clock, former, frontends, backends, limitedOf, totals } = this.#parts;
    const nowMs = clock.nowMs();
    const living = new LivingTraffic(frontends);
    const firstBackendId = FIRST_PROXY_ID + frontends.length;
    const shown = frontends.map((frontend, at) => frontendFigures(frontend, FIRST_PROXY_ID + at, living, nowMs));
    return {
      process: this.#process(
        shown.reduce((sum, { bytesOut }) => sum + bytesOut, former.bytesOut),
        nowMs,
      ),
      frontends: shown,
      backends: backends.map((backend, at) =>
        backendFigures(backend, firstBackendId + at, this.#mostSessionsOf(backend), living, nowMs),
      ),
      accounts: accountsFigures(totals.accounts, living, limitedOf),
    };
  }

  /** Every account that is remembered, in the order of their names. */
  accounts(): readonly AccountFigures[] {
    const { frontends, limitedOf, totals } = this.#parts;
    const living = new LivingTraffic(frontends);
    return [...totals.accounts.entries()]
      .map((entry) => accountFigures(entry, living, limitedOf))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Forgets the maxima, or with `all` every count; what is there now stays. */
  clearCounters(all: boolean): void {
    const { clock, former, totals, frontends, backends } = this.#parts;
    const nowMs = clock.nowMs();
    const living = new LivingTraffic(frontends);
    totals.clearMaxima(nowMs);
    totals.accounts.clear(all, (account) => living.ofAccount(account), nowMs);
    if (all) former.becomeMinus(new Traffic());
    for (const frontend of frontends) {
      frontend.counters.clear(all, living.ofEntrance(frontend), nowMs);
      for (const listener of frontend.listeners) listener.counters.clear(all, living.ofEntrance(listener), nowMs);
    }
    for (const { backend, statistics } of backends) {
      statistics.backend.clear(all, backend.queuedFor(undefined), nowMs);
      statistics.former.clear(all, new Traffic(), 0, nowMs);
      for (const server of backend.servers) {
        statistics.of(server).clear(all, living.ofServer(server), backend.queuedFor(server), nowMs);
        if (all) server.submitAnswers.clear();
      }
    }
  }

  #process(bytesOut: number, nowMs: number): ProcessFigures {
    const { admission, balancer, descriptorLimit, facts, frontends, log, totals } = this.#parts;
    const { name, version, pid, node } = facts;
    const { connections } = totals;
    const listenersNow = frontends.flatMap(({ listeners }) => listeners).filter(({ isOpen }) => isOpen).length;
    return {
      name,
      version,
      pid,
      node,
      bytesOut,
      listenersNow,
      startedWallMs: this.#startedWallMs,
      uptimeMs: nowMs - this.#startedAtMs,
      isStopping: balancer.isStopping,
      ...sessionFigures(totals.sessions, admission.maxconn, nowMs),
      connectionsTotal: connections.total,
      connectionRateNow: connections.rate.now(nowMs),
      connectionRateMost: connections.rate.most,
      bytesOutPerSecond: this.#bytesOut.read(bytesOut, nowMs),
      closed: totals.closed,
      descriptorLimit: limitOf(descriptorLimit),
      ...facts.heap(),
      idlePercent: facts.idlePercent(nowMs),
      lostLogLines: log.lostLines,
    };
  }

  #mostSessionsOf({ name }: ShownBackend): number {
    const { admission, frontends } = this.#parts;
    const leading = frontends.filter(({ defaultBackend }) => defaultBackend === name);
    return Math.min(
      admission.maxconn,
      leading.reduce((sum, { places }) => sum + places.maxconn, 0),
    );
  }
}

/** Bytes per second, over the time between looks that are a second or more apart. */
class ByteRate {
  #sinceMs: number;
  #since = 0;
  #perSecond = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  read(bytes: number, nowMs: number): number {
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs < SECOND_MS) return this.#perSecond;
    // Fewer than before: they were cleared.
    this.#perSecond = Math.max(0, Math.round(((bytes - this.#since) * SECOND_MS) / passedMs));
    this.#sinceMs = nowMs;
    this.#since = bytes;
    return this.#perSecond;
  }
}
