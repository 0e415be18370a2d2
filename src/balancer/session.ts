/**
 * A session: one client's connection, from the first byte to the close. Pure but for the port it acts through.
 *
 *     recognising → placing → relaying → ending → closed
 *
 * It is told what happens (bytes, a leg lost, time) and decides. All that it knows is in its fields, none of it in a
 * closure or a timer, so that it can go on elsewhere. Every state may go to `closed`, for one reason of the closed list.
 */

import { Arrival } from './arrival.js';
import type { Placed } from './backend.js';
import type { CloseReason } from './close-reason.js';
import { Conversation } from './conversation.js';
import { Legs, SIDES, otherSide } from './legs.js';
import { malformedBegin, malformedStream } from './malformed.js';
import type { Malformed } from './malformed.js';
import { Placing, releasePlace } from './placing.js';
import type { FailedTry, PlacingOutcome, Seeker } from './placing-state.js';
import type { Login, LoginAnswer } from './recognise.js';
import type { Requester, Server } from './server.js';
import { Chunk } from './session-port.js';
import type { DialFailure, SessionPort, Side } from './session-port.js';
import { LINGER_MS, afterGoodbye, deadlineOf, ending, overdueReason, withoutLeg } from './session-state.js';
import type { Patience, SessionParts, SessionState, SessionWatcher } from './session-state.js';

/** CONNECT_RESP status 5, "other error": what gateways answer to one connection too many. SPs come again later. */
const REFUSED_STATUS = 5;
const NOTHING = new Uint8Array(0);

type Placement = Extract<PlacingOutcome, { kind: 'placed' }>;

export class Session implements Seeker {
  readonly acceptedAtMs: number;
  login: Login | undefined;
  /** How it found its server; undefined if it never looked for one. */
  placing: Placing | undefined;
  /** What is said once it has a server. */
  conversation: Conversation | undefined;
  /** The server's CONNECT_RESP. */
  answer: LoginAnswer | undefined;
  /** What made a stream unreadable, or broke a connection, for the log. */
  detail = '';
  /** What of a stream could not be read. */
  malformed: Malformed | undefined;
  receivedBytes = 0;

  readonly #parts: SessionParts;
  readonly #port: SessionPort;
  readonly #watcher: SessionWatcher;
  /** Until it has a server. */
  #arrival: Arrival | undefined;
  readonly #legs: Legs;
  #state: SessionState;
  #isEstablished = false;
  #source: Uint8Array = NOTHING;
  #refusal: CloseReason | undefined;

  constructor(parts: SessionParts, port: SessionPort, watcher: SessionWatcher, nowMs: number) {
    this.acceptedAtMs = nowMs;
    this.#parts = parts;
    this.#port = port;
    this.#watcher = watcher;
    this.#arrival = new Arrival(parts.mode.protocol, port, parts.rules.maxFrameBytes);
    this.#legs = new Legs(port, nowMs);
    this.#state = { kind: 'recognising', deadlineMs: nowMs + parts.rules.clientLoginTimeoutMs };
  }

  get state(): SessionState {
    return this.#state;
  }

  /** For its port to say what becomes of what was written: `blocked` and `drained`. */
  get legs(): Legs {
    return this.#legs;
  }

  get who(): Requester {
    return { source: this.#source, account: this.login?.account };
  }

  /** The client is heard from now on. With `refusal` it is only to be told so, where its protocol has words for it. */
  begin(source: Uint8Array, refusal: CloseReason | undefined, nowMs: number): void {
    this.#source = source;
    this.#refusal = refusal;
    if (this.#parts.mode.protocol !== undefined) this.#wake();
    else if (refusal !== undefined) this.#close(refusal, nowMs);
    else this.#startPlacing(nowMs);
  }

  /** The client is sent away unheard. */
  turnAway(reason: CloseReason, detail: string, nowMs: number): void {
    this.detail = detail;
    this.#close(reason, nowMs);
  }

  read(side: Side, chunk: Chunk, nowMs: number): void {
    this.#legs.received(side, nowMs);
    if (side === 'client') this.receivedBytes += chunk.bytes.length;
    const { kind } = this.#state;
    if (kind === 'relaying' || kind === 'ending') this.#relay(side, chunk, nowMs);
    else if (kind === 'recognising') this.#recognise(chunk.bytes, nowMs);
    else if (kind === 'placing' && side === 'client') this.#arrival?.keep(chunk.bytes);
    else if (kind === 'placing') this.#advance(this.placing?.read(chunk.bytes, nowMs), nowMs, chunk.bytes);
  }

  /** The peer of this side has sent FIN. */
  finished(side: Side, nowMs: number): void {
    this.#legs.ended(side, nowMs);
    const { mode } = this.#parts;
    // Where nothing is known of the protocol, a client may well send all that it has to say, FIN, and wait.
    if (this.#state.kind === 'placing' && side === 'client' && mode.protocol === undefined) return;
    const reason = side === 'client' ? 'client-closed' : mode.serverFinReason;
    this.#legOver(side, reason, 'the server closed the connection', nowMs);
  }

  /** The connection of this side broke: nothing comes from it or goes to it any more. */
  lost(side: Side, detail: string, nowMs: number): void {
    this.#legs.drop(side);
    if (this.#state.kind === 'relaying') this.detail = detail;
    this.#legOver(side, `${side}-reset`, detail, nowMs);
  }

  dialled(nowMs: number): void {
    this.#legs.opened('server', nowMs);
    this.#advance(this.placing?.dialled(nowMs), nowMs);
  }

  dialFailed(failure: DialFailure, nowMs: number): void {
    this.#advance(this.placing?.dialFailed(failure, nowMs), nowMs);
  }

  /** A place on a server, after waiting for it; undefined: there is none to wait for any more. */
  placed(place: Placed | undefined, nowMs: number): void {
    this.#advance(this.placing?.placed(place, nowMs), nowMs);
  }

  tryFailed(failed: FailedTry): void {
    this.#watcher.tryFailed(failed);
  }

  /** Away from this server: who only tries it goes elsewhere; who was accepted by it is told to end, and comes again. */
  leaveServer(server: Server, reason: 'server-marked-down' | 'backup-released', why: string, nowMs: number): void {
    const { kind } = this.#state;
    if (kind === 'placing') this.#advance(this.placing?.leaveServer(server, why, nowMs), nowMs);
    if (kind !== 'relaying' || this.conversation?.server !== server) return;
    this.detail = why;
    this.#dismiss(reason, this.#parts.mode.protocol?.goodbye() ?? NOTHING, nowMs);
  }

  /** The time that it asked for with `wakeAt` has come. */
  tick(nowMs: number): void {
    const state = this.#state;
    if (state.kind === 'placing') this.#advance(this.placing?.tick(nowMs), nowMs);
    else if (nowMs < deadlineOf(state, this.#legs, this.#parts.rules)) this.#wake();
    else this.#close(overdueReason(state, this.#legs, this.#parts.rules, nowMs), nowMs);
  }

  /** It is to end: TERMINATE to both sides, and an end at the deadline at the latest. */
  stop(reason: 'shutdown' | 'killed', deadlineMs: number, nowMs: number): void {
    const { kind } = this.#state;
    if (kind === 'recognising') this.#close(reason, nowMs);
    if (kind === 'relaying') {
      this.conversation?.sayGoodbye(this.#parts.mode.protocol?.goodbye(), this.#port);
      this.#end(reason, { deadlineMs });
    }
    if (kind !== 'placing') return;
    this.placing?.abandon(nowMs);
    this.#refuse(reason, nowMs);
  }

  /** Closes at once what is still open. */
  kill(nowMs: number): void {
    this.#close(this.#state.kind === 'ending' ? this.#state.reason : 'shutdown', nowMs);
  }

  #recognise(chunk: Uint8Array, nowMs: number): void {
    const outcome = this.#arrival?.read(chunk);
    if (outcome === undefined || outcome.kind === 'under-way') return;
    if (outcome.kind === 'refused') {
      this.detail = outcome.detail;
      this.malformed = malformedBegin('client', this.#arrival?.refused ?? NOTHING, nowMs);
      this.#close(outcome.reason, nowMs);
      return;
    }
    this.login = outcome.login;
    if (this.#refusal === undefined) this.#startPlacing(nowMs);
    else this.#refuse(this.#refusal, nowMs);
  }

  #startPlacing(nowMs: number): void {
    this.placing = new Placing(this.#parts, this.#port, this, nowMs);
    this.#state = { kind: 'placing' };
    this.#advance(this.placing.begin(nowMs), nowMs);
  }

  #advance(outcome: PlacingOutcome | undefined, nowMs: number, chunk: Uint8Array = NOTHING): void {
    if (this.#state.kind !== 'placing' || outcome === undefined) return;
    if (outcome.kind === 'under-way') this.#wake();
    else if (outcome.kind === 'given-up') this.#refuse(outcome.reason, nowMs);
    else this.#startRelaying(outcome, chunk.subarray(outcome.nextStart), nowMs);
  }

  #startRelaying({ server, answer, frame }: Placement, rest: Uint8Array, nowMs: number): void {
    const { backend, mode, rules } = this.#parts;
    const early = this.#arrival?.takeEarly() ?? NOTHING;
    this.#arrival = undefined;
    const relay = mode.createRelay(this.#port, rules.maxFrameBytes, this.login, nowMs);
    this.answer = answer;
    this.conversation = new Conversation(relay, server, this.#legs);
    this.#state = { kind: 'relaying' };
    if (answer !== undefined && answer.status !== 0) {
      if (frame !== undefined) relay.server.push(new Chunk(frame), nowMs);
      this.#end('login-refused', { deadlineMs: nowMs + LINGER_MS });
      for (const side of SIDES) this.#legs.finish(side);
      return;
    }
    this.#isEstablished = true;
    backend.established(this.who, server, nowMs);
    if (frame !== undefined) this.#relay('server', new Chunk(frame), nowMs);
    if (rest.length > 0) this.#relay('server', new Chunk(rest), nowMs);
    if (early.length > 0) this.#relay('client', new Chunk(early), nowMs);
    if (this.#legs.hasEnded('client')) this.#legOver('client', 'client-closed', '', nowMs);
    this.#wake();
  }

  /** The hot path. */
  #relay(side: Side, chunk: Chunk, nowMs: number): void {
    const { conversation } = this;
    if (conversation === undefined) return;
    const isFirst = conversation.startedAtMs === undefined;
    const fault = conversation.pass(side, chunk, nowMs);
    if (isFirst && conversation.startedAtMs !== undefined) this.#watcher.started(nowMs);
    const flow = conversation.flowOf(side);
    if (fault !== undefined) {
      this.detail = `Total_Length ${fault.lengthBytes}, limit ${fault.limitBytes}`;
      this.malformed = malformedStream(side, chunk.bytes, fault, nowMs);
      this.#legs.drop(side);
      this.#legOver(side, `${side}-frame`, this.detail, nowMs);
    } else if (flow.saidGoodbye || flow.answeredGoodbye || flow.answeredOurGoodbye) {
      if (flow.answeredOurGoodbye) this.#legs.finish(side);
      this.#state = afterGoodbye(this.#state, side, flow, this.#parts.rules, nowMs);
      this.#wake();
    }
  }

  /** One leg can give no more: the other is told, and gets the time of its `fin` timeout to end as well. */
  #legOver(side: Side, reason: CloseReason, detail: string, nowMs: number): void {
    const { kind } = this.#state;
    if (kind === 'recognising') this.#close('login-aborted', nowMs);
    else if (kind === 'placing' && side === 'server') this.#advance(this.placing?.lost(detail, nowMs), nowMs);
    else if (kind === 'placing') this.#close(this.placing?.abandon(nowMs) ?? reason, nowMs);
    if (kind !== 'relaying' && kind !== 'ending') return;
    if (kind === 'relaying' && side === 'server') this.conversation?.serverLost(reason, detail);
    this.#state = withoutLeg(this.#state, side, reason, this.#legs, this.#parts.rules, nowMs);
    this.#wake();
    this.#legs.finish(otherSide(side));
    if (this.#legs.areOver) this.#close(this.#state.reason, nowMs);
  }

  #end(reason: CloseReason, patience: Partial<Patience>): void {
    this.#state = ending(reason, patience);
    this.#wake();
  }

  /** Tells a client that has logged in that it can't be served; others are just closed. */
  #refuse(reason: CloseReason, nowMs: number): void {
    const { protocol } = this.#parts.mode;
    if (this.login === undefined || protocol === undefined) this.#close(reason, nowMs);
    else this.#dismiss(reason, protocol.refusal(this.login, REFUSED_STATUS), nowMs);
  }

  /** Ends the server's side, or what was tried, so that the client's own end is the session's; its last words are these. */
  #dismiss(reason: CloseReason, words: Uint8Array, nowMs: number): void {
    this.#legs.drop('server');
    if (words.length > 0) this.#port.write('client', words, 0, words.length);
    this.#end(reason, { deadlineMs: nowMs + LINGER_MS });
    this.#port.resume('client');
    this.#legs.finish('client');
  }

  #close(reason: CloseReason, nowMs: number): void {
    const { kind } = this.#state;
    if (kind === 'closed') return;
    const { backend } = this.#parts;
    this.#state = { kind: 'closed', reason };
    for (const side of SIDES) this.#legs.drop(side);
    this.#port.wakeAt(Infinity);
    this.conversation?.end();
    if (this.#isEstablished) backend.ended(this.who, nowMs);
    // A kill or a fault may come while it waits for a place, or has one and no server yet.
    if (kind === 'placing') this.placing?.abandon(nowMs);
    if (this.conversation !== undefined) releasePlace(backend, this.conversation.server, nowMs);
    this.#watcher.ended(reason, nowMs);
  }

  #wake(): void {
    const placing = this.#state.kind === 'placing' ? this.placing : undefined;
    this.#port.wakeAt(placing?.deadlineMs ?? deadlineOf(this.#state, this.#legs, this.#parts.rules));
  }
}
