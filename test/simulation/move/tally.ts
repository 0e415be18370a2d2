/** What is counted of a session as of a guest of the balancer, over all of its servers. Pure. */

import type { Conversation } from '../../../src/balancer/conversation.js';
import type { Session } from '../../../src/balancer/session.js';
import { addClientTraffic, addRelayed } from '../../../src/balancer/session-traffic.js';
import { Traffic } from '../../../src/stats/traffic.js';
import type { History } from './history.js';

export class Tally {
  /** What was said with the servers that it has left. */
  readonly #former = new Traffic();
  #hasStarted = false;

  starts(): string | undefined {
    const wrong = this.#hasStarted ? 'has started twice' : undefined;
    this.#hasStarted = true;
    return wrong;
  }

  left(from: Conversation): void {
    addRelayed(this.#former, from);
  }

  /** Every request is answered, or counted as unanswered. */
  wrong(session: Session, { facts, unansweredRequests }: History): string | undefined {
    if (!facts.isServed) return undefined;
    const { droppedBytes = 0, lostRequests = 0 } = session.conversation ?? {};
    // What came before the answer to the login is not looked at if the server was lost with that.
    if (droppedBytes > 0 && lostRequests === 0) return undefined;
    const sum = this.#former.plus([]);
    addClientTraffic(sum, session);
    if (sum.unanswered === unansweredRequests) return undefined;
    return `counts ${sum.unanswered} requests as unanswered, and ${unansweredRequests} are`;
  }
}
