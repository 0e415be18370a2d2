/** What one session has seen of the servers that it was on: what these must have counted. Pure. */

import type { Server, ServerSeen } from '../../src/balancer/server.js';

type Sight = Exclude<keyof ServerSeen, 'lastLoss'>;
type Counts = Record<Sight, number>;
/** What a server has said, counted from the begin of the session. */
interface Answers {
  readonly answered: number;
  readonly submitAnswers: number;
  readonly busyAnswers: number;
}

export const SIGHTS: readonly Sight[] = ['answers', 'submitAnswers', 'busyAnswers', 'linkLosses'];

/** They differ where the program has failed in the midst of an event: nobody can say what of that was counted. */
interface Bounds {
  readonly least: Counts;
  readonly most: Counts;
}

const noCounts = (): Counts => ({ answers: 0, submitAnswers: 0, busyAnswers: 0, linkLosses: 0 });

export class Sightings {
  readonly #bounds = new Map<Server, Bounds>();
  /** What it had heard when its server last answered a request. */
  readonly #heard = { answered: 0, submitAnswers: 0, busyAnswers: 0 };

  sees(server: Server, sight: Sight, count = 1): void {
    const bounds = this.#bounds.get(server) ?? { least: noCounts(), most: noCounts() };
    this.#bounds.set(server, bounds);
    bounds.most[sight] += count;
  }

  /** Takes note of what its server has answered by now. What that says unasked is noted with its next answer. */
  hears(server: Server, { answered, submitAnswers, busyAnswers }: Answers): void {
    if (answered === this.#heard.answered) return;
    this.sees(server, 'answers', answered - this.#heard.answered);
    this.sees(server, 'submitAnswers', submitAnswers - this.#heard.submitAnswers);
    this.sees(server, 'busyAnswers', busyAnswers - this.#heard.busyAnswers);
    Object.assign(this.#heard, { answered, submitAnswers, busyAnswers });
  }

  /** The event is over in which that was seen, and nothing has failed. */
  areCertain(): void {
    for (const { least, most } of this.#bounds.values()) Object.assign(least, most);
  }

  least(server: Server, sight: Sight): number {
    return this.#bounds.get(server)?.least[sight] ?? 0;
  }

  most(server: Server, sight: Sight): number {
    return this.#bounds.get(server)?.most[sight] ?? 0;
  }
}
