/** Which sessions are to move where: off one server, or back into balance. Pure. */

import type { Backend } from '../balancer/backend.js';
import type { Waiter } from '../balancer/placing-state.js';
import { weightNow } from '../balancer/server.js';
import type { Server } from '../balancer/server.js';
import type { Driven } from './backend-supervisor.js';

/** One session that is to move. `to` undefined: wherever it belongs. */
export interface Errand {
  readonly driven: Driven;
  readonly from: Server;
  readonly to: Server | undefined;
}

/** All sessions that the server has now. */
export function errandsOff(server: Server, sessions: Iterable<Driven>): Errand[] {
  return settled(sessions)
    .filter(({ from }) => from === server)
    .map((each) => ({ ...each, to: undefined }));
}

/**
 * The fewest sessions that restore the balance of a backend. Where it hashes, those that are not where the hash wants
 * them; elsewhere those that a server has beyond its share by weight, to where others are short of theirs.
 */
export function errandsToBalance(backend: Backend<Waiter>, sessions: Iterable<Driven>): Errand[] {
  const own = settled(sessions).filter(({ from }) => backend.servers.includes(from));
  const homes = own.map(({ driven }) => backend.homeOf(driven.session.who));
  if (homes.some((home) => home !== undefined)) {
    return own
      .map((each, at) => ({ ...each, to: homes[at] }))
      .filter(({ from, to }) => to !== undefined && to !== from && backend.takes(to));
  }
  return toShares(backend, own);
}

function toShares(backend: Backend<Waiter>, own: readonly Omit<Errand, 'to'>[]): Errand[] {
  const takers = backend.servers.filter((server) => backend.takes(server));
  const weight = takers.reduce((sum, server) => sum + weightNow(server), 0);
  if (weight === 0) return [];
  const here = new Map(takers.map((server) => [server, own.filter(({ from }) => from === server).length]));
  const placed = own.filter(({ from }) => here.has(from)).length;
  const errands: Errand[] = [];
  for (const { driven, from } of own) {
    const share = (placed * weightNow(from)) / weight;
    const to = neediest(here, (server) => (placed * weightNow(server)) / weight);
    // Moved only when that brings both nearer to their shares.
    if (to === undefined || to === from || (here.get(from) ?? 0) < share + 1) continue;
    here.set(from, (here.get(from) ?? 0) - 1);
    here.set(to, (here.get(to) ?? 0) + 1);
    errands.push({ driven, from, to });
  }
  return errands;
}

/** The server that is furthest below its share. */
function neediest(here: ReadonlyMap<Server, number>, shareOf: (server: Server) => number): Server | undefined {
  let found: Server | undefined;
  let most = 0;
  for (const [server, sessions] of here) {
    const missing = shareOf(server) - sessions;
    if (missing <= most) continue;
    most = missing;
    found = server;
  }
  return found;
}

/** Those that have a server and are not about to leave it. */
function settled(sessions: Iterable<Driven>): Omit<Errand, 'to'>[] {
  return [...sessions].flatMap((driven) => {
    const { journey, state } = driven.session;
    if (state.kind !== 'relaying' || journey === undefined || journey.move !== undefined) return [];
    return [{ driven, from: journey.conversation.server }];
  });
}
