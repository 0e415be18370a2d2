/** What must be true of a session that may move when an event of it is over, and when all is calm. Pure. */

import type { CloseReason } from '../../../src/balancer/close-reason.js';
import { isUsable } from '../../../src/balancer/server.js';
import type { Server } from '../../../src/balancer/server.js';
import type { Session } from '../../../src/balancer/session.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import type { Leg, ServerLeg } from '../../../src/balancer/session-port.js';
import type { Endpoint } from '../endpoint.js';
import { mayEnd } from './facts.js';
import type { History } from './history.js';

export interface LiveLeg {
  readonly endpoint: Endpoint;
  isPaused: boolean;
  isFinished: boolean;
}

/** A session as its driver knows it. */
export interface Driven {
  readonly session: Session;
  readonly history: History;
  readonly legs: Readonly<Record<Leg, LiveLeg | undefined>>;
  readonly hasTimer: boolean;
  readonly isDialling: boolean;
  /** The reason that it has told, once it has ended. */
  readonly reason: CloseReason | undefined;
}

export interface Limits {
  readonly rules: SessionRules;
  /** So much is read at once. */
  readonly readBytes: number;
}

/** What is written and is no other peer's: answers of heartbeats, farewells. */
const OWN_BYTES = 1024;
/** What a session may hold: see Sieve. */
const HELD_BYTES = 64 * 1024;

/** The first thing that is not as it should be. */
export function wrongAfter(driven: Driven, limits: Limits, nowMs: number): string | undefined {
  const { history, legs, session } = driven;
  const { kind } = session.state;
  const { client } = legs;
  const wrong = history.eventOver(kind === 'relaying', client !== undefined && !client.isFinished);
  if (wrong !== undefined) return wrong;
  if (kind === 'closed') return wrongAtTheEnd(driven);
  if (kind === 'ending') return undefined;
  if (history.isDismissed || client?.isFinished === true) return `tells the SP to end while ${kind}`;
  if (!driven.hasTimer && kind === 'relaying') return 'would wait for ever';
  const { distrustedAtMs = Infinity, withoutMs } = history.facts;
  return nowMs > distrustedAtMs + limits.rules.holdTimeoutMs - withoutMs
    ? 'is held for too long'
    : wrongAmounts(driven, limits);
}

/** Whether it may end for the reason that it has for that now. */
export function wrongReason({ history, session }: Driven, { rules }: Limits, nowMs: number): string | undefined {
  const { state } = session;
  if (!('reason' in state) || !history.facts.isServed) return undefined;
  return mayEnd(state.reason, history.facts, rules, nowMs) ? undefined : `ends for ${state.reason}`;
}

/** Whether it may dial this server now. */
export function wrongDial({ history, isDialling, legs }: Driven, leg: ServerLeg, server: Server): string | undefined {
  if (isDialling || legs[leg] !== undefined) return `has two ${leg} legs`;
  if (leg === 'server' ? history.facts.isServed : !history.move.isUnderWay)
    return `dials ${server.name}, and nobody told it to`;
  return isUsable(server) ? undefined : `goes to ${server.name}, which takes no session`;
}

/** Whether it has heeded that it must not go on to this server. */
export function wrongNext({ history: { next } }: Driven, left: Server): string | undefined {
  const goesOn = next?.server === left && next.state !== 'over';
  return goesOn ? `goes on to ${left.name}, which it was told to leave` : undefined;
}

/** Nobody makes it hold more than it may. */
function wrongAmounts({ history, legs }: Driven, { readBytes, rules }: Limits): string | undefined {
  const { apologyBytes, heldBytes } = history;
  const chunkBytes = readBytes + rules.maxFrameBytes;
  if (heldBytes > HELD_BYTES + chunkBytes) return `holds ${heldBytes} bytes`;
  const unsentBytes = legs.client?.endpoint.unsentBytes ?? 0;
  return unsentBytes > 2 * chunkBytes + apologyBytes + OWN_BYTES
    ? `has ${unsentBytes} bytes wait for its SP`
    : undefined;
}

function wrongAtTheEnd({ hasTimer, isDialling, legs, reason }: Driven): string | undefined {
  if (Object.values(legs).some((leg) => leg !== undefined)) return 'has left a leg open';
  if (hasTimer || isDialling) return 'has left a timer or a dial';
  return reason === undefined ? 'has not told that it ended' : undefined;
}

/** Why it does not go on as if nothing had ever happened; of one that ends, nothing. */
export function whyNotIdle({ history, legs, session }: Driven): string | undefined {
  if (session.state.kind !== 'relaying') return undefined;
  if (session.journey?.move !== undefined) return `still moves (${session.journey.move.state.kind})`;
  for (const side of ['client', 'server'] as const) {
    if (legs[side]?.isPaused !== false) return `does not read its ${side}`;
  }
  if (history.unansweredSubmits > 0) return `has left ${history.unansweredSubmits} SUBMITs unanswered`;
  return history.heldRequests > 0 ? `still holds ${history.heldRequests} requests` : undefined;
}

/** The servers on which it holds a place: its own, as long as that is not lost, and that which it seeks or goes to. */
export function placesOf({ history, session }: Driven): readonly Server[] {
  const { journey, placing, state } = session;
  if (state.kind === 'closed') return [];
  const { next, server } = history;
  const seeking = (journey === undefined ? placing : journey.move?.placing)?.state;
  const sought = seeking !== undefined && 'server' in seeking ? [seeking.server] : [];
  if (journey === undefined) return sought;
  const own = server === undefined || server.isLost ? [] : [server.server];
  return [...own, ...(next?.state === 'accepted' ? [next.server] : sought)];
}

/** How many requests this server owes it. */
export function owedBy(server: Server, { history, reason }: Driven): number {
  const isOwing = history.server?.server === server && history.facts.isServed && reason === undefined;
  return isOwing ? (history.server?.unanswered.length ?? 0) : 0;
}

/** The connections to this server that it has open, or opens. */
export function connectionsTo(server: Server, { history }: Driven): number {
  return [history.server, history.next].filter((link) => link?.server === server && link.state !== 'over').length;
}
