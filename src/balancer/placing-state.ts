/** The states of a search for a server, what comes of it, and the words of its rules. Pure. */

import type { Backend, Placed } from './backend.js';
import type { CloseReason } from './close-reason.js';
import type { Malformed } from './malformed.js';
import type { Login, LoginAnswer } from './recognise.js';
import type { Requester, Server } from './server.js';
import type { ServerLeg } from './session-port.js';

/** When a retry goes to another server: HAProxy's `option redispatch` with an interval of 1, of -1, and without it. */
export const redispatchNames = ['every-retry', 'last-retry', 'never'] as const;

export interface PlacingRules {
  readonly retries: number;
  readonly redispatch: (typeof redispatchNames)[number];
  readonly connectTimeoutMs: number;
  /** How long a server may take to answer the CONNECT. */
  readonly loginTimeoutMs: number;
  readonly queueTimeoutMs: number;
}

/** Who waits in a backend's queue. */
export interface Waiter {
  /** Its turn has come; or with undefined, there is no server to wait for any more. */
  placed(place: Placed | undefined, nowMs: number): void;
}

/** A try to reach a server that came to nothing. */
export interface FailedTry {
  readonly server: Server;
  readonly reason: CloseReason;
  readonly detail: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** The same server is tried again, or another one, or nobody: see Seeker.whenNone. */
  readonly next: 'retry' | 'redispatch' | Seeker['whenNone'];
  /** What the server has sent in place of an answer; undefined if it was silent. */
  readonly malformed: Malformed | undefined;
}

export type PlacingState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'queued'; readonly deadlineMs: number }
  /** Before the try: for a while if the server has failed before, or `in-line` while others log in there. */
  | { readonly kind: 'waiting' | 'in-line'; readonly server: Server; readonly deadlineMs: number }
  | { readonly kind: 'dialling'; readonly server: Server; readonly deadlineMs: number }
  | { readonly kind: 'logging-in'; readonly server: Server; readonly deadlineMs: number };

export type PlacingOutcome =
  | { readonly kind: 'under-way' }
  /** The place on the server is now the caller's to give back. */
  | {
      readonly kind: 'placed';
      readonly server: Server;
      /** What the server said to the login; its stream goes on at `nextStart` of the chunk that was read. */
      readonly answer: LoginAnswer | undefined;
      /** The answer's own bytes, for the client. */
      readonly frame: Uint8Array | undefined;
      readonly nextStart: number;
    }
  | { readonly kind: 'given-up'; readonly reason: CloseReason };

/** Shared, as most sessions are taken by the first server that they try. */
export const NO_SERVERS: readonly Server[] = [];

/** For whom a place is sought. */
export interface Seeker extends Waiter {
  readonly who: Requester;
  /** What the server is shown; undefined where nothing is known of the protocol. */
  readonly login: Login | undefined;
  /** What the connection to the server is to be. */
  readonly leg: ServerLeg;
  /** Servers that it wants only if there is no other. */
  readonly avoided: readonly Server[];
  /** Where it is to go, and nowhere else; undefined: wherever it belongs. */
  readonly wanted: Server | undefined;
  /** What becomes of the session if nobody takes it: it ends, stays on its server, or is held and asks again. */
  readonly whenNone: 'close' | 'stay' | 'hold';
  /** Why this answer will not do, so that another server is tried; undefined if it decides the login. */
  objectionTo(answer: LoginAnswer): string | undefined;
  tryFailed(failed: FailedTry): void;
}

/** How many waited before it when it began to wait: for its server, or for any of the backend. */
export interface QueuedBehind {
  readonly server: number;
  readonly backend: number;
}

export const NOT_QUEUED: QueuedBehind = { server: 0, backend: 0 };

export function queuedBehind(backend: Backend<Waiter>, waitsFor: Server | undefined): QueuedBehind {
  const waiting = backend.queuedFor(waitsFor);
  return waitsFor === undefined ? { server: 0, backend: waiting } : { server: waiting, backend: 0 };
}

const SAME_SERVER_PAUSE_MS = 1000;

/** HAProxy's pause before it tries the same server again. */
export function pauseBeforeSame({ connectTimeoutMs }: PlacingRules): number {
  return Math.min(connectTimeoutMs, SAME_SERVER_PAUSE_MS);
}

/** Whatever `redispatch` says, a server that takes nobody any more is not tried again. */
export function nextStep(
  { redispatch }: PlacingRules,
  attemptsLeft: number,
  takesSessions: boolean,
): 'retry' | 'redispatch' | 'close' {
  if (attemptsLeft === 0) return 'close';
  if (!takesSessions) return 'redispatch';
  return redispatch === 'every-retry' || (redispatch === 'last-retry' && attemptsLeft === 1) ? 'redispatch' : 'retry';
}
