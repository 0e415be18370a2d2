/** The counters of all sessions of the process. What is counted since the start nobody clears. Pure. */

import { AccountBook } from './accounts.js';
import { Arrivals, Population } from './population.js';
import { StreamErrors } from './stream-errors.js';
import { Tally } from './tally.js';

export class SessionTotals {
  /** All that were accepted by the system, the refused ones too. */
  readonly connections = new Arrivals();
  /** Those that were let in. */
  readonly sessions = new Population();
  /** Of these, what `clear counters` forgets is forgotten. */
  readonly accounts = new AccountBook();
  readonly streamErrors = new StreamErrors();
  readonly #closed = new Tally();

  get accepted(): number {
    return this.connections.total;
  }

  /** How many ended for which reason; a reason that did not occur is not in it. */
  get closed(): Readonly<Record<string, number>> {
    return this.#closed.counts;
  }

  close(reason: string): void {
    this.#closed.add(reason);
  }

  clearMaxima(nowMs: number): void {
    this.connections.clear(false, nowMs);
    this.sessions.clear(false, nowMs);
  }
}
