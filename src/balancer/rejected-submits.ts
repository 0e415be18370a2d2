/**
 * Answers SUBMITs that no server sees, so that each answer finds its question. Pure but for the port.
 *
 * Some clients give every fragment of a long SMS the same Sequence_Id, and take answers in the order of their questions.
 * So the answer to one that is rejected waits until those before it with its Sequence_Id have theirs.
 */

import { CommandId } from '../cmpp/header.js';
import type { Version } from '../cmpp/version.js';
import type { Journey } from './journey.js';
import { MAX_UNANSWERED } from './ledger.js';
import type { LoginProtocol } from './mode.js';

export class RejectedSubmits {
  readonly #journey: Journey;
  readonly #protocol: LoginProtocol;
  readonly #version: Version;
  /** The Sequence_Ids of those whose answers wait, in order. */
  #waiting: number[] = [];

  constructor(journey: Journey, protocol: LoginProtocol, version: Version) {
    this.#journey = journey;
    this.#protocol = protocol;
    this.#version = version;
  }

  /** Whether one with this Sequence_Id waits for its answer: then whatever follows it is rejected too. */
  isBehindRejected(sequenceId: number): boolean {
    return this.#waiting.includes(sequenceId);
  }

  reject(sequenceId: number): void {
    // Beyond as many as the ledger remembers, nobody can tell answers apart any more.
    if (this.#isAsked(sequenceId) && this.#waiting.length < MAX_UNANSWERED) this.#waiting.push(sequenceId);
    else this.#answer(sequenceId);
  }

  /** The server may have answered some. */
  answered(): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter((sequenceId) => {
      const isAsked = this.#isAsked(sequenceId);
      if (!isAsked) this.#answer(sequenceId);
      return isAsked;
    });
  }

  #isAsked(sequenceId: number): boolean {
    let isAsked = false;
    this.#journey.conversation.relay.client.eachUnanswered((commandId, _, asked) => {
      isAsked ||= commandId === CommandId.submit && asked === sequenceId;
    });
    return isAsked;
  }

  #answer(sequenceId: number): void {
    const { legs, parts } = this.#journey;
    const answer = this.#protocol.apology(CommandId.submit, sequenceId, this.#version);
    if (answer !== undefined && legs.isWritable('client')) parts.port.write('client', answer, 0, answer.length);
  }
}
