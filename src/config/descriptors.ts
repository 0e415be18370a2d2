/** How many sessions a process may hold with the file descriptors that the system grants it. Pure. */

/** A session's client socket and its server socket. */
const DESCRIPTORS_PER_SESSION = 2;

/** Logs, the event loop's own, and look-ups of names. */
const RESERVED_DESCRIPTORS = 64;

export function descriptorsNeeded(maxconn: number, listeners: number): number {
  return maxconn * DESCRIPTORS_PER_SESSION + listeners + RESERVED_DESCRIPTORS;
}

/** The largest maxconn that `descriptorLimit` (what `ulimit -n` says; Infinity for unlimited) allows, at least 0. */
export function maxconnWithin(descriptorLimit: number, listeners: number): number {
  const forSessions = descriptorLimit - listeners - RESERVED_DESCRIPTORS;
  return Math.max(0, Math.floor(forSessions / DESCRIPTORS_PER_SESSION));
}
