/**
 * One direction of a session in mode cmpp: whole frames. Pure but for the port; hot path.
 *
 * Only whole frames cross, so the receiver is always at a frame boundary and its peer may vanish at any byte. Of a frame
 * only the header is looked at. What is adjacent in a chunk leaves in one write.
 */

import { Framer, frameEnd } from '../cmpp/framer.js';
import type { FrameFault } from '../cmpp/framer.js';
import { CommandId, RESPONSE_BIT } from '../cmpp/header.js';
import { NO_GOODBYES } from './flow.js';
import type { Flow } from './flow.js';
import type { Ledger, NoteSettled, VisitRequest } from './ledger.js';
import { PduNotes } from './pdu-notes.js';
import { Chunk } from './session-port.js';
import type { SessionPort, Side } from './session-port.js';
import type { SubmitAnswers } from './submit-answers.js';

/** V8 compiles a module's own constant into the code; an imported one is loaded for each frame. */
const ANSWER_BIT = RESPONSE_BIT;
const SUBMIT = CommandId.submit;
const TERMINATE = CommandId.terminate;
/** SUBMIT_RESP's Result "flow control" (specification 3.0, 7.4.3.2). */
const SYSTEM_BUSY = 8;
const NOTHING = new Uint8Array(0);

export interface FrameFlowParts {
  readonly port: SessionPort;
  readonly to: Side;
  readonly maxFrameBytes: number;
  /** Notes the requests that pass here. */
  readonly asked: Ledger;
  /** Holds the requests of the other direction, which are answered here. */
  readonly answers: Ledger;
  /** The sender's TERMINATE is not passed on: the session can do without it. */
  readonly keepsGoodbye: boolean;
}

/** Whole CMPP frames: mode cmpp. */
export class FrameFlow extends PduNotes implements Flow {
  // What every chunk needs comes first, and so lies together.
  readonly #port: SessionPort;
  readonly #to: Side;
  readonly #maxFrameBytes: number;
  /** Undefined until a chunk has cut a frame. */
  #framer: Framer | undefined;
  readonly #asked: Ledger;
  readonly #answers: Ledger;
  bytes = 0;
  takesLeave = false;
  #submitAnswers: SubmitAnswers | undefined;
  #ourGoodbye: 'unsaid' | 'said' | 'answered' = 'unsaid';
  readonly #keepsGoodbye: boolean;
  goodbyes = NO_GOODBYES;
  unasked = 0;
  busyAnswers = 0;
  refusingAnswers = 0;
  /** Those that wait for an answer. */
  #ourHeartbeats = 0;

  constructor({ port, to, maxFrameBytes, asked, answers, keepsGoodbye }: FrameFlowParts) {
    super();
    this.#port = port;
    this.#to = to;
    this.#maxFrameBytes = maxFrameBytes;
    this.#asked = asked;
    this.#answers = answers;
    this.#keepsGoodbye = keepsGoodbye;
  }

  get unanswered(): number {
    return this.#asked.unanswered;
  }

  get forgotten(): number {
    return this.#asked.forgotten;
  }

  get submitAnswers(): number {
    return this.answersTo(SUBMIT);
  }

  get saidGoodbye(): boolean {
    return this.requestsOf(TERMINATE) > 0;
  }

  get answeredGoodbye(): boolean {
    return this.answersTo(TERMINATE) > 0;
  }

  get answeredOurGoodbye(): boolean {
    return this.#ourGoodbye === 'answered';
  }

  expectOurGoodbye(): void {
    this.#ourGoodbye = 'said';
  }

  get ourHeartbeats(): number {
    return this.#ourHeartbeats;
  }

  expectOurHeartbeats(count: number): void {
    this.#ourHeartbeats += count;
  }

  noteSubmitAnswers(answers: SubmitAnswers): void {
    this.#submitAnswers = answers;
  }

  eachUnanswered(visit: VisitRequest): void {
    this.#asked.each(visit);
  }

  hasAsked(sequenceId: number, commandId: number): boolean {
    return this.#asked.has(sequenceId, commandId);
  }

  tellSettled(note: NoteSettled | undefined): void {
    this.#asked.tellSettled(note);
  }

  forgetUnanswered(): void {
    this.#asked.clear();
  }

  takeTail(): Uint8Array {
    return this.#framer?.takeTail() ?? NOTHING;
  }

  /** Counts a frame that has reached the other leg by another way. */
  passed(frame: Uint8Array, nowMs: number): void {
    this.#passes(new Chunk(frame).view, 0, frame.length, nowMs);
    this.bytes += frame.length;
  }

  push({ bytes, view }: Chunk, nowMs: number): FrameFault | undefined {
    let start = 0;
    if (this.#framer !== undefined && this.#framer.heldBytes > 0) {
      const filled = this.#framer.fill(bytes);
      if (filled.kind === 'cut') return undefined;
      if (filled.kind !== 'whole') return filled;
      const { view: frame } = new Chunk(filled.frame);
      this.#note(frame, 0, nowMs);
      if (this.#passes(frame, 0, filled.frame.length, nowMs)) {
        this.#write(filled.frame, 0, filled.frame.length);
      }
      start = filled.nextStart;
    }
    let runStart = start;
    let last = -1;
    for (;;) {
      const end = frameEnd(view, start, bytes.length, this.#maxFrameBytes);
      if (end < 0) break;
      if (!this.#passes(view, start, end, nowMs)) {
        this.#write(bytes, runStart, start);
        runStart = end;
      }
      last = start;
      start = end;
    }
    if (last >= 0) this.#note(view, last, nowMs);
    this.#write(bytes, runStart, start);
    if (start === bytes.length) return undefined;
    this.#framer ??= new Framer(this.#maxFrameBytes);
    return this.#framer.hold(bytes, start);
  }

  #note(frames: DataView, start: number, nowMs: number): void {
    this.noteRead(frames.getUint32(start + 4), frames.getUint32(start + 8), nowMs);
  }

  /** Takes note of the frame from `start` to `end`. Returns whether it goes on to the other leg. */
  #passes(frames: DataView, start: number, end: number, nowMs: number): boolean {
    const commandId = frames.getUint32(start + 4);
    const sequenceId = frames.getUint32(start + 8);
    if (commandId < ANSWER_BIT) {
      if (commandId === TERMINATE) {
        this.takesLeave = true;
        if (this.#keepsGoodbye) return this.#keepGoodbye(sequenceId);
      }
      this.#asked.asked(sequenceId, commandId, nowMs);
      this.countRequest(commandId);
      return true;
    }
    const requestId = commandId - ANSWER_BIT;
    const waitedUs = this.#answers.answered(sequenceId, requestId, nowMs);
    if (waitedUs < 0) {
      if (this.#isOurs(requestId)) return false;
      this.unasked += 1;
    }
    // Result is the last field of SUBMIT_RESP in both versions, and what it says fits in its last byte.
    if (requestId === SUBMIT) this.#submitAnswered(waitedUs, frames.getUint8(end - 1));
    else if (requestId === TERMINATE) this.takesLeave = true;
    this.countAnswer(requestId);
    return true;
  }

  #keepGoodbye(sequenceId: number): boolean {
    this.countRequest(TERMINATE);
    this.goodbyes = [...this.goodbyes, sequenceId];
    return false;
  }

  #submitAnswered(waitedUs: number, result: number): void {
    if (waitedUs >= 0) this.#submitAnswers?.answeredAfter(waitedUs);
    if (result === 0) return;
    this.refusingAnswers += 1;
    if (result === SYSTEM_BUSY) this.busyAnswers += 1;
    this.#submitAnswers?.notAccepted(result);
  }

  /** Whether an answer that the other side did not ask for is to our own heartbeat or goodbye. */
  #isOurs(requestId: number): boolean {
    if (this.#ourHeartbeats > 0 && requestId === CommandId.activeTest) {
      this.#ourHeartbeats -= 1;
      return true;
    }
    if (this.#ourGoodbye !== 'said' || requestId !== CommandId.terminate) return false;
    this.#ourGoodbye = 'answered';
    this.takesLeave = true;
    return true;
  }

  #write(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    this.bytes += end - start;
    this.#port.write(this.#to, bytes, start, end);
  }
}
