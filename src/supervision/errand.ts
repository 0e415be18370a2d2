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
  const surplus = surplusOf(
    takers.map((server) => ({ server, sessions: own.filter(({ from }) => from === server).length })),
  );
  const errands: Errand[] = [];
  for (const { driven, from } of own) {
    if ((surplus.get(from) ?? 0) <= 0) continue;
    const [to, most] = [...surplus].reduce((least, other) => (other[1] < least[1] ? other : least));
    surplus.set(from, (surplus.get(from) ?? 0) - 1);
    surplus.set(to, most + 1);
    errands.push({ driven, from, to });
  }
  return errands;
}

interface Settled {
  readonly server: Server;
  readonly sessions: number;
}

/**
 * How many sessions each server has beyond its share by weight, in whole sessions: less than one from the exact share,
 * rounded up where sessions need not move for it.
 */
function surplusOf(all: readonly Settled[]): Map<Server, number> {
  const placed = all.reduce((sum, { sessions }) => sum + sessions, 0);
  const weight = all.reduce((sum, { server }) => sum + weightNow(server), 0);
  if (weight === 0) return new Map();
  const shares = all.map(({ server, sessions }) => {
    const exact = (placed * weightNow(server)) / weight;
    const whole = Math.floor(exact);
    return { server, sessions, whole, part: exact - whole };
  });
  let over = placed - shares.reduce((sum, { whole }) => sum + whole, 0);
  const isBeyond = ({ sessions, whole, part }: (typeof shares)[number]): number =>
    part > 0 && sessions > whole ? 1 : 0;
  const inTurn = shares.toSorted((one, other) => isBeyond(other) - isBeyond(one) || other.part - one.part);
  return new Map(
    inTurn.map(({ server, sessions, whole }) => {
      const share = over > 0 ? whole + 1 : whole;
      over -= 1;
      return [server, sessions - share];
    }),
  );
}

/** Those that have a server and are not about to leave it. */
function settled(sessions: Iterable<Driven>): Omit<Errand, 'to'>[] {
  return [...sessions].flatMap((driven) => {
    const { journey, state } = driven.session;
    if (state.kind !== 'relaying' || journey === undefined || journey.move !== undefined) return [];
    return [{ driven, from: journey.conversation.server }];
  });
}
