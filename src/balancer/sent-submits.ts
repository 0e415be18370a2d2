/**
 * Keeps the SUBMITs that a server has not answered, where `in-doubt: resend` may send them to another one. Pure.
 *
 * Only then it is used at all: it looks at each frame a second time, and copies each SUBMIT.
 */

import { Framer } from '../cmpp/framer.js';
import type { FrameFault, FrameSink } from '../cmpp/framer.js';
import { CommandId, readUint32 } from '../cmpp/header.js';
import { FrameFlow } from './frame-flow.js';
import type { FrameFlowParts } from './frame-flow.js';
import type { Chunk } from './session-port.js';

/** Some 5,000 SUBMITs of one destination; the oldest beyond it are not sent again. */
const KEPT_LIMIT_BYTES = 1024 * 1024;

/** One SUBMIT, in two lists at once: of all, and of those that have its Sequence_Id. */
interface Kept {
  readonly sequenceId: number;
  readonly frame: Uint8Array;
  /** Among all, in the order in which they were sent. */
  previous: Kept | undefined;
  next: Kept | undefined;
  /** The next one with its Sequence_Id; and of the oldest one of these the youngest. */
  nextAlike: Kept | undefined;
  youngest: Kept | undefined;
}

/**
 * First in, first out per Sequence_Id, as in the ledger. Whatever is done to one of them costs the same, however many
 * there are and however many are alike: their number is the client's to choose.
 */
export class SentSubmits {
  #first: Kept | undefined;
  #last: Kept | undefined;
  /** The oldest one of each Sequence_Id. */
  readonly #oldest = new Map<number, Kept>();
  #keptBytes = 0;

  keep(sequenceId: number, frame: Uint8Array): void {
    const previous = this.#last;
    const kept: Kept = { sequenceId, frame, previous, next: undefined, nextAlike: undefined, youngest: undefined };
    if (previous === undefined) this.#first = kept;
    else previous.next = kept;
    this.#last = kept;
    const oldest = this.#oldest.get(sequenceId);
    if (oldest === undefined) this.#oldest.set(sequenceId, kept);
    else (oldest.youngest ?? oldest).nextAlike = kept;
    (oldest ?? kept).youngest = kept;
    this.#keptBytes += frame.length;
    // The first of all is the oldest of its Sequence_Id as well.
    while (this.#keptBytes > KEPT_LIMIT_BYTES && this.#first !== undefined) this.take(this.#first.sequenceId);
  }

  /** Takes out the oldest one with this Sequence_Id: it was answered, or is to be sent again. */
  take(sequenceId: number): Uint8Array | undefined {
    const kept = this.#oldest.get(sequenceId);
    if (kept === undefined) return undefined;
    const { frame, next, nextAlike, previous } = kept;
    if (nextAlike === undefined) this.#oldest.delete(sequenceId);
    else {
      nextAlike.youngest = kept.youngest;
      this.#oldest.set(sequenceId, nextAlike);
    }
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    this.#keptBytes -= frame.length;
    return frame;
  }

  /** All of them, in the order in which they were sent. */
  frames(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (let kept = this.#first; kept !== undefined; kept = kept.next) frames.push(kept.frame);
    return frames;
  }

  /** Keeps none any more. */
  clear(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#oldest.clear();
    this.#keptBytes = 0;
  }
}

/** A direction whose SUBMITs are kept, or whose SUBMIT_RESPs settle them. */
export class KeepingFlow extends FrameFlow implements FrameSink {
  readonly #framer: Framer;
  readonly #sent: SentSubmits;

  constructor(parts: FrameFlowParts, sent: SentSubmits) {
    super(parts);
    this.#framer = new Framer(parts.maxFrameBytes);
    this.#sent = sent;
  }

  override push(chunk: Chunk, nowMs: number): FrameFault | undefined {
    // The fault of one is the fault of the other.
    this.#framer.push(chunk.bytes, this);
    return super.push(chunk, nowMs);
  }

  override takeTail(): Uint8Array {
    this.#framer.takeTail();
    return super.takeTail();
  }

  /** For the framer. */
  frame(bytes: Uint8Array, start: number, end: number): void {
    const commandId = readUint32(bytes, start + 4);
    const sequenceId = readUint32(bytes, start + 8);
    if (commandId === CommandId.submit) this.#sent.keep(sequenceId, Uint8Array.from(bytes.subarray(start, end)));
    else if (commandId === CommandId.submitResp) this.#sent.take(sequenceId);
  }
}
