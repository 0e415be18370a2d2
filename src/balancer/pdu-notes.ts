/**
 * What has passed in one direction of a session: how many PDUs of each command, and the last PDU of each of the last reads,
 * by its header. Pure; on the hot path.
 *
 * All of it is numbers in one array, made once at its full length, and a flow is a PduNotes instead of having one: among many
 * thousand sessions each object that a message has to reach is in no cache, and an array that grows makes the garbage
 * collector copy.
 */

import { RESPONSE_BIT, commandName } from '../cmpp/header.js';
import { flatNumbers } from './flat-numbers.js';

/** The last PDU of a read. */
export type VisitRecent = (commandId: number, sequenceId: number, atMs: number) => void;

/** Requests are counted at their Command_Id, answers from here on; Command_Ids above 9 share the place of 3, unused. */
const ANSWERS_AT = 10;
const OTHER = 3;
const COUNTERS = 20;
/** How many reads there were, and then the last of them. */
const READS_AT = COUNTERS;
const LAST_AT = READS_AT + 1;
/** Of each read three numbers: Command_Id, Sequence_Id, and the time in milliseconds. */
const STRIDE = 3;
/** A power of two. */
const KEPT = 8;

const NOTHING: readonly number[] = flatNumbers(LAST_AT + KEPT * STRIDE);

export class PduNotes {
  readonly #numbers = NOTHING.slice();

  countRequest(commandId: number): void {
    this.#count(commandId < ANSWERS_AT ? commandId : OTHER);
  }

  /** Counts an answer to a request of this Command_Id. */
  countAnswer(requestId: number): void {
    this.#count(ANSWERS_AT + (requestId < ANSWERS_AT ? requestId : OTHER));
  }

  /** Notes the last PDU of a read. */
  noteRead(commandId: number, sequenceId: number, nowMs: number): void {
    const numbers = this.#numbers;
    const reads = numbers[READS_AT] ?? 0;
    const at = LAST_AT + (reads & (KEPT - 1)) * STRIDE;
    numbers[READS_AT] = reads + 1;
    numbers[at] = commandId;
    numbers[at + 1] = sequenceId;
    numbers[at + 2] = nowMs;
  }

  /** How many requests of this Command_Id were counted, of one below 10. */
  requestsOf(commandId: number): number {
    return this.#numbers[commandId] ?? 0;
  }

  /** How many answers to such requests were. */
  answersTo(requestId: number): number {
    return this.#numbers[ANSWERS_AT + requestId] ?? 0;
  }

  /** Visits the last PDUs of the last eight reads, the oldest first. */
  eachRecent(visit: VisitRecent): void {
    const numbers = this.#numbers;
    const reads = numbers[READS_AT] ?? 0;
    for (let read = Math.max(0, reads - KEPT); read < reads; read += 1) {
      const at = LAST_AT + (read % KEPT) * STRIDE;
      visit(numbers[at] ?? 0, numbers[at + 1] ?? 0, numbers[at + 2] ?? 0);
    }
  }

  /** How many PDUs were counted, by the specification's name of their command; those that never came are left out. */
  counts(): Record<string, number> {
    return countsByName(this.#numbers);
  }

  /** Adds the same to sums of many flows; `countsByName` has their names. */
  addCounts(sums: number[]): void {
    for (let at = 0; at < COUNTERS; at += 1) sums[at] = (sums[at] ?? 0) + (this.#numbers[at] ?? 0);
  }

  #count(at: number): void {
    this.#numbers[at] = (this.#numbers[at] ?? 0) + 1;
  }
}

/** The specification's names of the commands, in the order of `addCounts`; two are `other requests` and `other answers`. */
const PDU_NAMES: readonly string[] = Array.from({ length: COUNTERS }, (_, at) => counterName(at));

function counterName(at: number): string {
  const isAnswer = at >= ANSWERS_AT;
  const requestId = isAnswer ? at - ANSWERS_AT : at;
  if (requestId === OTHER) return isAnswer ? 'other answers' : 'other requests';
  return commandName(isAnswer ? requestId + RESPONSE_BIT : requestId);
}

/** By name, what `addCounts` has summed; without the commands of which there was none. */
export function countsByName(counts: readonly number[]): Record<string, number> {
  const named = PDU_NAMES.map((name, at) => [name, counts[at] ?? 0] as const);
  return Object.fromEntries(named.filter(([, count]) => count !== 0));
}
