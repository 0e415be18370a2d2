/** One direction of a session: takes chunks from one leg and writes them to the other. Here bytes as they come: mode tcp. */

import type { FrameFault } from '../cmpp/framer.js';
import type { NoteSettled, VisitRequest } from './ledger.js';
import type { VisitRecent } from './pdu-notes.js';
import type { Chunk, SessionPort, Side } from './session-port.js';
import type { SubmitAnswers } from './submit-answers.js';

/** Shared, as most sides of most sessions have none. */
export const NO_GOODBYES: readonly number[] = [];

export interface Flow {
  /** Bytes that went on to the other leg. */
  readonly bytes: number;
  /** Requests that passed here and have no answer yet. */
  readonly unanswered: number;
  /** Requests that were pushed out of the ledger unanswered, because too many newer ones were as well. */
  readonly forgotten: number;
  /** Answers that passed here though nobody had asked. */
  readonly unasked: number;
  /** SUBMIT_RESPs that passed here, and those that said the system is busy. */
  readonly submitAnswers: number;
  readonly busyAnswers: number;
  /** SUBMIT_RESPs that passed here with a Result other than 0, the busy ones included. */
  readonly refusingAnswers: number;
  /** Whether one of the three below holds: what has to be asked of each chunk. */
  readonly takesLeave: boolean;
  /** Whether the sender has asked to end the session; and whether it has answered the other side, which did. */
  readonly saidGoodbye: boolean;
  readonly answeredGoodbye: boolean;
  /** Whether the sender has answered our own goodbye. */
  readonly answeredOurGoodbye: boolean;
  /** Heartbeats of ours that the sender has not answered. */
  readonly ourHeartbeats: number;
  /** The Sequence_Ids of the sender's goodbyes that are kept from the other side: they have to be answered, and then forgotten. */
  goodbyes: readonly number[];
  /** Takes what a leg has sent. Returns the fault that makes the rest of its stream unreadable. */
  push(chunk: Chunk, nowMs: number): FrameFault | undefined;
  /** We have said goodbye to the sender ourselves: its answer is ours, and does not pass. */
  expectOurGoodbye(): void;
  /** The same of so many heartbeats of ours. */
  expectOurHeartbeats(count: number): void;
  /** Notes from now on how SUBMITs are answered: the sender is the server to which this belongs. */
  noteSubmitAnswers(answers: SubmitAnswers): void;
  /** How many PDUs passed, by the specification's name of their command; those that never came are left out. */
  counts(): Record<string, number>;
  /** Adds the same to sums of many flows; `countsByName` has their names. */
  addCounts(sums: number[]): void;
  /** Visits what the sender has said last. */
  eachRecent(visit: VisitRecent): void;
  /** Visits the requests that passed here and have no answer yet, the oldest first. */
  eachUnanswered(visit: VisitRequest): void;
  /** Whether such a request passed here and has no answer yet. */
  hasAsked(sequenceId: number, commandId: number): boolean;
  /** Tells from now on of each such request that has no answer to wait for any more; with undefined not any more. */
  tellSettled(note: NoteSettled | undefined): void;
  /** Nobody waits for their answers any more. */
  forgetUnanswered(): void;
  /** Hands out the frame that the last chunk has cut; the stream goes on elsewhere. */
  takeTail(): Uint8Array;
}

/** Bytes as they come: mode tcp. */
export class ByteFlow implements Flow {
  bytes = 0;
  readonly unanswered = 0;
  readonly forgotten = 0;
  readonly unasked = 0;
  readonly ourHeartbeats = 0;
  readonly submitAnswers = 0;
  readonly busyAnswers = 0;
  readonly refusingAnswers = 0;
  readonly takesLeave = false;
  readonly saidGoodbye = false;
  readonly answeredGoodbye = false;
  readonly answeredOurGoodbye = false;
  readonly goodbyes = NO_GOODBYES;
  readonly #port: SessionPort;
  readonly #to: Side;

  constructor(port: SessionPort, to: Side) {
    this.#port = port;
    this.#to = to;
  }

  push({ bytes }: Chunk): undefined {
    this.bytes += bytes.length;
    this.#port.write(this.#to, bytes, 0, bytes.length);
  }

  expectOurGoodbye(): void {}

  expectOurHeartbeats(): void {}

  noteSubmitAnswers(): void {}

  counts(): Record<string, number> {
    return {};
  }

  addCounts(): void {}

  eachRecent(): void {}

  eachUnanswered(): void {}

  hasAsked(): boolean {
    return false;
  }

  tellSettled(): void {}

  forgetUnanswered(): void {}

  takeTail(): Uint8Array {
    return NOTHING;
  }
}

const NOTHING = new Uint8Array(0);
