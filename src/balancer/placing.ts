/**
 * Finds a session its server: place, queue, dial, log in, and the next try when that fails. Pure but for the port.
 * Only a server that answered decides the login; one that refuses the connection, or accepts it and stays silent, is
 * passed over. A session that already lives can be placed anew by the same way.
 */

import type { Backend, Placed } from './backend.js';
import type { CloseReason } from './close-reason.js';
import type { FirstPduReader } from './first-pdu.js';
import type { LoginGuest } from './login-gate.js';
import { malformedBegin } from './malformed.js';
import type { Malformed } from './malformed.js';
import type { Mode } from './mode.js';
import { NOT_QUEUED, NO_SERVERS, nextStep, pauseBeforeSame, queuedBehind } from './placing-state.js';
import type { PlacingOutcome, PlacingRules, PlacingState, QueuedBehind, Seeker, Waiter } from './placing-state.js';
import type { LoginAnswer, NotAnswered } from './recognise.js';
import { releasePlace } from './places.js';
import { findPlace, followUp } from './search.js';
import type { Found } from './search.js';
import { noteLoss } from './server.js';
import type { Server } from './server.js';
import type { DialFailure, SessionPort } from './session-port.js';

const UNDER_WAY: PlacingOutcome = { kind: 'under-way' };
const IDLE: PlacingState = { kind: 'idle' };

export interface PlacingParts {
  readonly mode: Mode;
  readonly backend: Backend<Waiter>;
  readonly rules: PlacingRules;
}

export class Placing implements LoginGuest {
  readonly #parts: PlacingParts;
  readonly #port: SessionPort;
  readonly #seeker: Seeker;
  #state: PlacingState = IDLE;
  #why: Placed['why'] = 'balance';
  readonly #soughtAtMs: number;
  #dialledAtMs: number | undefined;
  #placedAtMs: number | undefined;
  #hasRedispatched = false;
  #lastServer: Server | undefined;
  #tried = NO_SERVERS;
  #refusing = NO_SERVERS;
  #queuedBehind: QueuedBehind = NOT_QUEUED;
  /** Reads the answer of the server that is being tried. */
  #answer: FirstPduReader<LoginAnswer, NotAnswered> | undefined;

  constructor(parts: PlacingParts, port: SessionPort, seeker: Seeker, nowMs: number) {
    this.#soughtAtMs = nowMs;
    this.#parts = parts;
    this.#port = port;
    this.#seeker = seeker;
  }

  get state(): PlacingState {
    return this.#state;
  }

  /** When `tick` has something to do; Infinity when nothing is waited for. */
  get deadlineMs(): number {
    return this.#state.kind === 'idle' ? Infinity : this.#state.deadlineMs;
  }

  /** Why the last place was given. */
  get why(): Placed['why'] {
    return this.#why;
  }

  /** The server that was tried last. */
  get lastServer(): Server | undefined {
    return this.#lastServer;
  }
  /** Tries that came to nothing; and whether one of them was answered by trying another server. */
  get failedTries(): number {
    return this.#tried.length;
  }
  get hasRedispatched(): boolean {
    return this.#hasRedispatched;
  }

  /** How many waited before it when it began to wait: for its server, or for any of the backend. */
  get queuedBehind(): QueuedBehind {
    return this.#queuedBehind;
  }

  /** When it began. */
  get soughtAtMs(): number {
    return this.#soughtAtMs;
  }

  /** When the first place was given, and when the last connection was open; undefined if it never was. */
  get placedAtMs(): number | undefined {
    return this.#placedAtMs;
  }

  get dialledAtMs(): number | undefined {
    return this.#dialledAtMs;
  }

  begin(nowMs: number): PlacingOutcome {
    // One that moves is a session of the backend already.
    if (this.#seeker.leg === 'server') this.#parts.backend.seek();
    return this.#place(nowMs);
  }

  /**
   * The backend has handed a place to this waiter, or has none to wait for any more. That comes in the midst of somebody
   * else's event, which a fault here must not harm: `tick` goes on with it.
   */
  placed(place: Placed | undefined, nowMs: number): PlacingOutcome {
    if (this.#state.kind === 'in-line') {
      this.#state = { ...this.#state, kind: 'waiting', deadlineMs: nowMs };
      return UNDER_WAY;
    }
    if (place === undefined) {
      this.#state = { kind: 'queued', deadlineMs: nowMs };
      return UNDER_WAY;
    }
    this.#why = place.why;
    this.#placedAtMs ??= nowMs;
    return this.#waitFor(place.server, nowMs);
  }

  /** The server is known to be down: whoever tries it, or is about to, need not wait to find out. */
  leaveServer(server: Server, why: string, nowMs: number): PlacingOutcome {
    const state = this.#state;
    if (state.kind === 'idle' || state.kind === 'queued' || state.server !== server) return UNDER_WAY;
    const isTrying = state.kind === 'dialling' || state.kind === 'logging-in';
    return isTrying ? this.#fail('server-marked-down', why, nowMs) : this.#leave(server, nowMs);
  }

  /** For the server's gate. */
  turn(nowMs: number): void {
    const state = this.#state;
    if (state.kind === 'in-line') this.#seeker.placed({ kind: 'placed', server: state.server, why: this.#why }, nowMs);
  }

  dialled(nowMs: number): PlacingOutcome {
    if (this.#state.kind !== 'dialling') return UNDER_WAY;
    const { server } = this.#state;
    const { login } = this.#seeker;
    this.#dialledAtMs = nowMs;
    if (login === undefined) {
      this.#state = IDLE;
      server.logins.leave(this, nowMs);
      return { kind: 'placed', server, answer: undefined, frame: undefined, nextStart: 0 };
    }
    this.#state = { kind: 'logging-in', server, deadlineMs: nowMs + this.#parts.rules.loginTimeoutMs };
    this.#port.write(this.#seeker.leg, login.frame, 0, login.frame.length);
    return UNDER_WAY;
  }

  dialFailed(failure: DialFailure, nowMs: number): PlacingOutcome {
    return this.#fail(failure.kind, failure.detail, nowMs, undefined, failure.isShortage);
  }

  /** The server closed the connection, or it broke, before it answered. */
  lost(detail: string, nowMs: number): PlacingOutcome {
    return this.#fail('login-unanswered', detail, nowMs);
  }

  read(chunk: Uint8Array, nowMs: number): PlacingOutcome {
    if (this.#state.kind !== 'logging-in' || this.#answer === undefined) return UNDER_WAY;
    const { server } = this.#state;
    const read = this.#answer.read(chunk, 0);
    if (read.kind === 'more') return UNDER_WAY;
    if (read.kind === 'refused') {
      const malformed = malformedBegin('server', this.#answer.refused, nowMs);
      return this.#fail('login-unanswered', read.detail, nowMs, malformed);
    }
    server.seen.answers += 1;
    const objection = this.#seeker.objectionTo(read.found);
    if (objection !== undefined) return this.#fail('login-refused', objection, nowMs);
    this.#state = IDLE;
    this.#answer = undefined;
    server.logins.leave(this, nowMs);
    return { kind: 'placed', server, answer: read.found, frame: read.frame, nextStart: read.nextStart };
  }

  tick(nowMs: number): PlacingOutcome {
    const state = this.#state;
    if (state.kind === 'idle' || nowMs < state.deadlineMs) return UNDER_WAY;
    const { backend, rules } = this.#parts;
    switch (state.kind) {
      case 'queued':
        this.#state = IDLE;
        // Who does not wait any more has been turned away.
        return backend.withdraw(this.#seeker) ? { kind: 'given-up', reason: 'queue-timeout' } : this.#place(nowMs);
      case 'waiting':
        return backend.takes(state.server) ? this.#dial(state.server, nowMs) : this.#leave(state.server, nowMs);
      case 'in-line':
        this.#giveBack(state.server, nowMs);
        return { kind: 'given-up', reason: 'queue-timeout' };
      case 'dialling':
        return this.#fail('connect-timeout', `no connection in ${rules.connectTimeoutMs} ms`, nowMs);
      case 'logging-in':
        return this.#fail('login-unanswered', `no CONNECT_RESP in ${rules.loginTimeoutMs} ms`, nowMs);
    }
  }

  /** Ends the search. Returns the reason that fits a client which left at this point. */
  abandon(nowMs: number): CloseReason {
    const state = this.#state;
    this.#state = IDLE;
    if (state.kind === 'queued') {
      this.#parts.backend.withdraw(this.#seeker);
      return 'queue-aborted';
    }
    if (state.kind === 'dialling' || state.kind === 'logging-in') this.#port.drop(this.#seeker.leg);
    if (state.kind !== 'idle') this.#giveBack(state.server, nowMs);
    return 'connect-aborted';
  }

  #place(nowMs: number): PlacingOutcome {
    return this.#follow(this.#find(nowMs), nowMs);
  }

  #find(nowMs: number): Found {
    return findPlace(this.#parts.backend, this.#seeker, { tried: this.#tried, refusing: this.#refusing }, nowMs);
  }

  #follow(found: Found, nowMs: number): PlacingOutcome {
    const { backend, rules } = this.#parts;
    const { who, avoided } = this.#seeker;
    switch (found.kind) {
      case 'placed': {
        const waits = this.placed(found, nowMs);
        return this.#tried.includes(found.server) ? waits : this.#dial(found.server, nowMs);
      }
      case 'queued':
        this.#queuedBehind = queuedBehind(backend, found.waitsFor);
        backend.enqueue(this.#seeker, who, [...avoided, ...this.#tried], found);
        this.#state = { kind: 'queued', deadlineMs: nowMs + rules.queueTimeoutMs };
        return UNDER_WAY;
      case 'none':
        this.#state = IDLE;
        return { kind: 'given-up', reason: found.why };
    }
  }

  #dial(server: Server, nowMs: number): PlacingOutcome {
    const { mode, rules } = this.#parts;
    if (!server.logins.enter(this)) {
      this.#state = { kind: 'in-line', server, deadlineMs: nowMs + rules.queueTimeoutMs };
      return UNDER_WAY;
    }
    this.#hasRedispatched ||= this.#lastServer !== undefined && this.#lastServer !== server;
    this.#lastServer = server;
    this.#answer = mode.protocol?.createServerReader();
    this.#state = { kind: 'dialling', server, deadlineMs: nowMs + rules.connectTimeoutMs };
    this.#port.dial(this.#seeker.leg, server);
    return UNDER_WAY;
  }

  #fail(reason: CloseReason, detail: string, nowMs: number, malformed?: Malformed, isShortage = false): PlacingOutcome {
    const state = this.#state;
    if (state.kind !== 'dialling' && state.kind !== 'logging-in') return UNDER_WAY;
    const { backend, rules } = this.#parts;
    const { server } = state;
    this.#port.drop(this.#seeker.leg);
    this.#tried = [...this.#tried, server];
    const attempt = this.#tried.length;
    // A server that has answered is not asked the same again.
    const isAnswered = reason === 'login-refused';
    if (isAnswered) this.#refusing = [...this.#refusing, server];
    const step = nextStep(rules, rules.retries + 1 - attempt, backend.takes(server) && !isAnswered);
    if (reason !== 'server-marked-down' && !isAnswered && !isShortage) noteLoss(server, detail);
    const failed = { server, reason, detail, attempt, malformed };
    const { leg, wanted } = this.#seeker;
    if (step === 'retry' || leg === 'server') this.#seeker.tryFailed({ ...failed, next: step });
    if (step === 'retry') return this.#waitFor(server, nowMs);
    this.#giveBack(server, nowMs);
    const isLast = step === 'close' || wanted !== undefined;
    const found: Found = isLast ? { kind: 'none', why: reason } : this.#find(nowMs);
    if (leg === 'next') this.#seeker.tryFailed({ ...failed, next: followUp(found, server, this.#seeker) });
    return this.#follow(found, nowMs);
  }

  /** Gives the server's place back, and looks for another one. */
  #leave(server: Server, nowMs: number): PlacingOutcome {
    this.#giveBack(server, nowMs);
    return this.#place(nowMs);
  }

  #giveBack(server: Server, nowMs: number): void {
    this.#state = IDLE;
    server.logins.leave(this, nowMs);
    releasePlace(this.#parts.backend, server, nowMs);
  }

  #waitFor(server: Server, nowMs: number): PlacingOutcome {
    const pauseMs = this.#tried.includes(server) ? pauseBeforeSame(this.#parts.rules) : 0;
    if (pauseMs > 0) server.logins.leave(this, nowMs);
    this.#state = { kind: 'waiting', server, deadlineMs: nowMs + pauseMs };
    return UNDER_WAY;
  }
}
