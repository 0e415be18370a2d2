/** The SPs of the chaos run: many sessions that send at a steady rate, and count what becomes of each SUBMIT. */

import type { Clock } from '../../src/runtime/clock.js';
import { Counts } from './counts.js';
import { FleetSession, submitTemplate } from './fleet-session.js';
import type { SessionPort } from './fleet-session.js';

const TICK_MS = 4;
const SECOND_MS = 1000;
/** More at a time would overflow the queue of a listener, which the kernel mends a second later. */
const LOGINS_AT_ONCE = 100;
const FIRST_ACCOUNT = 900_001;

export interface FleetOptions {
  readonly clock: Clock;
  /** Of the balancer, on 127.0.0.1. */
  readonly port: number;
  readonly sessions: number;
}

export class Fleet implements SessionPort {
  /** Of the step that began last. */
  counts: Counts;
  readonly #options: FleetOptions;
  readonly #sessions: FleetSession[] = [];
  #cancelTick: (() => void) | undefined;
  #nextSession = 0;
  #unserved = 0;
  #served: (() => void) | undefined;
  #settled: (() => void) | undefined;
  #unanswered = 0;

  private constructor(options: FleetOptions) {
    this.#options = options;
    this.counts = new Counts(options.clock.nowMs());
  }

  /** Logs all sessions in, each with an account of its own. Rejects when one of them is not let in. */
  static async loggedIn(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    const template = submitTemplate();
    let next = 0;
    const logInOthers = async (): Promise<void> => {
      while (next < options.sessions) {
        const account = String(FIRST_ACCOUNT + next);
        next += 1;
        fleet.#sessions.push(await FleetSession.loggedIn(account, options.port, template, fleet));
      }
    };
    await Promise.all(Array.from({ length: LOGINS_AT_ONCE }, logInOthers));
    return fleet;
  }

  /** Begins a step: counts anew, and sends so many SUBMITs a second, the sessions taking turns. */
  start(submitsPerSecond: number): void {
    const { clock } = this.#options;
    const startMs = clock.nowMs();
    const counts = new Counts(startMs);
    this.counts = counts;
    const tick = (): void => {
      const due = Math.floor(((clock.nowMs() - startMs) * submitsPerSecond) / SECOND_MS);
      while (counts.sent < due && this.#submit(startMs + (counts.sent * SECOND_MS) / submitsPerSecond));
      this.#cancelTick = clock.after(TICK_MS, tick);
    };
    tick();
  }

  /** Sends no more, waits up to `limitMs` for the answers, and counts what has none as lost. */
  async settle(limitMs: number): Promise<Counts> {
    this.#cancelTick?.();
    await this.#within(limitMs, this.#unanswered === 0, (settled) => {
      this.#settled = settled;
    });
    for (const session of this.#sessions) this.#lose(session);
    return this.counts;
  }

  /**
   * Resolves when every living session has had an answer of Result 0 to a SUBMIT that was due from now on, with how long
   * that took in ms; undefined when `limitMs` were not enough.
   */
  async allServed(limitMs: number): Promise<number | undefined> {
    const startMs = this.#options.clock.nowMs();
    this.#unserved = 0;
    for (const session of this.#sessions.filter(({ isOpen }) => isOpen)) {
      session.servedFromMs = startMs;
      this.#unserved += 1;
    }
    await this.#within(limitMs, this.#unserved === 0, (served) => {
      this.#served = served;
    });
    return this.#unserved === 0 ? this.#options.clock.nowMs() - startMs : undefined;
  }

  close(): void {
    this.#cancelTick?.();
    for (const session of this.#sessions) if (session.isOpen) session.close();
  }

  answered(session: FleetSession, result: number, dueMs: number, isInOrder: boolean): void {
    const nowMs = this.#options.clock.nowMs();
    this.counts.answer(result, nowMs - dueMs, nowMs);
    if (!isInOrder) this.counts.outOfOrder += 1;
    this.#unanswered -= 1;
    if (this.#unanswered === 0) this.#settled?.();
    if (result !== 0 || dueMs < session.servedFromMs || session.servedFromMs === 0) return;
    this.#isServed(session);
  }

  duplicated(): void {
    this.counts.duplicated += 1;
  }

  disconnected(session: FleetSession): void {
    this.counts.disconnects += 1;
    this.#lose(session);
    if (session.servedFromMs !== 0) this.#isServed(session);
    if (this.#unanswered === 0) this.#settled?.();
  }

  /** No session is waited for twice, and none that is gone. */
  #isServed(session: FleetSession): void {
    session.servedFromMs = 0;
    this.#unserved -= 1;
    if (this.#unserved === 0) this.#served?.();
  }

  #lose(session: FleetSession): void {
    const lost = session.giveUp();
    this.counts.lost += lost;
    this.#unanswered -= lost;
  }

  /** Returns false when there is no session left. */
  #submit(dueMs: number): boolean {
    for (let tried = 0; tried < this.#sessions.length; tried += 1) {
      const session = this.#sessions[this.#nextSession];
      this.#nextSession = (this.#nextSession + 1) % this.#sessions.length;
      if (session?.isOpen !== true) continue;
      session.submit(dueMs);
      this.counts.sent += 1;
      this.#unanswered += 1;
      return true;
    }
    return false;
  }

  #within(limitMs: number, isOver: boolean, begin: (over: () => void) => void): Promise<void> {
    if (isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(limitMs, resolve);
      begin(() => {
        cancel();
        resolve();
      });
    });
  }
}
