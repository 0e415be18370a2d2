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
import type { Flow } from './flow.js';
import { Legs, SIDES, otherSide } from './legs.js';
import type { Relay } from './mode.js';
import { Placing, releasePlace } from './placing.js';
import type { FailedTry, PlacingOutcome, Waiter } from './placing.js';
import type { Login, LoginAnswer } from './recognise.js';
import type { Requester, Server } from './server.js';
import type { DialFailure, Side } from './session-port.js';
import { deadlineOf, ending, overdueReason } from './session-state.js';
import type { Patience, SessionParts, SessionState } from './session-state.js';

/** CONNECT_RESP status 5, "other error": what gateways answer to one connection too many. SPs come again later. */
const REFUSED_STATUS = 5;
/** How long a client gets to read why it was refused, or both peers to close after a TERMINATE was answered. */
const LINGER_MS = 1000;
const NOTHING = new Uint8Array(0);

export class Session implements Waiter {
  readonly acceptedAtMs: number;
  relayingSinceMs: number | undefined;
  login: Login | undefined;
  /** How it found its server; undefined if it never looked for one. */
  placing: Placing | undefined;
  /** The server whose place it holds; it stays known when the place is given back. */
  server: Server | undefined;
  /** The server's CONNECT_RESP. */
  answer: LoginAnswer | undefined;
  relay: Relay | undefined;
  /** What made a stream unreadable, for the log. */
  detail = '';
  receivedBytes = 0;
  /** Bytes that came when the leg of their receiver was over. */
  droppedBytes = 0;

  readonly #parts: SessionParts;
  readonly #arrival: Arrival;
  readonly #legs: Legs;
  #state: SessionState;
  #source: Uint8Array = NOTHING;
  #refusal: CloseReason | undefined;

  constructor(parts: SessionParts, nowMs: number) {
    this.acceptedAtMs = nowMs;
    this.#parts = parts;
    this.#arrival = new Arrival(parts.mode.protocol, parts.port, parts.rules.maxFrameBytes);
    this.#legs = new Legs(parts.port, nowMs);
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

  read(side: Side, chunk: Uint8Array, nowMs: number): void {
    this.#legs.received(side, nowMs);
    if (side === 'client') this.receivedBytes += chunk.length;
    const { kind } = this.#state;
    if (kind === 'relaying' || kind === 'ending') this.#relay(side, chunk, nowMs);
    else if (kind === 'recognising') this.#recognise(chunk, nowMs);
    else if (kind === 'placing' && side === 'client') this.#arrival.keep(chunk);
    else if (kind === 'placing') this.#advance(this.placing?.read(chunk, nowMs), nowMs, chunk);
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
    this.#legOver(side, `${side}-reset`, detail, nowMs);
  }

  dialled(nowMs: number): void {
    this.#legs.opened('server', nowMs);
    this.#advance(this.placing?.dialled(nowMs), nowMs);
  }

  dialFailed(failure: DialFailure, nowMs: number): void {
    this.#advance(this.placing?.dialFailed(failure, nowMs), nowMs);
  }

  /** A place on a server, after waiting for it. */
  placed(place: Placed, nowMs: number): void {
    this.#advance(this.placing?.placed(place, nowMs), nowMs);
  }

  /** The time that it asked for with `wakeAt` has come. */
  tick(nowMs: number): void {
    const state = this.#state;
    if (state.kind === 'placing') this.#advance(this.placing?.tick(nowMs), nowMs);
    else if (nowMs < deadlineOf(state, this.#legs, this.#parts.rules)) this.#wake();
    else this.#close(overdueReason(state, this.#legs, this.#parts.rules, nowMs), nowMs);
  }

  /** The balancer stops: TERMINATE to both sides, and an end at the deadline at the latest. */
  stop(deadlineMs: number, nowMs: number): void {
    const { kind } = this.#state;
    if (kind === 'recognising') this.#close('shutdown', nowMs);
    else if (kind === 'relaying') this.#sayGoodbye(deadlineMs);
    if (kind !== 'placing') return;
    this.placing?.abandon(nowMs);
    this.#refuse('shutdown', nowMs);
  }

  /** Closes at once what is still open. */
  kill(nowMs: number): void {
    this.#close(this.#state.kind === 'ending' ? this.#state.reason : 'shutdown', nowMs);
  }

  #recognise(chunk: Uint8Array, nowMs: number): void {
    const outcome = this.#arrival.read(chunk);
    if (outcome.kind === 'under-way') return;
    if (outcome.kind === 'refused') {
      this.detail = outcome.detail;
      this.#close(outcome.reason, nowMs);
      return;
    }
    this.login = outcome.login;
    if (this.#refusal === undefined) this.#startPlacing(nowMs);
    else this.#refuse(this.#refusal, nowMs);
  }

  #startPlacing(nowMs: number): void {
    const { who, login } = this;
    const tryFailed = (failed: FailedTry): void => this.#parts.watcher.tryFailed(failed);
    this.placing = new Placing({ ...this.#parts, who, login, waiter: this, tryFailed });
    this.#state = { kind: 'placing' };
    this.#advance(this.placing.begin(nowMs), nowMs);
  }

  #advance(outcome: PlacingOutcome | undefined, nowMs: number, chunk: Uint8Array = NOTHING): void {
    if (this.#state.kind !== 'placing' || outcome === undefined) return;
    if (outcome.kind === 'under-way') this.#wake();
    else if (outcome.kind === 'given-up') this.#refuse(outcome.reason, nowMs);
    else this.#startRelaying(outcome.server, outcome.answer, chunk.subarray(outcome.nextStart), nowMs);
  }

  #startRelaying(server: Server, answer: LoginAnswer | undefined, rest: Uint8Array, nowMs: number): void {
    const { backend, mode, port, rules, watcher } = this.#parts;
    this.server = server;
    this.answer = answer;
    this.relay = mode.createRelay(port, rules.maxFrameBytes, this.login, nowMs);
    this.#state = { kind: 'relaying' };
    if (answer !== undefined && answer.status !== 0) {
      this.#relay('server', answer.frame, nowMs);
      this.#end('login-refused', { deadlineMs: nowMs + LINGER_MS });
      for (const side of SIDES) this.#legs.finish(side);
      return;
    }
    this.relayingSinceMs = nowMs;
    backend.established(this.who, server, nowMs);
    watcher.started(nowMs);
    if (answer !== undefined) this.#relay('server', answer.frame, nowMs);
    if (rest.length > 0) this.#relay('server', rest, nowMs);
    const early = this.#arrival.takeEarly();
    if (early.length > 0) this.#relay('client', early, nowMs);
    if (this.#legs.hasEnded('client')) this.#legOver('client', 'client-closed', '', nowMs);
    this.#wake();
  }

  /** Passes on what one side has sent, and keeps account of what the server owes. The hot path. */
  #relay(side: Side, chunk: Uint8Array, nowMs: number): void {
    const { relay, server } = this;
    const receiver = otherSide(side);
    if (relay === undefined || server === undefined || !this.#legs.isWritable(receiver)) {
      this.droppedBytes += chunk.length;
      return;
    }
    const flow = side === 'client' ? relay.client : relay.server;
    const unansweredBefore = relay.client.unanswered;
    const fault = flow.push(chunk, nowMs);
    server.unansweredNow += relay.client.unanswered - unansweredBefore;
    this.#legs.sent(receiver, nowMs);
    if (fault !== undefined) {
      this.detail = `Total_Length ${fault.lengthBytes}, limit ${fault.limitBytes}`;
      this.#legs.drop(side);
      this.#legOver(side, `${side}-frame`, this.detail, nowMs);
    } else if (flow.saidGoodbye || flow.answeredGoodbye || flow.answeredOurGoodbye) {
      this.#goodbye(side, flow, nowMs);
    }
  }

  #goodbye(side: Side, flow: Flow, nowMs: number): void {
    const { rules } = this.#parts;
    if (flow.answeredOurGoodbye) this.#legs.finish(side);
    if (flow.saidGoodbye && this.#state.kind === 'relaying') {
      const finTimeoutMs = side === 'client' ? rules.serverFinTimeoutMs : rules.clientFinTimeoutMs;
      this.#end(`${side}-terminate`, { deadlineMs: nowMs + finTimeoutMs });
    }
    // Either peer may be the one that closes now; if both wait for the other, neither does.
    if (flow.answeredGoodbye && this.#state.kind === 'ending' && this.#state.deadlineMs > nowMs + LINGER_MS) {
      this.#end(this.#state.reason, { deadlineMs: nowMs + LINGER_MS });
    }
  }

  /** One leg can give no more: the other is told, and gets the time of its `fin` timeout to end as well. */
  #legOver(side: Side, reason: CloseReason, detail: string, nowMs: number): void {
    const { rules } = this.#parts;
    const { kind } = this.#state;
    const other = otherSide(side);
    if (kind === 'recognising') this.#close('login-aborted', nowMs);
    else if (kind === 'placing' && side === 'server') this.#advance(this.placing?.lost(detail, nowMs), nowMs);
    else if (kind === 'placing') this.#close(this.placing?.abandon(nowMs) ?? reason, nowMs);
    if (kind !== 'relaying' && kind !== 'ending') return;
    if (kind === 'relaying') {
      const idleTimeoutMs = other === 'client' ? rules.clientFinTimeoutMs : rules.serverFinTimeoutMs;
      const overdue = this.#legs.hasEnded(side) ? (`${other}-fin-timeout` as const) : reason;
      this.#end(reason, { idleTimeoutMs, overdue });
    }
    this.#legs.finish(other);
    if (this.#state.kind === 'ending' && this.#legs.areOver) this.#close(this.#state.reason, nowMs);
  }

  #sayGoodbye(deadlineMs: number): void {
    const { mode, port } = this.#parts;
    const goodbye = mode.protocol?.goodbye();
    for (const side of SIDES) {
      if (goodbye === undefined) {
        this.#legs.finish(side);
      } else {
        this.relay?.[side].expectOurGoodbye();
        port.write(side, goodbye, 0, goodbye.length);
      }
    }
    this.#end('shutdown', { deadlineMs });
  }

  #end(reason: CloseReason, patience: Partial<Patience>): void {
    this.#state = ending(reason, patience);
    this.#wake();
  }

  /** Tells a client that has logged in that it can't be served; others are just closed. */
  #refuse(reason: CloseReason, nowMs: number): void {
    const { mode, port } = this.#parts;
    if (this.login === undefined || mode.protocol === undefined) {
      this.#close(reason, nowMs);
      return;
    }
    const refusal = mode.protocol.refusal(this.login, REFUSED_STATUS);
    port.write('client', refusal, 0, refusal.length);
    this.#end(reason, { deadlineMs: nowMs + LINGER_MS });
    port.resume('client');
    this.#legs.finish('client');
  }

  #close(reason: CloseReason, nowMs: number): void {
    if (this.#state.kind === 'closed') return;
    const { backend, port, watcher } = this.#parts;
    this.#state = { kind: 'closed', reason };
    port.drop('client');
    port.drop('server');
    port.wakeAt(Infinity);
    if (this.server !== undefined) {
      this.server.unansweredNow -= this.relay?.client.unanswered ?? 0;
      if (this.relayingSinceMs !== undefined) backend.ended(this.who, nowMs);
      releasePlace(backend, this.server, nowMs);
    }
    watcher.ended(reason, nowMs);
  }

  #wake(): void {
    const isPlacing = this.#state.kind === 'placing' && this.placing !== undefined;
    const deadlineMs = isPlacing ? this.placing?.deadlineMs : deadlineOf(this.#state, this.#legs, this.#parts.rules);
    this.#parts.port.wakeAt(deadlineMs ?? Infinity);
  }
}
