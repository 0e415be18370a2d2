/** How many sessions a process may hold with the file descriptors that the system grants it. Pure. */

import { REFUSED_AT_ONCE } from '../balancer/admission.js';

/** A session's client socket and its server socket. */
const DESCRIPTORS_PER_SESSION = 2;

/** Logs, the event loop's own, and look-ups of names. */
const OWN_DESCRIPTORS = 64;

/** Where clients come in. */
export interface Entrances {
  readonly frontends: number;
  readonly listeners: number;
}

/** What is needed besides sessions: at maxconn, those who are being refused must not take what the others need. */
function reserved({ frontends, listeners }: Entrances): number {
  return OWN_DESCRIPTORS + listeners + frontends * REFUSED_AT_ONCE;
}

export function descriptorsNeeded(maxconn: number, entrances: Entrances): number {
  return maxconn * DESCRIPTORS_PER_SESSION + reserved(entrances);
}

/** The largest maxconn that `descriptorLimit` (what `ulimit -n` says; Infinity for unlimited) allows, at least 0. */
export function maxconnWithin(descriptorLimit: number, entrances: Entrances): number {
  return Math.max(0, Math.floor((descriptorLimit - reserved(entrances)) / DESCRIPTORS_PER_SESSION));
}
