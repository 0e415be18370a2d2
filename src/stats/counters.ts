/** What is counted of frontends, listeners, backends and servers: plain fields, each with one door. Pure. */

import { Arrivals, Population } from './population.js';
import { RecentTimes } from './recent-times.js';
import { StandingRecord } from './standing.js';
import type { Standing } from './standing.js';
import { Tally } from './tally.js';
import { Traffic } from './traffic.js';

/** How sessions ended, by reason. */
export class Endings {
  /** Those that never had a server. */
  readonly refused = new Tally();
  readonly closed = new Tally();

  add(reason: string, hadServer: boolean): void {
    (hadServer ? this.closed : this.refused).add(reason);
  }

  clear(): void {
    this.refused.clear();
    this.closed.clear();
  }
}

/** Of a frontend, or of one of its listeners. */
export class EntranceCounters {
  /** All that were accepted by the system, the refused ones too. */
  readonly connections = new Arrivals();
  /** Those that were let in. */
  readonly sessions = new Population();
  readonly endings = new Endings();
  /** Of the sessions that have ended. */
  readonly traffic = new Traffic();
  /** SUBMITs beyond the rate or window of their account, by what came of them. */
  readonly limited = { rejected: 0, delayed: 0 };

  /** Forgets the maxima, or with `all` everything; `living` is what the living sessions have had so far. */
  clear(all: boolean, living: Traffic, nowMs: number): void {
    this.connections.clear(all, nowMs);
    this.sessions.clear(all, nowMs);
    if (!all) return;
    this.endings.clear();
    this.traffic.becomeMinus(living);
    Object.assign(this.limited, { rejected: 0, delayed: 0 });
  }
}

/** Who waits for a place. */
class QueuePeak {
  #most = 0;

  get most(): number {
    return this.#most;
  }

  reached(waiting: number): void {
    this.#most = Math.max(this.#most, waiting);
  }

  clear(waiting: number): void {
    this.#most = waiting;
  }
}

/** How long sessions took: to get a place, to be connected, and in all. */
class SessionTimes {
  readonly queue = new RecentTimes();
  readonly connect = new RecentTimes();
  readonly total = new RecentTimes();

  clear(all: boolean): void {
    for (const times of [this.queue, this.connect, this.total]) times.clear(all);
  }
}

export class BackendCounters {
  /** Those that looked for a server, found or not. */
  readonly sessions = new Population();
  readonly endings = new Endings();
  /** Of those that wait for any server. */
  readonly queue = new QueuePeak();
  readonly times = new SessionTimes();
  readonly standing: StandingRecord;

  constructor(standing: Standing, nowMs: number) {
    this.standing = new StandingRecord(standing, nowMs);
  }

  clear(all: boolean, queuedNow: number, nowMs: number): void {
    this.sessions.clear(all, nowMs);
    this.queue.clear(queuedNow);
    this.times.clear(all);
    if (!all) return;
    this.endings.clear();
    this.standing.clear(nowMs);
  }
}

/** Sessions that have gone on with another server. */
export interface MoveCounts {
  left: number;
  arrived: number;
  /** Those that were to leave, and found no other server. */
  failed: number;
  /** SUBMITs that the server was sent and did not answer before it was left. */
  inDoubt: number;
}

/** What comes of a try that failed. */
type NextStep = 'retry' | 'redispatch' | 'close';

export class ServerCounters {
  /** Those that had a place here, also if the server did not take them. */
  readonly sessions = new Population();
  readonly endings = new Endings();
  readonly queue = new QueuePeak();
  readonly times = new SessionTimes();
  /** Of the sessions that have ended. */
  readonly traffic = new Traffic();
  readonly standing: StandingRecord;
  /** By the Status with which it answered. */
  readonly logins = new Tally();
  #balanced = 0;
  #lastSessionAtMs: number | undefined;
  #dials = 0;
  readonly moves: MoveCounts = { left: 0, arrived: 0, failed: 0, inDoubt: 0 };
  readonly #failedTries: Record<NextStep, number> = { retry: 0, redispatch: 0, close: 0 };

  constructor(standing: Standing, nowMs: number) {
    this.standing = new StandingRecord(standing, nowMs);
  }

  /** How often the algorithm has chosen it, and not the stick table. */
  get balanced(): number {
    return this.#balanced;
  }

  get lastSessionAtMs(): number | undefined {
    return this.#lastSessionAtMs;
  }

  get dials(): number {
    return this.#dials;
  }

  /** Tries that failed here, by what came of them. */
  get failedTries(): Readonly<Record<NextStep, number>> {
    return this.#failedTries;
  }

  placed(byBalance: boolean, nowMs: number): void {
    this.sessions.entered(nowMs);
    this.#lastSessionAtMs = nowMs;
    if (byBalance) this.#balanced += 1;
  }

  dialled(): void {
    this.#dials += 1;
  }

  tryFailed(next: NextStep): void {
    this.#failedTries[next] += 1;
  }

  /** Adds what its backend's figures are sums of: of a server that is gone. */
  add({ balanced, dials, failedTries, lastSessionAtMs = -Infinity, moves, traffic }: ServerCounters): void {
    this.traffic.add(traffic);
    for (const what of ['left', 'arrived', 'failed', 'inDoubt'] as const) this.moves[what] += moves[what];
    this.#balanced += balanced;
    this.#dials += dials;
    for (const next of ['retry', 'redispatch', 'close'] as const) this.#failedTries[next] += failedTries[next];
    const lastAtMs = Math.max(this.#lastSessionAtMs ?? -Infinity, lastSessionAtMs);
    this.#lastSessionAtMs = lastAtMs === -Infinity ? undefined : lastAtMs;
  }

  clear(all: boolean, living: Traffic, queuedNow: number, nowMs: number): void {
    this.sessions.clear(all, nowMs);
    this.queue.clear(queuedNow);
    this.times.clear(all);
    if (!all) return;
    this.endings.clear();
    this.traffic.becomeMinus(living);
    this.standing.clear(nowMs);
    this.logins.clear();
    this.#balanced = 0;
    this.#dials = 0;
    Object.assign(this.moves, { left: 0, arrived: 0, failed: 0, inDoubt: 0 });
    Object.assign(this.#failedTries, { retry: 0, redispatch: 0, close: 0 });
  }
}
