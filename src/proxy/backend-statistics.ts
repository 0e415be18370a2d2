/** Counts what becomes of a backend's places and of its sessions. */

import type { Placed, PlaceWatcher } from '../balancer/backend.js';
import type { CloseReason } from '../balancer/close-reason.js';
import type { Conversation } from '../balancer/conversation.js';
import type { FailedTry } from '../balancer/placing-state.js';
import type { Server } from '../balancer/server.js';
import type { Session } from '../balancer/session.js';
import { addServerTraffic } from '../balancer/session-traffic.js';
import type { Clock } from '../runtime/clock.js';
import { BackendCounters, ServerCounters } from '../stats/counters.js';
import type { Standing } from '../stats/standing.js';

export class BackendStatistics implements PlaceWatcher {
  readonly backend: BackendCounters;
  /** All servers together that were removed and are gone. */
  readonly former: ServerCounters;
  readonly #servers = new Map<Server, ServerCounters>();
  readonly #clock: Clock;

  constructor(servers: readonly Server[], clock: Clock) {
    this.#clock = clock;
    const nowMs = clock.nowMs();
    this.backend = new BackendCounters('up', nowMs);
    this.former = new ServerCounters('up', nowMs);
    for (const server of servers) this.begin(server);
  }

  /** Counts a server's sessions from now on; of one that it knows it goes on. */
  begin(server: Server): void {
    if (this.#servers.has(server)) return;
    this.#servers.set(server, new ServerCounters(standingOf(server), this.#clock.nowMs()));
  }

  /** The server is gone; what was counted of it stays in the sums of its backend. */
  forget(server: Server): void {
    this.former.add(this.of(server));
    this.#servers.delete(server);
  }

  of(server: Server): ServerCounters {
    const counters = this.#servers.get(server);
    if (counters === undefined) throw new Error(`nothing is counted of ${server.name}`);
    return counters;
  }

  sought(): void {
    this.backend.sessions.entered(this.#clock.nowMs());
  }

  placed(server: Server, why: Placed['why']): void {
    this.of(server).placed(why !== 'stick-table', this.#clock.nowMs());
  }

  released(server: Server): void {
    this.of(server).sessions.left();
  }

  queued(waitsFor: Server | undefined, waiting: number): void {
    const counters = waitsFor === undefined ? this.backend : this.of(waitsFor);
    counters.queue.reached(waiting);
  }

  changed(accepts: boolean, nowMs: number): void {
    for (const [server, { standing }] of this.#servers) standing.become(standingOf(server), nowMs);
    this.backend.standing.become(accepts ? 'up' : 'down', nowMs);
  }

  /** A connection to the server is being opened. */
  dialled(server: Server): void {
    this.of(server).dialled();
  }

  tryFailed({ server, next }: FailedTry): void {
    // A session that goes on all the same has given up this search, too.
    this.of(server).tryFailed(next === 'stay' || next === 'hold' ? 'close' : next);
  }

  /** A server has the session. */
  started({ answer, conversation, placing }: Session): void {
    if (conversation === undefined || placing?.placedAtMs === undefined || placing.dialledAtMs === undefined) return;
    const { soughtAtMs, placedAtMs, dialledAtMs } = placing;
    if (answer !== undefined) this.of(conversation.server).logins.add(String(answer.status));
    for (const { times } of [this.backend, this.of(conversation.server)]) {
      times.queue.note(placedAtMs - soughtAtMs);
      times.connect.note(dialledAtMs - placedAtMs);
    }
  }

  /** A session has left this server for the one that it has now. */
  moved(from: Conversation, { conversation }: Session): void {
    const former = this.of(from.server);
    addServerTraffic(former.traffic, from);
    former.moves.left += 1;
    if (conversation !== undefined) this.of(conversation.server).moves.arrived += 1;
  }

  /** A session was to leave this server, and found no other. */
  stayed(server: Server): void {
    this.of(server).moves.failed += 1;
  }

  /** The server will not answer so many SUBMITs. */
  doubted(server: Server, submits: number): void {
    this.of(server).moves.inDoubt += submits;
  }

  /** A session that has looked for a server is closed. */
  ended(session: Session, reason: CloseReason, nowMs: number): void {
    const { acceptedAtMs, answer, conversation } = session;
    this.backend.sessions.left();
    this.backend.endings.add(reason, conversation !== undefined);
    if (conversation === undefined) return;
    const server = this.of(conversation.server);
    server.endings.add(reason, true);
    // The others were counted when they began.
    if (answer !== undefined && answer.status !== 0) server.logins.add(String(answer.status));
    addServerTraffic(server.traffic, conversation);
    for (const { times } of [this.backend, server]) times.total.note(nowMs - acceptedAtMs);
  }
}

function standingOf({ isLeaving, isUp, wish }: Server): Standing {
  if (wish === 'maint') return 'maint';
  if (!isUp) return 'down';
  return wish === 'drain' || isLeaving ? 'drain' : 'up';
}
