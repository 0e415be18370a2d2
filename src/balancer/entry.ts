/** How a session comes to its first server: who it is, whether it may, and the search. Pure but for the port. */

import type { NotAdmitted } from './accounts.js';
import { Arrival } from './arrival.js';
import type { Placed } from './backend.js';
import type { CloseReason } from './close-reason.js';
import { malformedBegin } from './malformed.js';
import type { Malformed } from './malformed.js';
import type { Membership } from './membership.js';
import { Placing } from './placing.js';
import { NO_SERVERS } from './placing-state.js';
import type { FailedTry, PlacingOutcome, Seeker } from './placing-state.js';
import type { Login } from './recognise.js';
import type { Requester, Server } from './server.js';
import type { DialFailure, Leg, SessionPort } from './session-port.js';
import type { SessionParts } from './session-state.js';

/** A server has answered. The place there is now the caller's to give back. */
export type Entered = Extract<PlacingOutcome, { kind: 'placed' }> & {
  /** What the server has said behind its answer, and the client before it. */
  readonly rest: Uint8Array;
  readonly early: Uint8Array;
};

export type EntryOutcome =
  | Extract<PlacingOutcome, { kind: 'under-way' | 'given-up' }>
  | Entered
  /** Its account, or a limit, does not let it in. */
  | NotAdmitted
  /** Closed without a word, since nothing says that it would be understood. */
  | {
      readonly kind: 'turned-away';
      readonly reason: CloseReason;
      readonly detail: string;
      readonly malformed: Malformed | undefined;
    };

/** The session. */
export interface EntryHost {
  tryFailed(failed: FailedTry): void;
  /** The waiting for a place is over. */
  entered(outcome: EntryOutcome, nowMs: number): void;
}

const UNDER_WAY: EntryOutcome = { kind: 'under-way' };
const NOTHING = new Uint8Array(0);

export class Entry implements Seeker {
  readonly leg = 'server';
  readonly avoided = NO_SERVERS;
  readonly wanted = undefined;
  readonly whenNone = 'close';
  login: Login | undefined;
  placing: Placing | undefined;
  readonly #parts: SessionParts;
  readonly #port: SessionPort;
  readonly #host: EntryHost;
  readonly #membership: Membership;
  readonly #arrival: Arrival;
  #source: Uint8Array = NOTHING;
  #refusal: NotAdmitted | undefined;

  constructor(parts: SessionParts, port: SessionPort, host: EntryHost, membership: Membership) {
    this.#parts = parts;
    this.#port = port;
    this.#host = host;
    this.#membership = membership;
    this.#arrival = new Arrival(parts.mode.protocol, port, parts.rules.maxFrameBytes);
  }

  get who(): Requester {
    return { source: this.#source, account: this.login?.account };
  }

  /** The client is heard from now on. With `refusal` it is only to be told so, where its protocol has words for it. */
  begin(source: Uint8Array, refusal: CloseReason | undefined, nowMs: number): EntryOutcome {
    this.#source = source;
    this.#refusal = refusal && { kind: 'refused', reason: refusal, detail: '' };
    if (this.#parts.mode.protocol !== undefined) return UNDER_WAY;
    return refusal === undefined
      ? this.#seek(nowMs)
      : { kind: 'turned-away', reason: refusal, detail: '', malformed: undefined };
  }

  read(leg: Leg, chunk: Uint8Array, nowMs: number): EntryOutcome {
    if (leg !== 'client') return this.#advance(this.placing?.read(chunk, nowMs), chunk);
    if (this.placing === undefined) return this.#recognise(chunk, nowMs);
    this.#arrival.keep(chunk);
    return UNDER_WAY;
  }

  dialled(nowMs: number): EntryOutcome {
    return this.#advance(this.placing?.dialled(nowMs));
  }

  dialFailed(failure: DialFailure, nowMs: number): EntryOutcome {
    return this.#advance(this.placing?.dialFailed(failure, nowMs));
  }

  lost(detail: string, nowMs: number): EntryOutcome {
    return this.#advance(this.placing?.lost(detail, nowMs));
  }

  leaveServer(server: Server, why: string, nowMs: number): EntryOutcome {
    return this.#advance(this.placing?.leaveServer(server, why, nowMs));
  }

  tick(nowMs: number): EntryOutcome {
    return this.#advance(this.placing?.tick(nowMs));
  }

  /** For its placing. */
  placed(place: Placed | undefined, nowMs: number): void {
    this.#host.entered(this.#advance(this.placing?.placed(place, nowMs)), nowMs);
  }

  tryFailed(failed: FailedTry): void {
    this.#host.tryFailed(failed);
  }

  /** Whatever the answer says, it decides the login. */
  objectionTo(): undefined {}

  #recognise(chunk: Uint8Array, nowMs: number): EntryOutcome {
    const outcome = this.#arrival.read(chunk);
    if (outcome.kind === 'under-way') return UNDER_WAY;
    if (outcome.kind === 'refused') {
      return { ...outcome, kind: 'turned-away', malformed: malformedBegin('client', this.#arrival.refused, nowMs) };
    }
    this.login = outcome.login;
    const refusal = this.#refusal ?? this.#membership.enter(outcome.login, this.#source, nowMs);
    return refusal ?? this.#seek(nowMs);
  }

  #seek(nowMs: number): EntryOutcome {
    this.placing = new Placing(this.#parts, this.#port, this, nowMs);
    return this.#advance(this.placing.begin(nowMs));
  }

  #advance(outcome: PlacingOutcome | undefined, chunk: Uint8Array = NOTHING): EntryOutcome {
    if (outcome === undefined) return UNDER_WAY;
    if (outcome.kind !== 'placed') return outcome;
    return { ...outcome, rest: chunk.subarray(outcome.nextStart), early: this.#arrival.takeEarly() };
  }
}
