/** What client and server say to each other through a session, and what the server owes. Pure but for the port; hot path. */

import type { FrameFault } from '../cmpp/framer.js';
import { CommandId, readUint32 } from '../cmpp/header.js';
import type { Version } from '../cmpp/version.js';
import type { CloseReason } from './close-reason.js';
import type { Flow } from './flow.js';
import { SIDES, otherSide } from './legs.js';
import type { Legs } from './legs.js';
import type { LoginProtocol, Relay } from './mode.js';
import { noteLoss } from './server.js';
import type { Server } from './server.js';
import { Chunk } from './session-port.js';
import type { SessionPort, Side } from './session-port.js';
import type { Sieve } from './sieve.js';

/** What becomes of requests that a server was sent and has not answered, when it is left. */
export interface InDoubt {
  /** SUBMITs, all of them; and those of them that the client was told to send again. */
  readonly submits: number;
  readonly rejected: number;
  /** Those that are kept for the next server, in order. */
  readonly kept: readonly Uint8Array[];
  /** Those of which nothing is known but that there are at most so many: the ledger was full. Nobody hears of them. */
  readonly forgotten: number;
}

export class Conversation {
  readonly relay: Relay;
  readonly server: Server;
  /** Whether the session holds a place on the server: see Handover.giveBackPlace. */
  hasPlace = true;
  /** When the first bytes went from one leg to the other; undefined if none ever did. */
  startedAtMs: number | undefined;
  /** Bytes that came when the leg of their receiver was over. */
  droppedBytes = 0;
  /** Requests of the client that were given up, and that nobody has answered or will. */
  lostAnswers = 0;
  /** Those that were held back, and that no server was ever sent. */
  lostRequests = 0;
  /** Stands before the client's stream while the session moves, and for a while after. */
  sieve: Sieve | undefined;
  /** The relay's, at hand for each chunk. */
  readonly #fromClient: Flow;
  readonly #fromServer: Flow;
  readonly #legs: Legs;
  /** How much of its server's `unansweredNow` is this session's; not the CONNECT, which was answered before. */
  #owed = 0;
  #isGivenUp = false;
  #submitAnswersSeen = 0;
  #busyAnswersSeen = 0;

  constructor(relay: Relay, server: Server, legs: Legs) {
    this.relay = relay;
    this.server = server;
    this.#fromClient = relay.client;
    this.#fromServer = relay.server;
    this.#legs = legs;
    relay.server.noteSubmitAnswers(server.submitAnswers);
  }

  flowOf(side: Side): Flow {
    return side === 'client' ? this.#fromClient : this.#fromServer;
  }

  /** Whether the server has not answered all, and nobody was told yet. */
  get hasDoubts(): boolean {
    return this.#fromClient.unanswered > 0 || (!this.#isGivenUp && this.#forgottenBut(0) > 0);
  }

  /** Since when the server has said nothing although it owes an answer; `nowMs` if it owes none. */
  owingSinceMs(nowMs: number): number {
    let askedMs = nowMs;
    this.relay.client.eachUnanswered((_, atMs) => {
      askedMs = Math.min(askedMs, atMs);
    });
    return Math.max(askedMs, Math.min(nowMs, this.#legs.lastReceivedMs('server')));
  }

  /** Passes on what one side has sent. Returns the fault that makes the rest of its stream unreadable. */
  pass(side: Side, chunk: Chunk, nowMs: number): FrameFault | undefined {
    const receiver = otherSide(side);
    const sieve = side === 'client' ? this.sieve : undefined;
    // What is held needs no receiver yet.
    if (sieve?.isHolding !== true && !this.#legs.isWritable(receiver)) {
      this.droppedBytes += chunk.bytes.length;
      return undefined;
    }
    this.startedAtMs ??= nowMs;
    if (side === 'server') this.sieve?.overhears(chunk);
    const flow = this.flowOf(side);
    const fault = sieve === undefined ? flow.push(chunk, nowMs) : this.#sift(sieve, chunk, nowMs);
    this.#noteOwed();
    this.#legs.sent(receiver, nowMs);
    return fault;
  }

  /** The client's requests are held from now on. */
  hold(sieve: Sieve): void {
    this.sieve = sieve;
    sieve.hold();
  }

  /** Hands out the frame that the client's last chunk has cut; what it sends goes on elsewhere, in whole frames. */
  takeClientTail(): Uint8Array {
    return (this.sieve ?? this.relay.client).takeTail();
  }

  /** The server gets no answers any more: what the client says to its requests is swallowed. To be called while holding. */
  leaveServer(nowMs: number): void {
    this.sieve?.leave(this.relay.server, nowMs);
    this.relay.server.forgetUnanswered();
  }

  /** Holds no longer: what was held is lost. */
  discardHeld(): void {
    for (const frame of this.sieve?.release() ?? []) this.loseRequest(frame);
    this.sieve = undefined;
  }

  /** A request that was held back reaches nobody. */
  loseRequest(frame: Uint8Array): void {
    this.droppedBytes += frame.length;
    // That one says is known all the same, and needs no server to be answered.
    if (readUint32(frame, 4) !== CommandId.terminate) this.lostRequests += 1;
  }

  /**
   * The server will answer nothing more: the client is told so, but for SUBMITs that are kept to be sent again. To be
   * called once at the end of a conversation whose session goes on.
   */
  giveUp(protocol: LoginProtocol, version: Version, port: SessionPort): InDoubt {
    const { client, sent } = this.relay;
    // All that is kept, also what the ledger has forgotten.
    const kept = sent?.frames() ?? [];
    this.#isGivenUp = true;
    let submits = 0;
    let keptOfLedger = 0;
    let rejected = 0;
    client.eachUnanswered((commandId, _, sequenceId) => {
      const isSubmit = commandId === CommandId.submit;
      if (isSubmit) submits += 1;
      if (isSubmit && sent?.take(sequenceId) !== undefined) {
        keptOfLedger += 1;
        return;
      }
      const apology = protocol.apology(commandId, sequenceId, version);
      if (apology === undefined || !this.#legs.isWritable('client')) {
        this.lostAnswers += 1;
        return;
      }
      if (isSubmit) rejected += 1;
      port.write('client', apology, 0, apology.length);
    });
    this.end();
    sent?.clear();
    client.forgetUnanswered();
    const keptBeyond = kept.length - keptOfLedger;
    const forgotten = this.#forgottenBut(keptBeyond);
    return { submits: submits + keptBeyond + forgotten, rejected, kept, forgotten };
  }

  /** The same where SUBMITs in doubt end the session: the client is told nothing of them. Undefined if none are in doubt. */
  giveUpSilently(): InDoubt | undefined {
    let submits = 0;
    this.relay.client.eachUnanswered((commandId) => {
      if (commandId === CommandId.submit) submits += 1;
    });
    if (submits === 0) return undefined;
    this.end();
    const forgotten = this.#forgottenBut(0);
    return { submits: submits + forgotten, rejected: 0, kept: [], forgotten };
  }

  /** Of how many at most that the ledger has forgotten nobody hears. */
  #forgottenBut(keptBeyond: number): number {
    const { client, server } = this.relay;
    // What is answered late seems unasked; and what is kept is in good hands.
    return Math.max(0, client.forgotten - server.unasked - keptBeyond);
  }

  /** In a protocol with logins, a server that just goes away has lost the session; without, it may have been done. */
  serverLost(reason: CloseReason, detail: string): void {
    if (reason !== 'server-closed') noteLoss(this.server, detail);
  }

  /** Says to these sides that it is over: by a request of the protocol's, or where it has none by FIN. */
  sayGoodbye(goodbye: Uint8Array | undefined, port: SessionPort, sides = SIDES): void {
    for (const side of sides) {
      if (goodbye === undefined) {
        this.#legs.finish(side);
      } else if (this.#legs.isWritable(side)) {
        this.flowOf(side).expectOurGoodbye();
        port.write(side, goodbye, 0, goodbye.length);
      }
    }
  }

  /** The server owes this session nothing more. */
  end(): void {
    this.server.unansweredNow -= this.#owed;
    this.#owed = 0;
  }

  #sift(sieve: Sieve, chunk: Chunk, nowMs: number): FrameFault | undefined {
    const { client } = this.relay;
    // Answers that nobody has asked for are not even to be passed on to a server that is lost.
    const fault = sieve.push(chunk, this.#legs.isWritable('server') ? client : undefined, nowMs);
    if (fault !== undefined || !sieve.isIdle(nowMs)) return fault;
    this.sieve = undefined;
    return client.push(new Chunk(sieve.takeTail()), nowMs);
  }

  #noteOwed(): void {
    const { unanswered } = this.#fromClient;
    if (unanswered < this.#owed) this.#noteAnswers(this.#owed - unanswered);
    this.server.unansweredNow += unanswered - this.#owed;
    this.#owed = unanswered;
  }

  /** What one session sees of the server's health is the server's, for the session may be gone when it is looked at. */
  #noteAnswers(answers: number): void {
    const { seen } = this.server;
    const { submitAnswers, busyAnswers } = this.#fromServer;
    seen.answers += answers;
    seen.submitAnswers += submitAnswers - this.#submitAnswersSeen;
    seen.busyAnswers += busyAnswers - this.#busyAnswersSeen;
    this.#submitAnswersSeen = submitAnswers;
    this.#busyAnswersSeen = busyAnswers;
  }
}
