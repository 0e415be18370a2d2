/** Gives places back, and tells those who get them, or learn that there are none. Pure. */

import type { Backend } from './backend.js';
import type { Waiter } from './placing-state.js';
import type { Server } from './server.js';

/** Gives a place back, and tells the waiter that gets it. */
export function releasePlace(backend: Backend<Waiter>, server: Server, nowMs: number): void {
  const handed = backend.release(server);
  handed?.waiter.placed(handed, nowMs);
}

/** A server of the backend has got another weight or maxconn, or has become usable or not: those who waited are told. */
export function serversChanged(backend: Backend<Waiter>, nowMs: number): void {
  const { handed, turnedAway } = backend.changed(nowMs);
  for (const place of handed) place.waiter.placed(place, nowMs);
  for (const waiter of turnedAway) waiter.placed(undefined, nowMs);
}
