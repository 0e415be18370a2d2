/**
 * The part of a session's life in which it has a server: what is said with it, and how it goes on with another one.
 * Pure but for the port.
 *
 * A move never changes what the client sees, but for a delay; the session's own states are not concerned.
 */

import type { Placed } from './backend.js';
import type { CloseReason } from './close-reason.js';
import { Conversation } from './conversation.js';
import type { Flow } from './flow.js';
import type { Legs } from './legs.js';
import { Move } from './move.js';
import type { Arrived, MoveCause, MoveOutcome, Mover } from './move.js';
import { releasePlace } from './placing.js';
import type { FailedTry } from './placing-state.js';
import type { Login, LoginAnswer } from './recognise.js';
import type { Requester, Server } from './server.js';
import { Chunk } from './session-port.js';
import type { Side } from './session-port.js';
import { afterGoodbye } from './session-state.js';
import type { LeaveOrder } from './session-state.js';
import { LastWords, Sieve } from './sieve.js';
import type { JourneyParts } from './traveller.js';

/** The words that end the client's session where the protocol has none: FIN alone. */
const NO_WORDS = new Uint8Array(0);

export class Journey implements Mover {
  conversation: Conversation;
  move: Move | undefined;
  readonly #parts: JourneyParts;
  /** What a lost server has not answered, and the next one is to. */
  #resent: readonly Uint8Array[] = [];

  /** `login` has been shown to the server already. */
  constructor(parts: JourneyParts, server: Server, nowMs: number) {
    this.#parts = parts;
    this.conversation = this.#talkWith(server, parts.traveller.login, nowMs);
  }

  get who(): Requester {
    return this.#parts.traveller.who;
  }

  get legs(): Legs {
    return this.#parts.traveller.legs;
  }

  get answer(): LoginAnswer | undefined {
    return this.#parts.answer;
  }

  /** When `tick` has something to do. */
  get deadlineMs(): number {
    return this.move?.deadlineMs ?? Infinity;
  }

  /** Whether it can go on when its server is lost. */
  get outlivesServer(): boolean {
    const { mode, rules } = this.#parts;
    return this.move !== undefined || (mode.protocol !== undefined && rules.onLinkLost === 'move');
  }

  freshLogin(): Login | undefined {
    const { login } = this.#parts.traveller;
    return login && (this.#parts.signLogin(login) ?? login);
  }

  holdRequests(): void {
    const { mode, port, rules } = this.#parts;
    const { conversation } = this;
    if (mode.protocol === undefined) return;
    this.legs.answerClient();
    const parts = { protocol: mode.protocol, port, maxFrameBytes: rules.maxFrameBytes };
    conversation.hold(conversation.sieve ?? new Sieve(parts, conversation.relay.client.takeTail()));
  }

  tryFailed(failed: FailedTry): void {
    this.#parts.watcher.tryFailed(failed);
  }

  placed(place: Placed | undefined, nowMs: number): void {
    this.goOn(this.move?.handed(place, nowMs), nowMs);
  }

  /** Takes what one side has sent before, if it has. */
  hear(side: Side, bytes: Uint8Array | undefined, nowMs: number): void {
    if (bytes !== undefined && bytes.length > 0) this.relay(side, new Chunk(bytes), nowMs);
  }

  /** Takes what one side has sent. The hot path. */
  relay(side: Side, chunk: Chunk, nowMs: number): void {
    const { conversation } = this;
    const { traveller, watcher } = this.#parts;
    const isFirst = conversation.startedAtMs === undefined;
    const fault = conversation.pass(side, chunk, nowMs);
    if (isFirst && conversation.startedAtMs !== undefined) watcher.started(nowMs);
    const flow = conversation.flowOf(side);
    if (fault !== undefined) {
      traveller.detail = `Total_Length ${fault.lengthBytes}, limit ${fault.limitBytes}`;
      this.legs.drop(side);
      traveller.legOver(side, `${side}-frame`, traveller.detail, nowMs);
    } else if (flow.saidGoodbye || flow.answeredGoodbye || flow.answeredOurGoodbye) {
      this.#heedGoodbye(side, flow, nowMs);
    }
    if (this.move !== undefined) this.#relayed(nowMs);
  }

  /**
   * Begins to look for another server; this one goes on serving as long as it is well. Returns false where the session
   * cannot move, is moving already, or ends.
   */
  begin(cause: MoveCause, nowMs: number, isServerGone = false): boolean {
    const isRelaying = this.#parts.traveller.state.kind === 'relaying';
    if (this.#parts.mode.protocol === undefined || this.move !== undefined || !isRelaying) return false;
    const move = new Move(this.#parts, this.#parts.port, this, { from: this.conversation, cause, nowMs });
    this.move = move;
    if (isServerGone) move.withoutServer(nowMs);
    // A server that is known to be down would take what it is sent, and not answer.
    else if (!this.conversation.server.isUp) move.distrustServer(nowMs);
    this.goOn(move.begin(nowMs), nowMs);
    return true;
  }

  /** Away from this server, or not to it: see Session.leaveServer. */
  leaveServer(server: Server, { reason, how, why }: LeaveOrder, nowMs: number): void {
    const { traveller } = this.#parts;
    const { conversation, move } = this;
    if (move !== undefined) this.goOn(move.leaveServer(server, why, nowMs), nowMs);
    if (move !== undefined || conversation.server !== server || traveller.state.kind !== 'relaying') return;
    if (how === 'move' && this.begin(reason, nowMs)) return;
    traveller.detail = why;
    this.sendAway(reason, nowMs);
  }

  /** What an event has come to for the move, if there is one. */
  goOn(outcome: MoveOutcome | undefined, nowMs: number): void {
    const { move } = this;
    const { traveller, watcher } = this.#parts;
    if (outcome === undefined || move === undefined) return;
    if (outcome.kind === 'arrived') {
      this.#arrive(move, outcome, nowMs);
    } else if (outcome.kind === 'stays') {
      this.stop(nowMs);
      watcher.stayed(move.cause, outcome.reason);
    } else if (outcome.kind === 'given-up') {
      this.sendAway(outcome.reason, nowMs);
    }
    traveller.wake();
  }

  #heedGoodbye(side: Side, flow: Flow, nowMs: number): void {
    const { mode, port, rules, traveller } = this.#parts;
    const isRelaying = traveller.state.kind === 'relaying';
    const { goodbyeSequenceId } = flow;
    if (goodbyeSequenceId !== undefined && mode.protocol !== undefined) {
      const words = mode.protocol.goodbyeAnswer(goodbyeSequenceId);
      if (this.legs.isWritable(side)) port.write(side, words, 0, words.length);
      flow.goodbyeSequenceId = undefined;
      if (isRelaying) this.#withoutServer('server-terminate', nowMs);
    }
    // A goodbye that the client has not seen ends nothing. What the server still owes it may still send.
    if (isRelaying && side === 'server' && rules.onLinkLost === 'move') return;
    this.stop(nowMs);
    if (flow.answeredOurGoodbye) this.legs.finish(side);
    traveller.become(afterGoodbye(traveller.state, side, flow, rules, nowMs));
  }

  /** Something has passed while it moves. */
  #relayed(nowMs: number): void {
    const { move } = this;
    const { sieve } = this.conversation;
    const { protocol } = this.#parts.mode;
    if (sieve?.isFull === true) this.legs.holdClient();
    if (sieve?.goodbyeSequenceId === undefined || protocol === undefined) {
      this.goOn(move?.relayed(nowMs), nowMs);
      return;
    }
    // Its client wants to leave, and waits for nothing else.
    const words = protocol.goodbyeAnswer(sieve.goodbyeSequenceId);
    const hasServer = this.legs.isWritable('server');
    this.stop(nowMs);
    if (!hasServer) this.#parts.traveller.dismiss('client-terminate', words, nowMs);
  }

  /** Its server is lost, or has said that it will be; the session is not. */
  serverOver(reason: CloseReason, detail: string, nowMs: number): void {
    // One that has said goodbye may close.
    if (!this.conversation.relay.server.saidGoodbye) this.conversation.serverLost(reason, detail);
    this.legs.drop('server');
    // Somebody may need it, and be it this session: a gateway that was full comes back with room for all of its own.
    this.giveBackPlace(this.conversation, nowMs);
    if (!this.#settleDoubts(nowMs)) return;
    this.holdRequests();
    this.conversation.leaveServer(nowMs);
    this.#withoutServer(causeOf(reason), nowMs);
  }

  /** The session has left the server of this conversation, or lost it. */
  giveBackPlace(conversation: Conversation, nowMs: number): void {
    if (!conversation.hasPlace) return;
    conversation.hasPlace = false;
    releasePlace(this.#parts.backend, conversation.server, nowMs);
  }

  #withoutServer(cause: MoveCause, nowMs: number): void {
    if (this.move === undefined) this.begin(cause, nowMs, true);
    else this.goOn(this.move.withoutServer(nowMs), nowMs);
  }

  /** The client is told to end; SPs come again, and find another server. */
  sendAway(reason: CloseReason, nowMs: number): void {
    this.abandon(nowMs);
    this.conversation.discardHeld();
    this.#parts.traveller.dismiss(reason, this.#parts.mode.protocol?.goodbye() ?? NO_WORDS, nowMs);
  }

  /** It moves no more; what was held goes to the server that it has. */
  stop(nowMs: number): void {
    if (this.move === undefined) return;
    this.abandon(nowMs);
    this.releaseRequests(nowMs);
  }

  releaseRequests(nowMs: number): void {
    // It may have been stopped because the next server was to come.
    this.legs.resume('server');
    this.#release(nowMs);
  }

  /** It moves no more. */
  abandon(nowMs: number): void {
    this.move?.abandon(nowMs);
    this.move = undefined;
  }

  /** The next server takes the place of the former one. */
  #arrive(move: Move, { server, rest }: Arrived, nowMs: number): void {
    const { backend, mode, rules, watcher } = this.#parts;
    const { conversation: former, who, legs } = this;
    if (!this.#settleDoubts(nowMs)) return;
    const { sieve } = former;
    former.leaveServer(nowMs);
    this.move = undefined;
    this.conversation = this.#talkWith(server, undefined, nowMs);
    this.conversation.startedAtMs = former.startedAtMs;
    this.conversation.sieve = sieve;
    const goodbye = legs.isWritable('server') ? mode.protocol?.goodbye() : undefined;
    const tail = former.relay.server.takeTail();
    legs.promote(goodbye && new LastWords(goodbye, tail, rules.maxFrameBytes), nowMs);
    backend.established(who, server, nowMs);
    backend.ended(who, nowMs);
    watcher.moved(former, move.cause, nowMs - move.startedAtMs);
    this.giveBackPlace(former, nowMs);
    this.#release(nowMs);
    this.hear('server', rest, nowMs);
  }

  /** What was held goes to the server, behind what it is sent again. */
  #release(nowMs: number): void {
    const { sieve } = this.conversation;
    this.legs.releaseClient();
    if (sieve === undefined) return;
    const frames = [...this.#resent, ...sieve.release()];
    this.#resent = [];
    // At last the begin of a frame that is still to come.
    for (const frame of [...frames, sieve.takeTail()]) this.relay('client', new Chunk(frame), nowMs);
  }

  /** What the server has not answered is in doubt. Returns whether the session goes on. */
  #settleDoubts(nowMs: number): boolean {
    const { mode, port, rules, watcher } = this.#parts;
    const { conversation } = this;
    if (mode.protocol === undefined || conversation.relay.client.unanswered === 0) return true;
    const doubts = conversation.giveUp(mode.protocol, this.answer?.version ?? '2.0', port);
    this.#resent = [...this.#resent, ...doubts.resent];
    // Of heartbeats alone nothing is in doubt.
    if (doubts.submits === 0) return true;
    watcher.doubted(conversation.server, doubts);
    if (rules.inDoubt !== 'close') return true;
    this.sendAway('in-doubt', nowMs);
    return false;
  }

  #talkWith(server: Server, login: Login | undefined, nowMs: number): Conversation {
    const { mode, port, rules } = this.#parts;
    const { maxFrameBytes, onLinkLost, inDoubt } = rules;
    const relayRules = {
      maxFrameBytes,
      keepsServerGoodbye: onLinkLost === 'move',
      keepsSubmits: inDoubt === 'resend',
    };
    return new Conversation(mode.createRelay(port, relayRules, login, nowMs), server, this.legs);
  }
}

function causeOf(reason: CloseReason): MoveCause {
  return reason === 'server-reset' || reason === 'server-frame' ? 'server-reset' : 'server-lost';
}
