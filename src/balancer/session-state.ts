/** The states of a session, how they end by time, what it is made from, and who watches it. Pure. */

import type { Backend } from './backend.js';
import type { CloseReason } from './close-reason.js';
import type { Legs } from './legs.js';
import type { Mode } from './mode.js';
import type { FailedTry, PlacingRules, Waiter } from './placing.js';
import type { Side } from './session-port.js';

export interface SessionRules extends PlacingRules {
  /** How long a client may take for its CONNECT. */
  readonly clientLoginTimeoutMs: number;
  readonly clientTimeoutMs: number;
  readonly serverTimeoutMs: number;
  readonly clientFinTimeoutMs: number;
  readonly serverFinTimeoutMs: number;
  readonly maxFrameBytes: number;
}

/** Who wants to know what becomes of a session: the log and the counters. */
export interface SessionWatcher {
  /** A server has the session, and the first bytes have crossed. */
  started(nowMs: number): void;
  tryFailed(failed: FailedTry): void;
  /** The session is closed. The last call. */
  ended(reason: CloseReason, nowMs: number): void;
}

/** What is the same for all sessions of a frontend. */
export interface SessionParts {
  readonly mode: Mode;
  readonly rules: SessionRules;
  readonly backend: Backend<Waiter>;
}

/** How long an ending may take. */
export interface Patience {
  readonly deadlineMs: number;
  /** So long without activity ends it before the deadline. */
  readonly idleTimeoutMs: number;
  /** The reason, if it ends by time. */
  readonly overdue: CloseReason;
}

export type SessionState =
  | { readonly kind: 'recognising'; readonly deadlineMs: number }
  /** Waits for a place, a connection, or the answer to a login: see PlacingState. */
  | { readonly kind: 'placing' }
  | { readonly kind: 'relaying' }
  /** The reason is settled. What still comes is passed on, until both legs are over or the time is. */
  | ({ readonly kind: 'ending'; readonly reason: CloseReason } & Patience)
  | { readonly kind: 'closed'; readonly reason: CloseReason };

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
export function finTimeoutMs(rules: SessionRules, side: Side): number {
  return side === 'client' ? rules.clientFinTimeoutMs : rules.serverFinTimeoutMs;
}

/** The state of a session whose reason is settled; patience that is not given does not run out. */
export function ending(reason: CloseReason, patience: Partial<Patience>): SessionState {
  return { kind: 'ending', reason, deadlineMs: Infinity, idleTimeoutMs: Infinity, overdue: reason, ...patience };
}

/** The reason for the close when the deadline of a state has passed. */
export function overdueReason(state: SessionState, legs: Legs, rules: SessionRules, nowMs: number): CloseReason {
  if (state.kind === 'ending') return state.overdue;
  if (state.kind !== 'relaying') return 'login-timeout';
  const clientIdleMs = nowMs - legs.lastActivityMs('client');
  return clientIdleMs >= rules.clientTimeoutMs ? 'client-timeout' : 'server-timeout';
}
