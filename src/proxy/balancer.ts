/** The running balancer: where it listens, how many are there, and how it ends. */

import type { Clock } from '../runtime/clock.js';
import type { SessionTotals } from '../stats/session-totals.js';
import type { Frontend } from './frontend.js';
import type { Guest } from './guest.js';
import type { Listener } from './listener.js';
import type { SessionDriver } from './session-driver.js';

/** A frontend and what it listens on. */
export interface Entrance {
  readonly frontend: Frontend;
  readonly listeners: readonly Listener[];
}

/** What goes on beside the sessions: the checks of servers. */
export interface Supervision {
  stop(): void;
}

/** What goes on as long as anything else does: the operator's way in. */
export interface Companion {
  stop(): void;
}

export class Balancer {
  readonly totals: SessionTotals;
  #entrances: readonly Entrance[];
  #isStopping = false;
  #companions: readonly Companion[] = [];
  readonly #supervision: Supervision;
  readonly #clock: Clock;

  constructor(entrances: readonly Entrance[], supervision: Supervision, totals: SessionTotals, clock: Clock) {
    this.#entrances = entrances;
    this.#supervision = supervision;
    this.totals = totals;
    this.#clock = clock;
  }

  /** Frontends that were removed are in it as long as they have sessions. */
  get entrances(): readonly Entrance[] {
    return this.#entrances;
  }

  /** Has these frontends from now on; not while it is stopping. */
  use(entrances: readonly Entrance[]): void {
    this.#entrances = entrances;
  }

  /** It accepts nobody any more, for good. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** They end when everything else has ended. */
  endWith(...companions: readonly Companion[]): void {
    this.#companions = companions;
  }

  /** The addresses of a frontend, with the ports that the system gave. */
  addressesOf(frontend: string): readonly string[] {
    return this.entrances
      .filter((entrance) => entrance.frontend.parts.name === frontend)
      .flatMap(({ listeners }) => listeners.map(({ address }) => address));
  }

  get sessionsNow(): number {
    return this.guests().length;
  }

  /** All sessions that are not closed. */
  *sessions(): Iterable<SessionDriver> {
    for (const { frontend } of this.entrances) {
      for (const { driver } of frontend.guests) yield driver;
    }
  }

  /** Accepts nobody any more. Resolves when the last session has ended by itself. */
  async retire(): Promise<void> {
    this.stopAccepting();
    await this.empty();
    this.#supervision.stop();
    this.#stopCompanions();
  }

  /** Ends every session: TERMINATE to both sides, and what has not ended after `withinMs` is closed. */
  async stop(withinMs: number): Promise<void> {
    this.stopAccepting();
    this.#supervision.stop();
    const deadlineMs = this.#clock.nowMs() + withinMs;
    for (const guest of this.guests()) guest.driver.stop('shutdown', deadlineMs);
    const cancel = this.#clock.after(withinMs, () => this.kill());
    await this.empty();
    cancel();
    this.#stopCompanions();
  }

  /** Closes every session at once. */
  kill(): void {
    this.stopAccepting();
    this.#supervision.stop();
    this.#stopCompanions();
    for (const guest of this.guests()) guest.driver.kill();
  }

  stopAccepting(): void {
    this.#isStopping = true;
    for (const { listeners } of this.entrances) {
      for (const listener of listeners) listener.close();
    }
  }

  async empty(): Promise<void> {
    await Promise.all(this.entrances.map(({ frontend }) => frontend.empty()));
  }

  /** Everybody whose session is not closed. */
  guests(): Guest[] {
    return this.entrances.flatMap(({ frontend }) => [...frontend.guests]);
  }

  #stopCompanions(): void {
    for (const companion of this.#companions) companion.stop();
  }
}
