/** How many sessions a process may hold with the file descriptors that the system grants it. Pure. */

import { REFUSED_AT_ONCE } from '../balancer/admission.js';

/** A session's client socket and its server socket. */
const DESCRIPTORS_PER_SESSION = 2;

/** Logs, the event loop's own, and look-ups of names. */
export const RESERVED_DESCRIPTORS = 64;

/** What is open beside the sessions. */
export interface StandingNeeds {
  readonly frontends: number;
  /** Addresses of all frontends together. */
  readonly listeners: number;
  /** Callers of the runtime API and of the HTTP server, their own addresses included. */
  readonly callers: number;
  /** A probe has one connection, now and then or for good. */
  readonly checkedServers: number;
}

export function descriptorsNeeded(maxconn: number, standing: StandingNeeds): number {
  return maxconn * DESCRIPTORS_PER_SESSION + besideSessions(standing);
}

/** The largest maxconn that `descriptorLimit` (what `ulimit -n` says; Infinity for unlimited) allows, at least 0. */
export function maxconnWithin(descriptorLimit: number, standing: StandingNeeds): number {
  return Math.max(0, Math.floor((descriptorLimit - besideSessions(standing)) / DESCRIPTORS_PER_SESSION));
}

function besideSessions({ frontends, listeners, callers, checkedServers }: StandingNeeds): number {
  return listeners + callers + checkedServers + frontends * REFUSED_AT_ONCE + RESERVED_DESCRIPTORS;
}
