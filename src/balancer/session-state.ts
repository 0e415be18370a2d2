/** The states of a session, how they end by time, what it is made from, and who watches it. Pure. */

import type { AccountGate } from './accounts.js';
import type { Backend } from './backend.js';
import type { Limited } from './account-limiter.js';
import type { CloseReason } from './close-reason.js';
import type { Flow } from './flow.js';
import { otherSide } from './legs.js';
import type { HeartbeatRules } from './heartbeats.js';
import type { Legs } from './legs.js';
import type { Mode } from './mode.js';
import type { Conversation, InDoubt } from './conversation.js';
import type { MoveCause, MoveRules } from './move-order.js';
import type { FailedTry, PlacingRules, Waiter } from './placing-state.js';
import type { Login } from './recognise.js';
import type { Server } from './server.js';
import type { Side } from './session-port.js';

/** How long a client gets to read why it was refused, or both peers to close after a TERMINATE was answered. */
export const LINGER_MS = 1000;

/** What becomes of SUBMITs that a lost server was sent and has not answered: see docs/moving.md. */
export const inDoubtNames = ['reject', 'resend', 'close'] as const;

export interface SessionRules extends PlacingRules, MoveRules {
  /** How long a client may take for its CONNECT. */
  readonly clientLoginTimeoutMs: number;
  readonly clientTimeoutMs: number;
  readonly serverTimeoutMs: number;
  readonly clientFinTimeoutMs: number;
  readonly serverFinTimeoutMs: number;
  readonly maxFrameBytes: number;
  /** What a session does whose server closes, breaks or ends the connection. */
  readonly onLinkLost: 'move' | 'close';
  readonly inDoubt: (typeof inDoubtNames)[number];
  /** Undefined: that side is never asked whether it is there. */
  readonly heartbeat: Readonly<Record<Side, HeartbeatRules | undefined>>;
}

/** Who wants to know what becomes of a session: the log and the counters. */
export interface SessionWatcher {
  /** A server has the session, and the first bytes have crossed. */
  started(nowMs: number): void;
  tryFailed(failed: FailedTry): void;
  /** Another server has the session; `from` is what was said with the former one, which is over. */
  moved(from: Conversation, cause: MoveCause, tookMs: number): void;
  /** It stays where it is: no other server has taken it. */
  stayed(cause: MoveCause, reason: CloseReason): void;
  /** A server will not answer what it was sent. */
  doubted(server: Server, inDoubt: InDoubt): void;
  /** A SUBMIT of its client is beyond the account's rate or window. */
  limited(outcome: Limited): void;
  /** The session is closed. The last call. */
  ended(reason: CloseReason, nowMs: number): void;
}

/** What is the same for all sessions of a frontend. */
export interface SessionParts {
  readonly mode: Mode;
  readonly rules: SessionRules;
  readonly backend: Backend<Waiter>;
  /** Who may log in. */
  readonly accounts: AccountGate;
  /** A login as the account's owner would make it now; undefined where that needs a secret that nobody told us. */
  readonly signLogin: (login: Login) => Login | undefined;
}

/** That a session is to leave its server, and why. */
export interface LeaveOrder {
  readonly reason: 'server-marked-down' | 'backup-released';
  readonly how: 'move' | 'close';
  /** In detail, for the log. */
  readonly why: string;
}

/** How long an ending may take. */
export interface Patience {
  readonly deadlineMs: number;
  /** So long without activity ends it before the deadline. */
  readonly idleTimeoutMs: number;
  /** The reason, if it ends by time. */
  readonly overdue: CloseReason;
}

/** The reason is settled. What still comes is passed on, until both legs are over or the time is. */
type Ending = { readonly kind: 'ending'; readonly reason: CloseReason } & Patience;

export type SessionState =
  | { readonly kind: 'recognising'; readonly deadlineMs: number }
  /** Waits for a place, a connection, or the answer to a login: see PlacingState. */
  | { readonly kind: 'placing' }
  | { readonly kind: 'relaying' }
  | Ending
  | { readonly kind: 'closed'; readonly reason: CloseReason };

/** Shared: an object less for each of many thousand sessions to be reached with every message. */
export const RELAYING: SessionState = { kind: 'relaying' };

/** When the state ends by time, in milliseconds; Infinity when it does not, or when the placing knows better. */
export function deadlineOf(state: SessionState, legs: Legs, rules: SessionRules): number {
  const clientActivityMs = legs.lastActivityMs('client');
  const serverActivityMs = legs.lastActivityMs('server');
  switch (state.kind) {
    case 'recognising':
      return state.deadlineMs;
    case 'relaying':
      return Math.min(clientActivityMs + rules.clientTimeoutMs, serverActivityMs + rules.serverTimeoutMs);
    case 'ending':
      return Math.min(state.deadlineMs, Math.max(clientActivityMs, serverActivityMs) + state.idleTimeoutMs);
    case 'placing':
    case 'closed':
      return Infinity;
  }
}

/** How long this side may take to end when the other has. */
function finTimeoutMs(rules: SessionRules, side: Side): number {
  return side === 'client' ? rules.clientFinTimeoutMs : rules.serverFinTimeoutMs;
}

/** The state of a session whose reason is settled; patience that is not given does not run out. */
export function ending(reason: CloseReason, patience: Partial<Patience>): Ending {
  return { kind: 'ending', reason, deadlineMs: Infinity, idleTimeoutMs: Infinity, overdue: reason, ...patience };
}

/**
 * The state of a session that relayed, or was ending, when the leg of `side` is over: the other one gets the time of its
 * `fin` timeout. A peer that has sent FIN may still listen, so that counts without activity; one that is gone does not,
 * and however long the other goes on talking, it is to nobody.
 */
export function withoutLeg(
  state: Ending | { readonly kind: 'relaying' },
  side: Side,
  reason: CloseReason,
  legs: Legs,
  rules: SessionRules,
  nowMs: number,
): Ending {
  const other = otherSide(side);
  const patienceMs = finTimeoutMs(rules, other);
  const isGone = !legs.hasEnded(side);
  if (state.kind === 'ending') {
    return isGone && state.deadlineMs === Infinity ? { ...state, deadlineMs: nowMs + patienceMs } : state;
  }
  if (isGone) return ending(reason, { deadlineMs: nowMs + patienceMs });
  return ending(reason, { idleTimeoutMs: patienceMs, overdue: `${other}-fin-timeout` });
}

/** The state when `side`, whose `flow` this is, has said or answered goodbye: both peers are given the time to close. */
export function afterGoodbye(
  state: SessionState,
  side: Side,
  flow: Flow,
  rules: SessionRules,
  nowMs: number,
): SessionState {
  let next = state;
  if (flow.saidGoodbye && next.kind === 'relaying') {
    next = ending(`${side}-terminate`, { deadlineMs: nowMs + finTimeoutMs(rules, otherSide(side)) });
  }
  // Either peer may be the one that closes now; if both wait for the other, neither does.
  if (flow.answeredGoodbye && next.kind === 'ending' && next.deadlineMs > nowMs + LINGER_MS) {
    next = ending(next.reason, { deadlineMs: nowMs + LINGER_MS });
  }
  return next;
}

/** The reason for the close when the deadline of a state has passed. */
export function overdueReason(state: SessionState, legs: Legs, rules: SessionRules, nowMs: number): CloseReason {
  if (state.kind === 'ending') return state.overdue;
  if (state.kind !== 'relaying') return 'login-timeout';
  const clientIdleMs = nowMs - legs.lastActivityMs('client');
  return clientIdleMs >= rules.clientTimeoutMs ? 'client-timeout' : 'server-timeout';
}
