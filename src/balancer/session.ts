/**
 * A session: one client's connection, from the first byte to the close. Pure but for the port it acts through.
 *
 *     recognising → placing → relaying → ending → closed
 *
 * While it relays it may move to another server: see journey.ts. It is told what happens (bytes, a leg lost, time) and decides. All that it knows is in its fields, none of it in a
 * closure or a timer, so that it can go on elsewhere. Every state may go to `closed`, for one reason of the closed list.
 */

import type { CloseReason } from './close-reason.js';
import type { Conversation } from './conversation.js';
import { Entry } from './entry.js';
import type { Entered, EntryHost, EntryOutcome } from './entry.js';
import { Journey } from './journey.js';
import { Legs, SIDES, otherSide } from './legs.js';
import type { Malformed } from './malformed.js';
import { Membership } from './membership.js';
import type { Placing } from './placing.js';
import type { FailedTry } from './placing-state.js';
import type { Login, LoginAnswer } from './recognise.js';
import { refusalStatus } from './refusal.js';
import type { Requester, Server } from './server.js';
import { Chunk } from './session-port.js';
import type { DialFailure, Leg, SessionPort, Side } from './session-port.js';
import { LINGER_MS, RELAYING, deadlineOf, ending, overdueReason, withoutLeg } from './session-state.js';
import type { LeaveOrder, SessionParts, SessionState, SessionWatcher } from './session-state.js';
import type { Intake, Traveller } from './traveller.js';

export class Session implements Traveller, EntryHost {
  readonly acceptedAtMs: number;
  /** Once it has a server. */
  journey: Journey | undefined;
  /** Takes what both sides send from then on: the journey, or what limits the account in front of it. */
  intake: Intake | undefined;
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
  readonly #entry: Entry;
  readonly #legs: Legs;
  readonly #membership: Membership;
  #state: SessionState;
  #isEstablished = false;

  constructor(parts: SessionParts, port: SessionPort, watcher: SessionWatcher, nowMs: number) {
    this.acceptedAtMs = nowMs;
    this.#parts = parts;
    this.#port = port;
    this.#watcher = watcher;
    this.#membership = new Membership(parts.accounts, this, watcher);
    this.#entry = new Entry(parts, port, this, this.#membership);
    this.#legs = new Legs(port, nowMs);
    this.#state = { kind: 'recognising', deadlineMs: nowMs + parts.rules.clientLoginTimeoutMs };
  }

  get state(): SessionState {
    return this.#state;
  }

  /** What is said with the server that it has. */
  get conversation(): Conversation | undefined {
    return this.journey?.conversation;
  }

  /** The server that it has, or had last while it waits for another one; before it has any, the one that it tried last. */
  get server(): Server | undefined {
    return this.conversation?.server ?? this.placing?.lastServer;
  }

  /** For its port to say what becomes of what was written: `blocked` and `drained`. */
  get legs(): Legs {
    return this.#legs;
  }

  get who(): Requester {
    return this.#entry.who;
  }

  get login(): Login | undefined {
    return this.#entry.login;
  }

  /** How it found its first server; undefined if it never looked for one. */
  get placing(): Placing | undefined {
    return this.#entry.placing;
  }

  /** The client is heard from now on. With `refusal` it is only to be told so, where its protocol has words for it. */
  begin(source: Uint8Array, refusal: CloseReason | undefined, nowMs: number): void {
    this.entered(this.#entry.begin(source, refusal, nowMs), nowMs);
  }

  /** The client is sent away unheard. */
  turnAway(reason: CloseReason, detail: string, nowMs: number): void {
    this.detail = detail;
    this.#close(reason, nowMs);
  }

  tryFailed(failed: FailedTry): void {
    this.#watcher.tryFailed(failed);
  }

  read(leg: Leg, chunk: Chunk, nowMs: number): void {
    this.#legs.received(leg, nowMs);
    if (leg === 'client') this.receivedBytes += chunk.bytes.length;
    const { kind } = this.#state;
    if (leg === 'next') this.journey?.goOn(this.journey.move?.read(chunk.bytes, nowMs), nowMs);
    else if (kind === 'relaying' || kind === 'ending') this.intake?.relay(leg, chunk, nowMs);
    else this.entered(this.#entry.read(leg, chunk.bytes, nowMs), nowMs);
  }

  /** The peer of this leg has sent FIN. */
  finished(leg: Leg, nowMs: number): void {
    this.#legs.ended(leg, nowMs);
    const { mode } = this.#parts;
    // Where nothing is known of the protocol, a client may well send all that it has to say, FIN, and wait.
    if (this.#state.kind === 'placing' && leg === 'client' && mode.protocol === undefined) return;
    const reason = leg === 'client' ? 'client-closed' : mode.serverFinReason;
    this.legOver(leg, reason, 'the server closed the connection', nowMs);
  }

  /** The connection of this leg broke: nothing comes from it or goes to it any more. */
  lost(leg: Leg, detail: string, nowMs: number, how: 'reset' | 'silent' = 'reset'): void {
    this.#legs.drop(leg);
    if (this.#state.kind === 'relaying' && leg !== 'next') this.detail = detail;
    this.legOver(leg, `${otherSide(otherSide(leg))}-${how}`, detail, nowMs);
  }

  dialled(nowMs: number): void {
    this.#legs.opened(this.journey === undefined ? 'server' : 'next', nowMs);
    this.entered(this.#entry.dialled(nowMs), nowMs);
    this.journey?.goOn(this.journey.move?.dialled(nowMs), nowMs);
  }

  dialFailed(failure: DialFailure, nowMs: number): void {
    this.entered(this.#entry.dialFailed(failure, nowMs), nowMs);
    this.journey?.goOn(this.journey.move?.dialFailed(failure, nowMs), nowMs);
  }

  /** Away from this server: who only tries it goes elsewhere; who was accepted by it moves, or is told to end. */
  leaveServer(server: Server, order: LeaveOrder, nowMs: number): void {
    this.entered(this.#entry.leaveServer(server, order.why, nowMs), nowMs);
    this.journey?.leaveServer(server, order, nowMs);
  }

  /** The time that it asked for with `wakeAt` has come. */
  tick(nowMs: number): void {
    if (this.#membership.tick(nowMs)) this.stop('account-replaced', nowMs + LINGER_MS, nowMs);
    const state = this.#state;
    if (state.kind === 'placing') this.entered(this.#entry.tick(nowMs), nowMs);
    else if (this.journey?.move !== undefined) this.journey.goOn(this.journey.move.tick(nowMs), nowMs);
    else if (nowMs < deadlineOf(state, this.#legs, this.#parts.rules)) this.#askSilent(nowMs);
    else this.#close(overdueReason(state, this.#legs, this.#parts.rules, nowMs), nowMs);
  }

  #askSilent(nowMs: number): void {
    const silent = this.journey?.askSilent(nowMs);
    if (silent === undefined) this.wake();
    else this.lost(silent, 'no ACTIVE_TEST_RESP', nowMs, 'silent');
  }

  /** It is to end: TERMINATE to both sides, or to the client if it has no server, and an end at the deadline at the latest. */
  stop(reason: 'shutdown' | 'killed' | 'account-replaced', deadlineMs: number, nowMs: number): void {
    const { kind } = this.#state;
    this.journey?.stop(nowMs);
    if (kind === 'recognising') this.#close(reason, nowMs);
    if (kind === 'relaying' && !this.#legs.isWritable('server')) this.journey?.sendAway(reason, nowMs);
    else if (kind === 'relaying') {
      this.conversation?.sayGoodbye(this.#parts.mode.protocol?.goodbye(), this.#port);
      this.become(ending(reason, { deadlineMs }));
    }
    if (kind !== 'placing') return;
    this.placing?.abandon(nowMs);
    this.#refuse(reason, nowMs);
  }

  /** Closes at once what is still open. */
  kill(nowMs: number): void {
    this.#close(this.#state.kind === 'ending' ? this.#state.reason : 'shutdown', nowMs);
  }

  /** What an event has come to on its way to a server. */
  entered(outcome: EntryOutcome, nowMs: number): void {
    const { kind } = this.#state;
    if (kind !== 'recognising' && kind !== 'placing') return;
    if (this.placing !== undefined) this.#state = { kind: 'placing' };
    if (outcome.kind === 'refused') this.detail = outcome.detail;
    if (outcome.kind === 'under-way') this.wake();
    else if (outcome.kind === 'turned-away') {
      this.malformed = outcome.malformed;
      this.turnAway(outcome.reason, outcome.detail, nowMs);
    } else if (outcome.kind !== 'placed') this.#refuse(outcome.reason, nowMs);
    else this.#startRelaying(outcome, nowMs);
  }

  #startRelaying({ server, answer, frame, rest, early }: Entered, nowMs: number): void {
    this.answer = answer;
    const { backend, mode, rules, signLogin } = this.#parts;
    const told = { port: this.#port, watcher: this.#watcher, traveller: this, answer, backend, mode, rules, signLogin };
    this.journey = new Journey(told, server, nowMs);
    this.intake = this.journey;
    this.#state = RELAYING;
    if (answer !== undefined && answer.status !== 0) {
      if (frame !== undefined) this.journey.conversation.relay.server.push(new Chunk(frame), nowMs);
      this.become(ending('login-refused', { deadlineMs: nowMs + LINGER_MS }));
      for (const side of SIDES) this.#legs.finish(side);
      return;
    }
    this.#isEstablished = true;
    backend.established(this.who, server, nowMs);
    this.journey.hear('server', frame, nowMs);
    this.journey.hear('server', rest, nowMs);
    this.#membership.begin(early, nowMs);
    if (this.#legs.hasEnded('client')) this.legOver('client', 'client-closed', '', nowMs);
    this.wake();
  }

  legOver(leg: Leg, reason: CloseReason, detail: string, nowMs: number): void {
    const { journey } = this;
    const outlives = this.#state.kind === 'relaying' && journey?.outlivesServer === true;
    if (leg === 'next') journey?.goOn(journey.move?.lost(detail, nowMs), nowMs);
    else if (leg === 'server' && outlives) journey.serverOver(reason, detail, nowMs);
    else this.#sideOver(leg, reason, detail, nowMs);
  }

  /** One side can give no more: the other is told, and gets the time of its `fin` timeout to end as well. */
  #sideOver(side: Side, reason: CloseReason, detail: string, nowMs: number): void {
    const { kind } = this.#state;
    this.journey?.stop(nowMs);
    if (kind === 'recognising') this.#close('login-aborted', nowMs);
    else if (kind === 'placing' && side === 'server') this.entered(this.#entry.lost(detail, nowMs), nowMs);
    else if (kind === 'placing') this.#close(this.placing?.abandon(nowMs) ?? reason, nowMs);
    if (kind !== 'relaying' && kind !== 'ending') return;
    if (kind === 'relaying' && side === 'server') this.#serverOver(reason, detail);
    this.#state = withoutLeg(this.#state, side, reason, this.#legs, this.#parts.rules, nowMs);
    this.wake();
    this.#legs.finish(otherSide(side));
    if (this.#legs.areOver || this.#legs.isGone(otherSide(side))) this.#close(this.#state.reason, nowMs);
  }

  /** The session ends with its server: a client that has words for it is told so, and need not take it for a fault. */
  #serverOver(reason: CloseReason, detail: string): void {
    this.conversation?.serverLost(reason, detail);
    this.conversation?.sayGoodbye(this.#parts.mode.protocol?.goodbye(), this.#port, ['client']);
  }

  /** One side has said goodbye, or its last words. */
  become(state: SessionState): void {
    this.#state = state;
    this.wake();
  }

  /** Tells a client that has logged in that it can't be served; others are just closed. */
  #refuse(reason: CloseReason, nowMs: number): void {
    const { protocol } = this.#parts.mode;
    if (this.login === undefined || protocol === undefined) this.#close(reason, nowMs);
    else this.dismiss(reason, protocol.refusal(this.login, refusalStatus(reason)), nowMs);
  }

  /** Ends the server's side, or what was tried, so that the client's own end is the session's; its last words are these. */
  dismiss(reason: CloseReason, words: Uint8Array, nowMs: number): void {
    this.#legs.drop('server');
    if (words.length > 0) this.#port.write('client', words, 0, words.length);
    this.become(ending(reason, { deadlineMs: nowMs + LINGER_MS }));
    this.#port.resume('client');
    this.#legs.finish('client');
  }

  #close(reason: CloseReason, nowMs: number): void {
    const { kind } = this.#state;
    if (kind === 'closed') return;
    this.#membership.leave(nowMs);
    this.journey?.end(nowMs);
    this.#state = { kind: 'closed', reason };
    for (const side of SIDES) this.#legs.drop(side);
    this.#port.wakeAt(Infinity);
    this.conversation?.end();
    if (this.#isEstablished) this.#parts.backend.ended(this.who, nowMs);
    // A kill or a fault may come while it waits for a place, or has one and no server yet.
    if (this.journey === undefined) this.placing?.abandon(nowMs);
    this.journey?.handover.giveBackPlace(this.journey.conversation, nowMs);
    this.#watcher.ended(reason, nowMs);
  }

  wake(): void {
    const search = this.#state.kind === 'placing' ? this.placing : this.journey?.move;
    const ownMs = Math.min(
      deadlineOf(this.#state, this.#legs, this.#parts.rules),
      this.journey?.silentAtMs ?? Infinity,
    );
    this.#port.wakeAt(Math.min(search?.deadlineMs ?? ownMs, this.#membership.deadlineMs));
  }
}
