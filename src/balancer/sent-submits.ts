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

interface Kept {
  readonly sequenceId: number;
  readonly frame: Uint8Array;
}

export class SentSubmits {
  /** In the order in which they were sent. */
  #kept: Kept[] = [];
  #keptBytes = 0;

  keep(sequenceId: number, frame: Uint8Array): void {
    this.#kept.push({ sequenceId, frame });
    this.#keptBytes += frame.length;
    while (this.#keptBytes > KEPT_LIMIT_BYTES) this.#drop(0);
  }

  /** First in, first out per Sequence_Id, as in the ledger. */
  answered(sequenceId: number): void {
    const at = this.#kept.findIndex((kept) => kept.sequenceId === sequenceId);
    if (at >= 0) this.#drop(at);
  }

  /** Hands out what has no answer, in order. */
  take(): readonly Kept[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    return kept;
  }

  #drop(at: number): void {
    const [dropped] = this.#kept.splice(at, 1);
    this.#keptBytes -= dropped?.frame.length ?? 0;
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
    else if (commandId === CommandId.submitResp) this.#sent.answered(sequenceId);
  }
}
