/**
 * Moves a living session to another server. Pure but for the port.
 *
 *     seeking ⇄ resting → settling → arrived
 *
 * A former server that is well goes on serving while the next one is sought. When that has accepted the login, what the
 * client asks is held; once server and client have answered what they were asked, the next one takes the place. A server
 * that is lost, or known to be down, is asked nothing more from the start.
 */

import type { Backend, Placed } from './backend.js';
import type { CloseReason } from './close-reason.js';
import type { Conversation } from './conversation.js';
import type { Legs } from './legs.js';
import type { MoveCause, MoveOrder, MoveRules } from './move-order.js';
import { Placing } from './placing.js';
import { releasePlace } from './places.js';
import type { PlacingParts } from './placing.js';
import type { FailedTry, PlacingOutcome, Seeker, Waiter } from './placing-state.js';
import type { Login, LoginAnswer } from './recognise.js';
import { isUsable, noteLoss } from './server.js';
import type { Requester, Server } from './server.js';
import type { DialFailure, SessionPort } from './session-port.js';

/** The next server has accepted the session; the place there is now the caller's to give back. */
export interface Arrived {
  readonly kind: 'arrived';
  readonly server: Server;
  /** What it has said behind its answer to the login. */
  readonly rest: Uint8Array;
}

export type MoveOutcome =
  | { readonly kind: 'under-way' }
  | Arrived
  /** The session stays where it is. `reason` is what prevented the move. */
  | { readonly kind: 'stays'; readonly reason: CloseReason }
  /** There is no server to go on with. */
  | { readonly kind: 'given-up'; readonly reason: CloseReason };

type MoveState =
  | { readonly kind: 'seeking'; readonly placing: Placing }
  /** Nobody takes it; it asks again. */
  | { readonly kind: 'resting'; readonly deadlineMs: number; readonly because: CloseReason }
  | { readonly kind: 'settling'; readonly server: Server; readonly rest: Uint8Array; readonly deadlineMs: number };

/** What moves: the session, as far as a move needs it. */
export interface Mover {
  readonly who: Requester;
  readonly legs: Legs;
  /** The server's answer to the first login: the version must stay. */
  readonly answer: LoginAnswer | undefined;
  /** What the next server is shown. */
  freshLogin(): Login | undefined;
  /** The client's requests are to be held. */
  holdRequests(): void;
  /** The former server goes on serving: it gets what was held. */
  releaseRequests(nowMs: number): void;
  tryFailed(failed: FailedTry): void;
  /** The waiting is over: see Waiter. */
  placed(place: Placed | undefined, nowMs: number): void;
}

const UNDER_WAY: MoveOutcome = { kind: 'under-way' };
/** So long after nobody has taken it a session asks again. */
const REST_MS = 1000;

export interface MoveParts extends PlacingParts {
  readonly backend: Backend<Waiter>;
  readonly rules: PlacingParts['rules'] & MoveRules;
}

export class Move implements Seeker {
  readonly leg = 'next';
  readonly cause: MoveCause;
  readonly startedAtMs: number;
  readonly from: Conversation;
  login: Login | undefined;
  avoided: readonly Server[];
  readonly #parts: MoveParts;
  readonly #port: SessionPort;
  readonly #mover: Mover;
  readonly #wanted: Server | undefined;
  #state: MoveState;
  /** When it has to have a server again; Infinity as long as it has one. */
  #holdDeadlineMs = Infinity;
  #mayReturn = true;

  constructor(
    parts: MoveParts,
    port: SessionPort,
    mover: Mover,
    order: MoveOrder & { readonly from: Conversation; readonly nowMs: number },
  ) {
    this.#parts = parts;
    this.#port = port;
    this.#mover = mover;
    this.from = order.from;
    this.avoided = [order.from.server];
    this.cause = order.cause;
    this.#wanted = order.wanted;
    this.startedAtMs = order.nowMs;
    this.#state = { kind: 'resting', deadlineMs: order.nowMs, because: 'no-server' };
  }

  get who(): Requester {
    return this.#mover.who;
  }

  get state(): MoveState {
    return this.#state;
  }

  /** Who has no server that is well cannot choose. */
  get wanted(): Server | undefined {
    return this.#holdDeadlineMs === Infinity ? this.#wanted : undefined;
  }

  get whenNone(): 'stay' | 'hold' {
    return this.#holdDeadlineMs === Infinity ? 'stay' : 'hold';
  }

  /** The search for the next server; undefined while there is none. */
  get placing(): Placing | undefined {
    return this.#state.kind === 'seeking' ? this.#state.placing : undefined;
  }

  /** When `tick` has something to do. */
  get deadlineMs(): number {
    const state = this.#state;
    const { deadlineMs } = state.kind === 'seeking' ? state.placing : state;
    return Math.min(deadlineMs, this.#holdDeadlineMs);
  }

  /** `pauseMs`: how long to wait before the next server is sought. */
  begin(nowMs: number, pauseMs = 0): MoveOutcome {
    if (pauseMs === 0) return this.#seek(nowMs);
    this.#state = { kind: 'resting', deadlineMs: nowMs + pauseMs, because: 'no-server' };
    return UNDER_WAY;
  }

  /** The former server is lost, or has said that it will be. `withoutMs`: how long there was none just before. */
  withoutServer(nowMs: number, withoutMs: number): MoveOutcome {
    this.#mayReturn = false;
    return this.distrustServer(nowMs, withoutMs);
  }

  /** The former server is known to be down: it is asked nothing more. */
  distrustServer(nowMs: number, withoutMs = 0): MoveOutcome {
    this.#distrust(nowMs, withoutMs);
    return this.relayed(nowMs);
  }

  placed(place: Placed | undefined, nowMs: number): void {
    this.#mover.placed(place, nowMs);
  }

  handed(place: Placed | undefined, nowMs: number): MoveOutcome {
    return this.#advance(this.placing?.placed(place, nowMs), nowMs);
  }

  tryFailed(failed: FailedTry): void {
    this.#mover.tryFailed(failed);
  }

  objectionTo({ status, version }: LoginAnswer): string | undefined {
    if (status !== 0) return `refused the login: status ${status}`;
    const former = this.#mover.answer?.version;
    return version === former ? undefined : `speaks version ${version}, the session ${former ?? 'none'}`;
  }

  dialled(nowMs: number): MoveOutcome {
    return this.#advance(this.placing?.dialled(nowMs), nowMs);
  }

  dialFailed(failure: DialFailure, nowMs: number): MoveOutcome {
    return this.#advance(this.placing?.dialFailed(failure, nowMs), nowMs);
  }

  read(chunk: Uint8Array, nowMs: number): MoveOutcome {
    return this.#advance(this.placing?.read(chunk, nowMs), nowMs, chunk);
  }

  /** The connection to the next server is gone. */
  lost(detail: string, nowMs: number): MoveOutcome {
    const state = this.#state;
    if (state.kind === 'seeking') return this.#advance(state.placing.lost(detail, nowMs), nowMs);
    if (state.kind === 'resting') return UNDER_WAY;
    noteLoss(state.server, detail);
    return this.#leaveNext(state.server, nowMs);
  }

  /** This server is known to be down. */
  leaveServer(server: Server, why: string, nowMs: number): MoveOutcome {
    const state = this.#state;
    if (server === this.from.server) this.#distrust(nowMs);
    // It may be about to come back to the server that it is on, or was.
    if (state.kind === 'settling' && state.server === server) return this.#leaveNext(server, nowMs);
    if (state.kind === 'seeking') return this.#advance(state.placing.leaveServer(server, why, nowMs), nowMs);
    return this.relayed(nowMs);
  }

  /** Something has passed between the client and the former server, or that is gone. */
  relayed(nowMs: number): MoveOutcome {
    const state = this.#state;
    if (state.kind !== 'settling') return UNDER_WAY;
    const { client, server } = this.from.relay;
    const isOver = !this.#mover.legs.isWritable('server') || nowMs >= this.deadlineMs;
    if (!isOver && client.unanswered + server.unanswered > 0) {
      // It owes nothing more; what it asked from now on would be asked in vain.
      if (client.unanswered === 0) this.#port.pause('server');
      return UNDER_WAY;
    }
    return { kind: 'arrived', server: state.server, rest: state.rest };
  }

  tick(nowMs: number): MoveOutcome {
    const state = this.#state;
    if (state.kind === 'settling') return this.relayed(nowMs);
    if (nowMs >= this.#holdDeadlineMs) {
      this.abandon(nowMs);
      return { kind: 'given-up', reason: 'hold-timeout' };
    }
    if (state.kind === 'seeking') return this.#advance(state.placing.tick(nowMs), nowMs);
    if (nowMs < state.deadlineMs) return UNDER_WAY;
    // A server that was only taken for dead may have come back before anybody else took the session.
    const isWellAgain = this.#mayReturn && isUsable(this.from.server);
    return isWellAgain ? { kind: 'stays', reason: state.because } : this.#seek(nowMs);
  }

  /** Ends the search, and whatever it has come to. */
  abandon(nowMs: number): void {
    const state = this.#state;
    if (state.kind === 'seeking') state.placing.abandon(nowMs);
    if (state.kind === 'settling') this.#dropNext(state.server, nowMs);
    this.#state = { kind: 'resting', deadlineMs: Infinity, because: 'no-server' };
  }

  #seek(nowMs: number): MoveOutcome {
    this.login = this.#mover.freshLogin();
    const placing = new Placing(this.#parts, this.#port, this, nowMs);
    this.#state = { kind: 'seeking', placing };
    return this.#advance(placing.begin(nowMs), nowMs);
  }

  #advance(outcome: PlacingOutcome | undefined, nowMs: number, chunk?: Uint8Array): MoveOutcome {
    if (outcome === undefined || outcome.kind === 'under-way') return UNDER_WAY;
    if (outcome.kind === 'given-up') return this.#turnedDown(outcome.reason, nowMs);
    const { server, nextStart } = outcome;
    // The silence of a server that is known to be down has begun before.
    const sinceMs = this.#holdDeadlineMs === Infinity ? nowMs : this.from.owingSinceMs(nowMs);
    // The chunk is its reader's again after this event.
    const rest = Uint8Array.from(chunk?.subarray(nextStart) ?? []);
    this.#state = { kind: 'settling', server, rest, deadlineMs: sinceMs + this.#parts.rules.moveTimeoutMs };
    // Its requests would come between those of the former server, whose Sequence_Ids may be the same.
    this.#port.pause('next');
    this.#mover.holdRequests();
    return this.relayed(nowMs);
  }

  #turnedDown(reason: CloseReason, nowMs: number): MoveOutcome {
    if (this.#holdDeadlineMs === Infinity) return { kind: 'stays', reason };
    // The others may be full for long, and the lost one have come back meanwhile.
    if (!this.#mayReturn) this.avoided = [];
    this.#state = { kind: 'resting', deadlineMs: nowMs + REST_MS, because: reason };
    return UNDER_WAY;
  }

  #distrust(nowMs: number, withoutMs = 0): void {
    if (this.#holdDeadlineMs === Infinity) this.#holdDeadlineMs = nowMs + this.#parts.rules.holdTimeoutMs - withoutMs;
    this.#mover.holdRequests();
  }

  #leaveNext(server: Server, nowMs: number): MoveOutcome {
    this.#dropNext(server, nowMs);
    this.#state = { kind: 'resting', deadlineMs: nowMs, because: 'no-server' };
    if (this.#holdDeadlineMs === Infinity) this.#mover.releaseRequests(nowMs);
    return this.#seek(nowMs);
  }

  #dropNext(server: Server, nowMs: number): void {
    this.#mover.legs.drop('next');
    releasePlace(this.#parts.backend, server, nowMs);
  }
}
