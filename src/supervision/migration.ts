/** Moves sessions, so many a second, and says how far it has come. */

import type { MoveCause } from '../balancer/move-order.js';
import type { Clock } from '../runtime/clock.js';
import type { Errand } from './errand.js';

export interface MigrationRules {
  readonly cause: Extract<MoveCause, 'drain' | 'rebalance' | 'server-removed'>;
  /** Sessions that begin to move in a second. */
  readonly perSecond: number;
  /** The first session that nobody takes ends it: then something is wrong that more moves make worse. */
  readonly stopsAtFailure: boolean;
}

export interface MigrationParts {
  readonly clock: Clock;
  /** Which sessions are still to move: asked at the beginning of each round. */
  readonly errands: () => readonly Errand[];
  /** It is over: all have moved, or it was stopped. */
  readonly over: (progress: MigrationProgress) => void;
}

export interface MigrationProgress {
  readonly state: 'running' | 'done' | 'stopped';
  /** Sessions that have been told to move, however often; those of them that have, and those that have stayed or ended. */
  readonly begun: number;
  readonly moved: number;
  readonly failed: number;
  readonly tookMs: number;
}

/** Rounds are so far apart; each begins as many moves as fit into it. */
const ROUND_MS = 100;
const SECOND_MS = 1000;
/** So long a session that has stayed is left in peace before it is told again. */
const REST_MS = 10_000;

export class Migration {
  readonly rules: MigrationRules;
  readonly #parts: MigrationParts;
  readonly #startedAtMs: number;
  /** Under way: with when they began. */
  readonly #underWay = new Set<Errand>();
  /** Sessions that have stayed, and until when they are not told again. */
  readonly #resting = new WeakMap<Errand['driven']['session'], number>();
  #state: MigrationProgress['state'] = 'running';
  #begun = 0;
  #moved = 0;
  #failed = 0;
  /** Moves that may begin now; what a round leaves over counts for the next. */
  #allowance = 0;
  #cancel: (() => void) | undefined;

  constructor(rules: MigrationRules, parts: MigrationParts) {
    this.rules = rules;
    this.#parts = parts;
    this.#startedAtMs = parts.clock.nowMs();
  }

  get progress(): MigrationProgress {
    const tookMs = this.#parts.clock.nowMs() - this.#startedAtMs;
    return { state: this.#state, begun: this.#begun, moved: this.#moved, failed: this.#failed, tookMs };
  }

  start(): void {
    this.#round();
  }

  /** Begins no further move; those that are under way go on. */
  stop(): void {
    if (this.#state === 'running') this.#end('stopped');
  }

  #round(): void {
    const { clock } = this.#parts;
    const hasFailed = this.#settle(clock.nowMs());
    if (hasFailed && this.rules.stopsAtFailure) {
      this.#end('stopped');
      return;
    }
    const errands = this.#parts.errands();
    if (errands.length === 0 && this.#underWay.size === 0) {
      this.#end('done');
      return;
    }
    this.#begin(errands, clock.nowMs());
    this.#cancel = clock.after(ROUND_MS, () => this.#round());
  }

  #begin(errands: readonly Errand[], nowMs: number): void {
    this.#allowance = Math.min(this.#allowance, 1) + (this.rules.perSecond * ROUND_MS) / SECOND_MS;
    for (const errand of errands) {
      if (this.#allowance < 1) return;
      if ((this.#resting.get(errand.driven.session) ?? -Infinity) > nowMs) continue;
      this.#allowance -= 1;
      // One that is told again has not failed yet.
      if (this.#resting.delete(errand.driven.session)) this.#failed -= 1;
      else this.#begun += 1;
      this.#underWay.add(errand);
      const { driven, to } = errand;
      driven.guard((atMs) => driven.session.journey?.begin({ cause: this.rules.cause, wanted: to }, atMs));
    }
  }

  /** Looks what has come of those under way. Returns whether one has stayed. */
  #settle(nowMs: number): boolean {
    let hasFailed = false;
    for (const errand of this.#underWay) {
      const { driven, from } = errand;
      const { journey, state } = driven.session;
      if (state.kind === 'relaying' && journey?.move !== undefined) continue;
      this.#underWay.delete(errand);
      if (state.kind === 'relaying' && journey?.conversation.server !== from) {
        this.#moved += 1;
        continue;
      }
      this.#failed += 1;
      if (state.kind !== 'relaying') continue;
      this.#resting.set(driven.session, nowMs + REST_MS);
      hasFailed = true;
    }
    return hasFailed;
  }

  #end(state: 'done' | 'stopped'): void {
    this.#cancel?.();
    this.#state = state;
    this.#parts.over(this.progress);
  }
}
