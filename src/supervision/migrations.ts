/** The migrations that are under way, and those that are over: one for each server that is drained, or backend. */

import type { Backend } from '../balancer/backend.js';
import type { Waiter } from '../balancer/placing-state.js';
import type { Server } from '../balancer/server.js';
import type { Log } from '../log/log.js';
import type { Clock } from '../runtime/clock.js';
import type { Driven } from './backend-supervisor.js';
import { errandsOff, errandsToBalance } from './errand.js';
import type { Errand } from './errand.js';
import { Migration } from './migration.js';
import type { MigrationProgress, MigrationRules } from './migration.js';

export interface MigrationsParts {
  readonly clock: Clock;
  readonly log: Pick<Log, 'event'>;
  /** All sessions there are, those of other backends too. */
  readonly sessions: () => Iterable<Driven>;
}

/** For `show moves`. */
export interface ShownMigration {
  /** `smsc/server1`, or for a rebalance `smsc`. */
  readonly of: string;
  readonly cause: MigrationRules['cause'];
  readonly perSecond: number;
  readonly progress: MigrationProgress;
}

export class Migrations {
  readonly #parts: MigrationsParts;
  /** The last one of each. */
  readonly #migrations = new Map<string, Migration>();

  constructor(parts: MigrationsParts) {
    this.#parts = parts;
  }

  get shown(): readonly ShownMigration[] {
    return [...this.#migrations].map(([of, { progress, rules }]) => {
      return { of, cause: rules.cause, perSecond: rules.perSecond, progress };
    });
  }

  /** Moves the sessions of a server that takes no new ones to others, until it has none. */
  drain(name: string, server: Server, cause: 'drain' | 'server-removed', perSecond: number): void {
    this.#start(name, { cause, perSecond, stopsAtFailure: false }, () => errandsOff(server, this.#parts.sessions()));
  }

  /** Moves the fewest sessions that make the backend even again. Returns how many that is. */
  rebalance(name: string, backend: Backend<Waiter>, perSecond: number): number {
    const planned = new Set(errandsToBalance(backend, this.#parts.sessions()));
    // Planned once, so that what comes and goes meanwhile does not keep it moving.
    this.#start(name, { cause: 'rebalance', perSecond, stopsAtFailure: true }, () => stillToMove(planned));
    return planned.size;
  }

  /** Begins no further move. Returns false where there is nothing to stop. */
  stop(name: string): boolean {
    const migration = this.#migrations.get(name);
    if (migration?.progress.state !== 'running') return false;
    migration.stop();
    return true;
  }

  /** A server that was removed is there again. */
  keep(name: string): void {
    if (this.#migrations.get(name)?.rules.cause === 'server-removed') this.stop(name);
  }

  stopAll(): void {
    for (const name of this.#migrations.keys()) this.stop(name);
  }

  #start(of: string, rules: MigrationRules, errands: () => readonly Errand[]): void {
    const { clock, log } = this.#parts;
    this.stop(of);
    const { cause, perSecond } = rules;
    const migration = new Migration(rules, {
      clock,
      errands,
      over: ({ state, moved, failed, tookMs }) =>
        log.event('migration-over', { of, cause, state: state === 'done' ? 'done' : 'stopped', moved, failed, tookMs }),
    });
    this.#migrations.set(of, migration);
    log.event('migration-started', { of, cause, sessions: errands().length, perSecond });
    migration.start();
  }
}

/** Takes those out of a plan that have been told, or are gone: each is told once. */
function stillToMove(planned: Set<Errand>): readonly Errand[] {
  for (const errand of planned) {
    const { journey, state } = errand.driven.session;
    const isThere = journey?.conversation.server === errand.from && journey.move === undefined;
    if (state.kind !== 'relaying' || !isThere) planned.delete(errand);
  }
  return [...planned];
}
