/**
 * What a session takes along from one server to the next: what its client has asked meanwhile, and what the former
 * server has not answered. Pure but for the port.
 */

import { readUint32 } from '../cmpp/header.js';
import { Conversation } from './conversation.js';
import { releasePlace } from './places.js';
import type { Login } from './recognise.js';
import type { Server } from './server.js';
import { LastWords, Sieve } from './sieve.js';
import type { JourneyParts } from './traveller.js';

/** Shared, as most of many thousand sessions never move. */
const NO_FRAMES: readonly Uint8Array[] = [];
const NO_IDS: ReadonlySet<number> = new Set();

export class Handover {
  /** With the server that the session has. */
  conversation: Conversation;
  readonly #parts: JourneyParts;
  /** What a lost server has not answered, and the next one is to. */
  #resent = NO_FRAMES;
  /** Their Sequence_Ids. */
  #resentIds = NO_IDS;

  /** The login has been shown to the server already. */
  constructor(parts: JourneyParts, server: Server, nowMs: number) {
    this.#parts = parts;
    this.conversation = this.#talkWith(server, parts.traveller.login, nowMs);
  }

  /** Requests that are kept for the next server. */
  get heldRequests(): number {
    return this.#resent.length + (this.conversation.sieve?.heldRequests ?? 0);
  }

  /** Whether a SUBMIT with this Sequence_Id is among them. */
  holdsSubmit(sequenceId: number): boolean {
    return this.#resentIds.has(sequenceId) || this.conversation.sieve?.holdsSubmit(sequenceId) === true;
  }

  /** What the client asks waits for the next server from now on. */
  hold(): void {
    const { mode, port, rules, traveller } = this.#parts;
    const { conversation } = this;
    if (mode.protocol === undefined) return;
    traveller.legs.answerClient();
    const parts = { protocol: mode.protocol, port, maxFrameBytes: rules.maxFrameBytes };
    conversation.hold(conversation.sieve ?? new Sieve(parts, conversation.relay.client.takeTail()));
  }

  /** Holds no longer. Returns what the server is to get: what it is sent again, what was held, and a frame's begin. */
  release(): readonly Uint8Array[] {
    const { sieve } = this.conversation;
    if (sieve === undefined) return [];
    const frames = [...this.#resent, ...sieve.release(), sieve.takeTail()];
    this.#keep([]);
    return frames;
  }

  /** Holds no longer: there is no server to get what was held, or was to be sent again, and nobody answers it. */
  discard(): void {
    const { conversation } = this;
    conversation.lostAnswers += this.#resent.length;
    this.#keep([]);
    conversation.discardHeld();
  }

  /** The server will not answer any more: what it has not answered is in doubt. Returns whether there is such. */
  settleDoubts(): boolean {
    const { answer, mode, port, rules, watcher } = this.#parts;
    const { conversation } = this;
    if (mode.protocol === undefined || !conversation.hasDoubts) return false;
    const last = rules.inDoubt === 'close' ? conversation.giveUpSilently() : undefined;
    const doubts = last ?? conversation.giveUp(mode.protocol, answer?.version ?? '2.0', port);
    this.#keep([...this.#resent, ...doubts.kept]);
    // Of heartbeats alone nothing is in doubt.
    if (doubts.submits > 0) watcher.doubted(conversation.server, doubts);
    return doubts.submits > 0;
  }

  /** The next server, which has a place for the session, follows the former one, whose place is still to be given back. */
  succeed(server: Server, nowMs: number): void {
    const { backend, mode, rules, traveller } = this.#parts;
    const { conversation: former } = this;
    const { legs, who } = traveller;
    const { sieve } = former;
    former.leaveServer(nowMs);
    this.conversation = this.#talkWith(server, undefined, nowMs);
    this.conversation.startedAtMs = former.startedAtMs;
    this.conversation.sieve = sieve;
    this.conversation.relay.client.expectOurHeartbeats(former.relay.client.ourHeartbeats);
    const goodbye = legs.isWritable('server') ? mode.protocol?.goodbye() : undefined;
    const tail = former.relay.server.takeTail();
    legs.promote(goodbye && new LastWords(goodbye, tail, rules.maxFrameBytes), nowMs);
    backend.established(who, server, nowMs);
    backend.ended(who, nowMs);
  }

  /** The session has left the server of this conversation, or lost it. */
  giveBackPlace(conversation: Conversation, nowMs: number): void {
    if (!conversation.hasPlace) return;
    conversation.hasPlace = false;
    releasePlace(this.#parts.backend, conversation.server, nowMs);
  }

  /** These are for the next server, before anything else. */
  #keep(frames: readonly Uint8Array[]): void {
    this.#resent = frames;
    this.#resentIds = frames.length === 0 ? NO_IDS : new Set(frames.map((frame) => readUint32(frame, 8)));
  }

  #talkWith(server: Server, login: Login | undefined, nowMs: number): Conversation {
    const { mode, port, rules, traveller } = this.#parts;
    const { maxFrameBytes, onLinkLost, inDoubt } = rules;
    const relayRules = {
      maxFrameBytes,
      keepsServerGoodbye: onLinkLost === 'move',
      keepsSubmits: inDoubt === 'resend',
    };
    return new Conversation(mode.createRelay(port, relayRules, login, nowMs), server, traveller.legs);
  }
}
