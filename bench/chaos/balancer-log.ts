/** What the balancer's log says, as it says it: where every session is, what is in doubt, and what has happened. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock } from '../../src/runtime/clock.js';

/** A line in the format json. */
export type Line = Readonly<Record<string, unknown>>;

interface Waiter {
  readonly suits: (line: Line) => boolean;
  readonly seen: (line: Line) => void;
}

/** A session on its way. */
export interface Move {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
}

export class BalancerLog {
  /** By account, where the session is now, and where it was when it came. */
  readonly serverOf = new Map<string, string>();
  readonly homeOf = new Map<string, string>();
  readonly moves: Move[] = [];
  /** SUBMITs that a server has not answered, and how many of them the SP was told to send again. */
  submitsInDoubt = 0;
  submitsRejected = 0;
  readonly #clock: Clock;
  readonly #accountOf = new Map<unknown, string>();
  readonly #waiters = new Set<Waiter>();
  readonly #troubles: string[] = [];

  constructor(clock: Clock, stream: Readable) {
    this.#clock = clock;
    createInterface({ input: stream }).on('line', (text) => this.#take(text));
  }

  /** The last warnings and errors that tell more than that a session is in doubt. */
  get troubles(): readonly string[] {
    return this.#troubles.slice(-10);
  }

  /** The first line of this event from now on; rejects when there is none within `limitMs`. */
  next(event: string, limitMs: number, suits: (line: Line) => boolean = () => true): Promise<Line> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        suits: (line) => line['event'] === event && suits(line),
        seen: (line) => {
          cancel();
          this.#waiters.delete(waiter);
          resolve(line);
        },
      };
      const cancel = this.#clock.after(limitMs, () => {
        this.#waiters.delete(waiter);
        const last = this.troubles.map((text) => `\n    ${text}`).join('');
        reject(new Error(`the balancer's log has no ${event} within ${limitMs / 1000} s${last}`));
      });
      this.#waiters.add(waiter);
    });
  }

  /** Resolves when so many sessions have come. */
  async came(sessions: number, limitMs: number): Promise<void> {
    if (this.homeOf.size < sessions) await this.next('session-start', limitMs, () => this.homeOf.size >= sessions);
  }

  sessionsOn(server: string): number {
    return [...this.serverOf.values()].filter((each) => each === server).length;
  }

  /** How many sessions came to this server when all were up. */
  homesOn(server: string): number {
    return [...this.homeOf.values()].filter((each) => each === server).length;
  }

  #take(text: string): void {
    const line: Line = JSON.parse(text);
    if (line['event'] === 'session-start') this.#start(line);
    else if (line['event'] === 'session-moved') this.#move(line);
    else if (line['event'] === 'session-in-doubt') {
      this.submitsInDoubt += Number(line['submits']);
      this.submitsRejected += Number(line['rejected']);
    } else if (line['level'] === 'warn' || line['level'] === 'error') this.#troubles.push(String(line['msg']));
    for (const waiter of this.#waiters) if (waiter.suits(line)) waiter.seen(line);
  }

  #start({ session, account, server }: Line): void {
    this.#accountOf.set(session, String(account));
    this.serverOf.set(String(account), String(server));
    this.homeOf.set(String(account), String(server));
  }

  #move({ session, server, to, cause }: Line): void {
    const account = this.#accountOf.get(session);
    if (account === undefined) return;
    this.serverOf.set(account, String(to));
    this.moves.push({ account, from: String(server), to: String(to), cause: String(cause) });
  }
}
