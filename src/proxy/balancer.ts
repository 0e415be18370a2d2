/** The running balancer: where it listens, how many are there, and how it ends. */

import type { Clock } from '../runtime/clock.js';
import type { SessionTotals } from '../stats/session-totals.js';
import type { Frontend } from './frontend.js';
import type { Guest } from './guest.js';
import type { Listener } from './listener.js';

/** A frontend and what it listens on. */
export interface Entrance {
  readonly frontend: Frontend;
  readonly listeners: readonly Listener[];
}

export class Balancer {
  readonly totals: SessionTotals;
  readonly #entrances: readonly Entrance[];
  readonly #clock: Clock;

  constructor(entrances: readonly Entrance[], totals: SessionTotals, clock: Clock) {
    this.#entrances = entrances;
    this.totals = totals;
    this.#clock = clock;
  }

  /** The addresses of a frontend, with the ports that the system gave. */
  addressesOf(frontend: string): readonly string[] {
    return this.#entrances
      .filter((entrance) => entrance.frontend.parts.name === frontend)
      .flatMap(({ listeners }) => listeners.map(({ address }) => address));
  }

  get sessionsNow(): number {
    return this.#guests().length;
  }

  stopAccepting(): void {
    for (const { listeners } of this.#entrances) {
      for (const listener of listeners) listener.close();
    }
  }

  /** Resolves when no session is left. */
  async empty(): Promise<void> {
    await Promise.all(this.#entrances.map(({ frontend }) => frontend.empty()));
  }

  /** Ends every session: TERMINATE to both sides, and what has not ended after `withinMs` is closed. */
  async stop(withinMs: number): Promise<void> {
    this.stopAccepting();
    const deadlineMs = this.#clock.nowMs() + withinMs;
    for (const guest of this.#guests()) guest.driver.stop(deadlineMs);
    const cancel = this.#clock.after(withinMs, () => this.kill());
    await this.empty();
    cancel();
  }

  /** Closes every session at once. */
  kill(): void {
    this.stopAccepting();
    for (const guest of this.#guests()) guest.driver.kill();
  }

  #guests(): Guest[] {
    return this.#entrances.flatMap(({ frontend }) => [...frontend.guests]);
  }
}
