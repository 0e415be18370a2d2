/**
 * What servers have asked that a session has left: the client's answers to it are for nobody. Pure.
 *
 * The server that the session has now may use the same Sequence_Ids. Then Msg_Id, which a DELIVER_RESP repeats from its
 * DELIVER (specification 3.0, 7.4.5.2), says whose answer it is; other answers are taken in the order of their requests.
 */

import { Framer } from '../cmpp/framer.js';
import type { FrameSink } from '../cmpp/framer.js';
import { CommandId, readUint32 } from '../cmpp/header.js';
import type { Flow } from './flow.js';
import { LATE_ANSWER_MS, Ledger, MAX_UNANSWERED, UNASKED } from './ledger.js';

const MSG_ID_AT = 12;
const MSG_ID_BYTES = 8;

export class LeftRequests implements FrameSink {
  readonly #maxFrameBytes: number;
  readonly #left = new Ledger();
  #leftAtMs = -Infinity;
  /** Reads what the server says that the session has now; undefined where that makes no difference. */
  #framer: Framer | undefined;
  /** Its DELIVERs with Sequence_Ids that were used before, by Sequence_Id and Msg_Id, and how often each came. */
  readonly #twins = new Map<string, number>();

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Whether no answer has to be told apart any more. */
  isIdle(nowMs: number): boolean {
    return this.#left.unanswered === 0 || nowMs - this.#leftAtMs >= LATE_ANSWER_MS;
  }

  /** The session leaves the server of this flow. The next bytes that are overheard are another one's first. */
  leave(server: Flow, nowMs: number): void {
    server.eachUnanswered((commandId, _, sequenceId) => this.#left.asked(sequenceId, commandId, nowMs));
    this.#leftAtMs = nowMs;
    this.#twins.clear();
    this.#framer = this.#left.unanswered > 0 ? new Framer(this.#maxFrameBytes) : undefined;
  }

  /** The server that the session has now says this. */
  overhears(bytes: Uint8Array): void {
    if (this.#left.unanswered === 0) this.#framer = undefined;
    this.#framer?.push(bytes, this);
  }

  /** Whether this answer to such a request, in the frame from `start` to `end`, is for nobody. */
  isAnsweredBy(commandId: number, bytes: Uint8Array, start: number, end: number, nowMs: number): boolean {
    const sequenceId = readUint32(bytes, start + 8);
    if (commandId === CommandId.deliver && this.#takeTwin(bytes, start, end)) return false;
    return this.#left.answered(sequenceId, commandId, nowMs) !== UNASKED;
  }

  /** For the framer. */
  frame(bytes: Uint8Array, start: number, end: number): void {
    const isTwin =
      readUint32(bytes, start + 4) === CommandId.deliver &&
      this.#left.has(readUint32(bytes, start + 8), CommandId.deliver);
    // Beyond as many as the ledger remembers, nobody can tell answers apart any more.
    if (!isTwin || this.#twins.size >= MAX_UNANSWERED) return;
    const twin = twinOf(bytes, start, end);
    this.#twins.set(twin, (this.#twins.get(twin) ?? 0) + 1);
  }

  #takeTwin(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#twins.size === 0) return false;
    const twin = twinOf(bytes, start, end);
    const count = this.#twins.get(twin) ?? 0;
    if (count > 1) this.#twins.set(twin, count - 1);
    else this.#twins.delete(twin);
    return count > 0;
  }
}

/** The Sequence_Id and the Msg_Id of a DELIVER, or of its answer; a frame that is too short has no Msg_Id. */
function twinOf(bytes: Uint8Array, start: number, end: number): string {
  const at = start + MSG_ID_AT;
  const msgId = at + MSG_ID_BYTES > end ? '' : `${readUint32(bytes, at)} ${readUint32(bytes, at + 4)}`;
  return `${readUint32(bytes, start + 8)} ${msgId}`;
}
