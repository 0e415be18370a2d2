/** What a change of a server's state means for its backend: who is placed where, which sessions go, what the log says. */

import type { Backend } from '../balancer/backend.js';
import { serversChanged } from '../balancer/places.js';
import type { Waiter } from '../balancer/placing-state.js';
import { isUsable } from '../balancer/server.js';
import type { Server } from '../balancer/server.js';
import type { Session } from '../balancer/session.js';
import type { Log } from '../log/log.js';
import type { Clock } from '../runtime/clock.js';
import { SlowStart } from './slow-start.js';
import type { Migrations } from './migrations.js';
import type { SupervisedServer } from './supervised-server.js';

/** A session, and the way to make it act without a fault in it harming others. */
export interface Driven {
  readonly session: Session;
  guard(act: (nowMs: number) => void): void;
}

/** What a backend does with sessions when a server goes or comes. */
export interface SupervisionRules {
  readonly onMarkedDown: 'move' | 'close' | 'keep';
  readonly onMarkedUp: 'close-backup-sessions' | 'keep';
  readonly minUp: number;
  /** Sessions that begin to move in a second. */
  readonly moveRate: number;
  readonly rebalance: 'auto' | 'off';
}

export interface BackendSupervisorParts {
  readonly name: string;
  readonly backend: Backend<Waiter>;
  readonly rules: SupervisionRules;
  readonly clock: Clock;
  readonly log: Pick<Log, 'event'>;
  /** All sessions there are, those of other backends too. */
  readonly sessions: () => Iterable<Driven>;
  readonly migrations: Pick<Migrations, 'drain' | 'rebalance'>;
}

/** So long after the last change sessions move back into balance: changes seldom come alone. */
const REBALANCE_AFTER_MS = 2000;

export class BackendSupervisor {
  readonly #parts: BackendSupervisorParts;
  readonly #slowStart: SlowStart;
  #rules: SupervisionRules;
  #hasAccepted = true;
  #cancelRebalance: (() => void) | undefined;
  /** What the servers' shares of the sessions come from, as last declared. */
  #shares: string | undefined;

  constructor(parts: BackendSupervisorParts) {
    this.#parts = parts;
    this.#rules = parts.rules;
    this.#slowStart = new SlowStart(parts.clock, () => this.changed());
  }

  use(rules: SupervisionRules): void {
    this.#rules = rules;
  }

  /** Those that have been removed and still have sessions are not counted. */
  get servers(): number {
    return this.#parts.backend.servers.filter(({ isLeaving }) => !isLeaving).length;
  }

  /** How many of them may take sessions: the others are down, drained, in maintenance or of weight 0. */
  get upNow(): number {
    return this.#parts.backend.servers.filter((server) => isUsable(server)).length;
  }

  /** The server has gone down or come up, and its `isUp` says so: to be called once for each time. */
  healthChanged(supervised: SupervisedServer, why: string): void {
    const { isUp } = supervised;
    const nowMs = this.#parts.clock.nowMs();
    const { changedAtMs } = supervised;
    supervised.changedAtMs = nowMs;
    if (isUp) this.#up(supervised, why, nowMs - changedAtMs);
    else this.#down(supervised, why);
  }

  /** The operator has changed wish or weight. */
  wishChanged(supervised: SupervisedServer, why: string): void {
    const { name, log } = this.#parts;
    const { server, status } = supervised;
    const { upNow, servers } = this;
    const sessions = server.sessionsNow;
    supervised.toldWish = server.wish;
    log.event('server-wish', { backend: name, server: server.name, status, why, upNow, servers, sessions });
    this.changed();
    this.rebalanceLater(0);
  }

  /**
   * The server has been removed, and takes no new session. What its sessions do about that is decided here, and nowhere
   * else: they move to others; where sessions do not move, they stay until they end by themselves.
   */
  removed({ name: fullName, server, status }: SupervisedServer): void {
    const { name, log, migrations } = this.#parts;
    const { moveRate, onMarkedDown } = this.#rules;
    const sessionsGo = onMarkedDown === 'move' ? 'move' : 'keep';
    const left = { sessions: server.sessionsNow, sessionsGo } as const;
    log.event('server-removed', { backend: name, server: server.name, status, ...left });
    if (sessionsGo === 'move') migrations.drain(fullName, server, 'server-removed', moveRate);
  }

  /** What is declared has changed, perhaps: with other servers or weights, sessions belong elsewhere. */
  settled(): void {
    const shares = this.#parts.backend.servers
      .filter(({ isLeaving }) => !isLeaving)
      .map(({ name, weight }) => `${name} ${weight}`)
      .join();
    if (this.#shares !== undefined && this.#shares !== shares) this.rebalanceLater(0);
    this.#shares = shares;
    this.changed();
  }

  /** Where that is wanted sessions move back into balance, once nothing has changed for a while, and for so long more. */
  rebalanceLater(moreMs: number): void {
    const { name, backend, clock, migrations } = this.#parts;
    this.#cancelRebalance?.();
    this.#cancelRebalance = undefined;
    if (this.#rules.rebalance === 'off') return;
    this.#cancelRebalance = clock.after(REBALANCE_AFTER_MS + moreMs, () => {
      this.#cancelRebalance = undefined;
      migrations.rebalance(name, backend, this.#rules.moveRate);
    });
  }

  /** The last session has left a server that was removed. */
  forget(server: Server): void {
    const { name, backend, log } = this.#parts;
    this.#slowStart.end(server);
    backend.forget(server);
    log.event('server-gone', { backend: name, server: server.name });
  }

  stop(): void {
    this.#cancelRebalance?.();
    this.#slowStart.stop();
  }

  #down({ server, status }: SupervisedServer, why: string): void {
    const { name, log } = this.#parts;
    const { upNow, servers } = this;
    const { onMarkedDown: sessionsGo } = this.#rules;
    this.#slowStart.end(server);
    const left = { upNow, servers, sessions: server.sessionsNow, sessionsGo };
    log.event('server-down', { backend: name, server: server.name, status, why, ...left });
    // First of all nobody is placed there any more; then those who are may look for another one.
    this.changed();
    for (const driven of this.#parts.sessions()) {
      const isPlaced = driven.session.conversation !== undefined;
      if (isPlaced && sessionsGo === 'keep') continue;
      const order = { reason: 'server-marked-down', how: sessionsGo === 'close' ? 'close' : 'move', why } as const;
      driven.guard((nowMs) => driven.session.leaveServer(server, order, nowMs));
    }
  }

  #up({ name: fullName, health, server, slowstartMs, status }: SupervisedServer, why: string, downMs: number): void {
    const { name, backend, log, sessions } = this.#parts;
    const { upNow, servers } = this;
    log.event('server-up', { backend: name, server: server.name, status, why, upNow, servers, downMs });
    // At the start nobody is there to be spared, and nobody else to take the sessions.
    const hasBeenUp = health !== undefined && health.timesDown > 0;
    this.#slowStart.begin(server, hasBeenUp ? slowstartMs : 0);
    this.changed();
    if (hasBeenUp) this.rebalanceLater(slowstartMs);
    else if (backend.servers.some(({ sessionsNow }) => sessionsNow > 0)) this.rebalanceLater(0);
    // One that is drained meanwhile, or of weight 0, does not take over what the backups have.
    if (this.#rules.onMarkedUp === 'keep' || server.backup || !backend.takes(server)) return;
    const backups = backend.servers.filter(({ backup }) => backup);
    const order = {
      reason: 'backup-released',
      how: this.#rules.onMarkedDown === 'move' ? 'move' : 'close',
      why: `${fullName} is UP`,
    } as const;
    for (const driven of sessions()) {
      // Who only tries a backup may as well stay: it will be one more or less.
      if (driven.session.conversation === undefined) continue;
      for (const backup of backups) {
        driven.guard((nowMs) => driven.session.leaveServer(backup, order, nowMs));
      }
    }
  }

  /** A server may take sessions, or may not any more: those who wait are told, and the log if nobody is let in now. */
  changed(): void {
    const { backend, clock } = this.#parts;
    serversChanged(backend, clock.nowMs());
    if (backend.accepts === this.#hasAccepted) return;
    this.#hasAccepted = backend.accepts;
    const { name, log } = this.#parts;
    const { upNow, servers } = this;
    if (this.#hasAccepted) log.event('backend-accepts', { backend: name, upNow, servers });
    else log.event('backend-refuses', { backend: name, upNow, servers, minUp: this.#rules.minUp });
  }
}
