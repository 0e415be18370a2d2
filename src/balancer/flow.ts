/**
 * One direction of a session: takes chunks from one leg and writes them to the other. Pure but for the port; hot path.
 *
 * Only whole frames cross, so the receiver is always at a frame boundary and its peer may vanish at any byte. Of a frame
 * only the header is looked at. What is adjacent in a chunk leaves in one write.
 */

import { Framer, frameEnd } from '../cmpp/framer.js';
import type { FrameFault } from '../cmpp/framer.js';
import { CommandId, RESPONSE_BIT, commandName, readUint32 } from '../cmpp/header.js';
import type { Ledger } from './ledger.js';
import type { SessionPort, Side } from './session-port.js';

export interface Flow {
  /** Bytes that went on to the other leg. */
  readonly bytes: number;
  /** Requests that passed here and have no answer yet. */
  readonly unanswered: number;
  /** Requests that were pushed out of the ledger unanswered, because too many newer ones were as well. */
  readonly forgotten: number;
  /** Answers that passed here though nobody had asked. */
  readonly unasked: number;
  /** Whether the sender has asked to end the session; and whether it has answered the other side, which did. */
  readonly saidGoodbye: boolean;
  readonly answeredGoodbye: boolean;
  /** Whether the sender has answered our own goodbye. */
  readonly answeredOurGoodbye: boolean;
  /** Takes what a leg has sent. Returns the fault that makes the rest of its stream unreadable. */
  push(chunk: Uint8Array, nowMs: number): FrameFault | undefined;
  /** We have said goodbye to the sender ourselves: its answer is ours, and does not pass. */
  expectOurGoodbye(): void;
  /** How many PDUs passed, by the specification's name of their command; those that never came are left out. */
  counts(): Record<string, number>;
}

/** Bytes as they come: mode tcp. */
export class ByteFlow implements Flow {
  bytes = 0;
  readonly unanswered = 0;
  readonly forgotten = 0;
  readonly unasked = 0;
  readonly saidGoodbye = false;
  readonly answeredGoodbye = false;
  readonly answeredOurGoodbye = false;
  readonly #port: SessionPort;
  readonly #to: Side;

  constructor(port: SessionPort, to: Side) {
    this.#port = port;
    this.#to = to;
  }

  push(chunk: Uint8Array): undefined {
    this.bytes += chunk.length;
    this.#port.write(this.#to, chunk, 0, chunk.length);
  }

  expectOurGoodbye(): void {}

  counts(): Record<string, number> {
    return {};
  }
}

/** Requests are counted at their Command_Id, answers from here on; Command_Ids above 9 share the place of 3, unused. */
const ANSWERS_AT = 10;
const OTHER = 3;
const COUNTERS = 20;

export interface FrameFlowParts {
  readonly port: SessionPort;
  readonly to: Side;
  readonly maxFrameBytes: number;
  /** Notes the requests that pass here. */
  readonly asked: Ledger;
  /** Holds the requests of the other direction, which are answered here. */
  readonly answers: Ledger;
}

/** Whole CMPP frames: mode cmpp. */
export class FrameFlow implements Flow {
  bytes = 0;
  unasked = 0;
  readonly #port: SessionPort;
  readonly #to: Side;
  readonly #maxFrameBytes: number;
  readonly #framer: Framer;
  readonly #asked: Ledger;
  readonly #answers: Ledger;
  readonly #pdus: number[] = Array.from({ length: COUNTERS }, () => 0);
  #ourGoodbye: 'unsaid' | 'said' | 'answered' = 'unsaid';

  constructor({ port, to, maxFrameBytes, asked, answers }: FrameFlowParts) {
    this.#port = port;
    this.#to = to;
    this.#maxFrameBytes = maxFrameBytes;
    this.#framer = new Framer(maxFrameBytes);
    this.#asked = asked;
    this.#answers = answers;
  }

  get unanswered(): number {
    return this.#asked.unanswered;
  }

  get forgotten(): number {
    return this.#asked.forgotten;
  }

  get saidGoodbye(): boolean {
    return this.#pdus[CommandId.terminate] !== 0;
  }

  get answeredGoodbye(): boolean {
    return this.#pdus[ANSWERS_AT + CommandId.terminate] !== 0;
  }

  get answeredOurGoodbye(): boolean {
    return this.#ourGoodbye === 'answered';
  }

  expectOurGoodbye(): void {
    this.#ourGoodbye = 'said';
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [at, count] of this.#pdus.entries()) {
      if (count > 0) counts[counterName(at)] = count;
    }
    return counts;
  }

  /** Counts a frame that has reached the other leg by another way. */
  passed(frame: Uint8Array, nowMs: number): void {
    this.#passes(frame, 0, nowMs);
    this.bytes += frame.length;
  }

  push(chunk: Uint8Array, nowMs: number): FrameFault | undefined {
    let start = 0;
    if (this.#framer.heldBytes > 0) {
      const filled = this.#framer.fill(chunk);
      if (filled.kind === 'cut') return undefined;
      if (filled.kind !== 'whole') return filled;
      if (this.#passes(filled.frame, 0, nowMs)) this.#write(filled.frame, 0, filled.frame.length);
      start = filled.nextStart;
    }
    let runStart = start;
    for (;;) {
      const end = frameEnd(chunk, start, this.#maxFrameBytes);
      if (end < 0) break;
      if (!this.#passes(chunk, start, nowMs)) {
        this.#write(chunk, runStart, start);
        runStart = end;
      }
      start = end;
    }
    this.#write(chunk, runStart, start);
    return this.#framer.hold(chunk, start);
  }

  /** Takes note of the frame that begins at `start`. Returns whether it goes on to the other leg. */
  #passes(bytes: Uint8Array, start: number, nowMs: number): boolean {
    const commandId = readUint32(bytes, start + 4);
    const sequenceId = readUint32(bytes, start + 8);
    if (commandId < RESPONSE_BIT) {
      this.#asked.asked(sequenceId, commandId, nowMs);
    } else if (!this.#answers.answered(sequenceId, commandId)) {
      if (this.#isOurs(commandId)) return false;
      this.unasked += 1;
    }
    this.#count(commandId);
    return true;
  }

  #count(commandId: number): void {
    const at = counterOf(commandId);
    this.#pdus[at] = (this.#pdus[at] ?? 0) + 1;
  }

  /** Whether an answer that the other side did not ask for is the one to our own goodbye. */
  #isOurs(commandId: number): boolean {
    if (this.#ourGoodbye !== 'said' || commandId !== CommandId.terminateResp) return false;
    this.#ourGoodbye = 'answered';
    return true;
  }

  #write(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    this.bytes += end - start;
    this.#port.write(this.#to, bytes, start, end);
  }
}

function counterOf(commandId: number): number {
  if (commandId < ANSWERS_AT) return commandId;
  const requestId = commandId - RESPONSE_BIT;
  if (requestId < 0) return OTHER;
  return ANSWERS_AT + (requestId < ANSWERS_AT ? requestId : OTHER);
}

function counterName(at: number): string {
  const isAnswer = at >= ANSWERS_AT;
  const requestId = isAnswer ? at - ANSWERS_AT : at;
  if (requestId === OTHER) return isAnswer ? 'other answers' : 'other requests';
  return commandName(isAnswer ? requestId + RESPONSE_BIT : requestId);
}
