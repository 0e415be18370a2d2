/**
 * The part of a session's life in which it has a server: what is said with it, and how it goes on with another one.
 * Pure but for the port.
 *
 * A move never changes what the client sees, but for a delay; the session's own states are not concerned.
 */

import type { FrameFault } from '../cmpp/framer.js';
import type { Placed } from './backend.js';
import type { CloseReason } from './close-reason.js';
import type { Conversation } from './conversation.js';
import { NO_GOODBYES } from './flow.js';
import type { Flow } from './flow.js';
import { Handover } from './handover.js';
import { Heartbeats } from './heartbeats.js';
import type { Legs } from './legs.js';
import { Losses } from './losses.js';
import { malformedStream } from './malformed.js';
import { Move } from './move.js';
import { causeOf } from './move-order.js';
import type { MoveCause, MoveOrder } from './move-order.js';
import type { Arrived, MoveOutcome, Mover } from './move.js';
import type { FailedTry } from './placing-state.js';
import type { Login, LoginAnswer } from './recognise.js';
import type { Requester, Server } from './server.js';
import { Chunk } from './session-port.js';
import type { Side } from './session-port.js';
import { afterGoodbye } from './session-state.js';
import type { LeaveOrder } from './session-state.js';
import type { JourneyParts } from './traveller.js';

/** The words that end the client's session where the protocol has none: FIN alone. */
const NO_WORDS = new Uint8Array(0);

export class Journey implements Mover {
  move: Move | undefined;
  readonly parts: JourneyParts;
  readonly #heartbeats: Heartbeats | undefined;
  /** What it takes along to the next server. */
  readonly handover: Handover;
  /** The handover's, at hand for each chunk. */
  #conversation: Conversation;
  /** Undefined until it loses a server, as most sessions never do. */
  #losses: Losses | undefined;

  /** `login` has been shown to the server already. */
  constructor(parts: JourneyParts, server: Server, nowMs: number) {
    this.parts = parts;
    if (parts.mode.protocol !== undefined) this.#heartbeats = new Heartbeats(parts);
    this.handover = new Handover(parts, server, nowMs);
    this.#conversation = this.handover.conversation;
  }

  /** What is said with the server that it has. */
  get conversation(): Conversation {
    return this.#conversation;
  }

  get who(): Requester {
    return this.parts.traveller.who;
  }

  get legs(): Legs {
    return this.parts.traveller.legs;
  }

  get answer(): LoginAnswer | undefined {
    return this.parts.answer;
  }

  /** When `tick` has something to do. */
  get deadlineMs(): number {
    return this.move?.deadlineMs ?? Infinity;
  }

  /** When somebody may have been silent for too long. */
  get silentAtMs(): number {
    const isRelaying = this.parts.traveller.state.kind === 'relaying';
    return isRelaying ? (this.#heartbeats?.deadlineMs ?? Infinity) : Infinity;
  }

  /** Asks who is silent. Returns the side that does not answer. */
  askSilent(nowMs: number): Side | undefined {
    if (nowMs < this.silentAtMs) return undefined;
    return this.#heartbeats?.tick((side) => this.conversation.flowOf(side), nowMs);
  }

  /** Whether it can go on when its server is lost. */
  get outlivesServer(): boolean {
    const { mode, rules } = this.parts;
    return this.move !== undefined || (mode.protocol !== undefined && rules.onLinkLost === 'move');
  }

  freshLogin(): Login | undefined {
    const { login } = this.parts.traveller;
    return login && (this.parts.signLogin(login) ?? login);
  }

  holdRequests(): void {
    this.handover.hold();
  }

  tryFailed(failed: FailedTry): void {
    this.parts.watcher.tryFailed(failed);
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
    const isFirst = conversation.startedAtMs === undefined;
    const fault = conversation.pass(side, chunk, nowMs);
    if (isFirst && conversation.startedAtMs !== undefined) this.parts.watcher.started(nowMs);
    const flow = conversation.flowOf(side);
    if (fault !== undefined) this.#cannotRead(side, chunk, fault, nowMs);
    else if (flow.takesLeave) this.#heedGoodbye(side, flow, nowMs);
    if (this.move !== undefined) this.#relayed(nowMs);
  }

  #cannotRead(side: Side, { bytes }: Chunk, fault: FrameFault, nowMs: number): void {
    const { traveller } = this.parts;
    traveller.detail = `Total_Length ${fault.lengthBytes}, limit ${fault.limitBytes}`;
    traveller.malformed = malformedStream(side, bytes, fault, nowMs);
    this.legs.drop(side);
    traveller.legOver(side, `${side}-frame`, traveller.detail, nowMs);
  }

  /**
   * Begins to look for another server; this one goes on serving as long as it is well. Returns false where the session
   * cannot move, is moving already, or ends.
   */
  begin(order: MoveOrder, nowMs: number, losses?: Losses): boolean {
    const isRelaying = this.parts.traveller.state.kind === 'relaying';
    if (this.parts.mode.protocol === undefined || this.move !== undefined || !isRelaying) return false;
    const { port } = this.parts;
    const move = new Move(this.parts, port, this, { ...order, from: this.conversation, nowMs });
    this.move = move;
    if (losses !== undefined) move.withoutServer(nowMs, losses.withoutMs);
    // A server that is known to be down would take what it is sent, and not answer.
    else if (!this.conversation.server.isUp) move.distrustServer(nowMs);
    this.goOn(move.begin(nowMs, losses?.pauseMs), nowMs);
    return true;
  }

  /** Away from this server, or not to it: see Session.leaveServer. */
  leaveServer(server: Server, { reason, how, why }: LeaveOrder, nowMs: number): void {
    const { traveller } = this.parts;
    const { conversation, move } = this;
    if (move !== undefined) this.goOn(move.leaveServer(server, why, nowMs), nowMs);
    if (move !== undefined || conversation.server !== server || traveller.state.kind !== 'relaying') return;
    if (how === 'move' && this.begin({ cause: reason }, nowMs)) return;
    traveller.detail = why;
    this.sendAway(reason, nowMs);
  }

  /** What an event has come to for the move, if there is one. */
  goOn(outcome: MoveOutcome | undefined, nowMs: number): void {
    const { move } = this;
    const { traveller, watcher } = this.parts;
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
    const { rules, traveller } = this.parts;
    const isRelaying = traveller.state.kind === 'relaying';
    if (flow.goodbyes.length > 0) {
      this.#answerGoodbyes(side, flow.goodbyes);
      flow.goodbyes = NO_GOODBYES;
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
    const { sieve } = this.conversation;
    if (sieve?.isFull === true) this.legs.holdClient('move');
    if (sieve === undefined || sieve.goodbyes.length === 0) {
      this.goOn(this.move?.relayed(nowMs), nowMs);
      return;
    }
    // Its client wants to leave, and waits for nothing else.
    const { goodbyes } = sieve;
    const hasServer = this.legs.isWritable('server');
    this.stop(nowMs);
    if (hasServer) return;
    this.#answerGoodbyes('client', goodbyes);
    this.parts.traveller.dismiss('client-terminate', NO_WORDS, nowMs);
  }

  /** Whoever has said it twice waits for two answers. */
  #answerGoodbyes(side: Side, goodbyes: readonly number[]): void {
    const { mode, port } = this.parts;
    for (const sequenceId of goodbyes) {
      const words = mode.protocol?.goodbyeAnswer(sequenceId) ?? NO_WORDS;
      if (this.legs.isWritable(side)) port.write(side, words, 0, words.length);
    }
  }

  /** Its server is lost, or has said that it will be; the session is not. */
  serverOver(reason: CloseReason, detail: string, nowMs: number): void {
    // One that has said goodbye may close.
    if (!this.conversation.relay.server.saidGoodbye) this.conversation.serverLost(reason, detail);
    this.legs.drop('server');
    // Somebody may need it, and be it this session: a gateway that was full comes back with room for all of its own.
    this.handover.giveBackPlace(this.conversation, nowMs);
    if (!this.#settleDoubts(nowMs)) return;
    this.holdRequests();
    this.conversation.leaveServer(nowMs);
    this.#withoutServer(causeOf(reason), nowMs);
  }

  #withoutServer(cause: MoveCause, nowMs: number): void {
    const losses = (this.#losses ??= new Losses());
    losses.lost(nowMs);
    if (this.move === undefined) this.begin({ cause }, nowMs, losses);
    else this.goOn(this.move.withoutServer(nowMs, losses.withoutMs), nowMs);
  }

  /** The client is told to end; SPs come again, and find another server. */
  sendAway(reason: CloseReason, nowMs: number): void {
    this.end(nowMs);
    this.parts.traveller.dismiss(reason, this.parts.mode.protocol?.goodbye() ?? NO_WORDS, nowMs);
  }

  /** It moves no more; what was held goes to the server that it has, if it has one. */
  stop(nowMs: number): void {
    if (this.move === undefined) return;
    this.#abandon(nowMs);
    this.releaseRequests(nowMs);
  }

  releaseRequests(nowMs: number): void {
    // It may have been stopped because the next server was to come.
    this.legs.resume('server');
    this.#release(nowMs);
  }

  /** The session ends, or its server is not to hear any more of it. */
  end(nowMs: number): void {
    this.#abandon(nowMs);
    this.handover.discard();
  }

  /** It moves no more. */
  #abandon(nowMs: number): void {
    this.move?.abandon(nowMs);
    this.move = undefined;
  }

  /** The next server takes the place of the former one. */
  #arrive(move: Move, { server, rest }: Arrived, nowMs: number): void {
    if (!this.#settleDoubts(nowMs)) return;
    this.move = undefined;
    this.#losses?.arrived(nowMs);
    const former = this.#conversation;
    this.handover.succeed(server, nowMs);
    this.#conversation = this.handover.conversation;
    this.parts.watcher.moved(former, move.cause, nowMs - move.startedAtMs);
    this.handover.giveBackPlace(former, nowMs);
    this.#release(nowMs);
    this.hear('server', rest, nowMs);
  }

  /** What the server has not answered is in doubt. Returns whether the session goes on. */
  #settleDoubts(nowMs: number): boolean {
    const isInDoubt = this.handover.settleDoubts();
    if (isInDoubt && this.parts.rules.inDoubt === 'close') this.sendAway('in-doubt', nowMs);
    return !isInDoubt || this.parts.rules.inDoubt !== 'close';
  }

  /** What was held goes to the server. */
  #release(nowMs: number): void {
    this.legs.releaseClient('move');
    if (!this.legs.isWritable('server')) this.handover.discard();
    for (const frame of this.handover.release()) this.relay('client', new Chunk(frame), nowMs);
  }
}
