/** The end of a connection to a server that a session has left, as proxy/leg-events.ts brings it about. */

import { Chunk } from '../../../src/balancer/session-port.js';
import type { Farewell } from '../../../src/balancer/session-port.js';
import type { Endpoint } from '../endpoint.js';
import type { Scheduler } from '../scheduler.js';

/** So long a server that was said goodbye to may take to answer. */
const PARTING_MS = 1000;

export function part(endpoint: Endpoint, farewell: Farewell, scheduler: Scheduler): void {
  const cancel = scheduler.after(PARTING_MS, () => endpoint.drop());
  const end = (): void => {
    cancel();
    endpoint.drop();
  };
  endpoint.events = {
    read: (chunk) => {
      if (farewell.hears(new Chunk(chunk))) end();
    },
    blocked() {},
    drained() {},
    ended: end,
    lost: end,
  };
  endpoint.write(farewell.words);
  // It may have been stopped because the client did not read.
  endpoint.resume();
}
