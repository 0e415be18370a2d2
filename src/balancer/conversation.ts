/** What client and server say to each other through a session, and what the server owes. Pure but for the port; hot path. */

import type { FrameFault } from '../cmpp/framer.js';
import type { CloseReason } from './close-reason.js';
import type { Flow } from './flow.js';
import { SIDES, otherSide } from './legs.js';
import type { Legs } from './legs.js';
import type { Relay } from './mode.js';
import { noteLoss } from './server.js';
import type { Server } from './server.js';
import type { Chunk, SessionPort, Side } from './session-port.js';

export class Conversation {
  readonly relay: Relay;
  readonly server: Server;
  /** When the first bytes went from one leg to the other; undefined if none ever did. */
  startedAtMs: number | undefined;
  /** Bytes that came when the leg of their receiver was over. */
  droppedBytes = 0;
  readonly #legs: Legs;
  /** How much of its server's `unansweredNow` is this session's; not the CONNECT, which was answered before. */
  #owed = 0;
  #submitAnswersSeen = 0;
  #busyAnswersSeen = 0;

  constructor(relay: Relay, server: Server, legs: Legs) {
    this.relay = relay;
    this.server = server;
    this.#legs = legs;
    relay.server.noteSubmitAnswers(server.submitAnswers);
  }

  flowOf(side: Side): Flow {
    return side === 'client' ? this.relay.client : this.relay.server;
  }

  /** Passes on what one side has sent. Returns the fault that makes the rest of its stream unreadable. */
  pass(side: Side, chunk: Chunk, nowMs: number): FrameFault | undefined {
    const receiver = otherSide(side);
    if (!this.#legs.isWritable(receiver)) {
      this.droppedBytes += chunk.bytes.length;
      return undefined;
    }
    this.startedAtMs ??= nowMs;
    const { client } = this.relay;
    const fault = this.flowOf(side).push(chunk, nowMs);
    const { unanswered } = client;
    if (unanswered < this.#owed) this.#noteAnswers(this.#owed - unanswered);
    this.server.unansweredNow += unanswered - this.#owed;
    this.#owed = unanswered;
    this.#legs.sent(receiver, nowMs);
    return fault;
  }

  /** What one session sees of the server's health is the server's, for the session may be gone when it is looked at. */
  #noteAnswers(answers: number): void {
    const { seen } = this.server;
    const { submitAnswers, busyAnswers } = this.relay.server;
    seen.answers += answers;
    seen.submitAnswers += submitAnswers - this.#submitAnswersSeen;
    seen.busyAnswers += busyAnswers - this.#busyAnswersSeen;
    this.#submitAnswersSeen = submitAnswers;
    this.#busyAnswersSeen = busyAnswers;
  }

  /** In a protocol with logins, a server that just goes away has lost the session; without, it may have been done. */
  serverLost(reason: CloseReason, detail: string): void {
    if (reason !== 'server-closed') noteLoss(this.server, detail);
  }

  /** Says to both sides that it is over: by a request of the protocol's, or where it has none by FIN. */
  sayGoodbye(goodbye: Uint8Array | undefined, port: SessionPort): void {
    for (const side of SIDES) {
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
  }
}
