/**
 * Answers SUBMITs that no server sees, so that each answer finds its question. Pure but for the port.
 *
 * Some clients give every fragment of a long SMS the same Sequence_Id, and take answers in the order of their questions.
 * So the answer to one that is rejected waits until those before it with its Sequence_Id have theirs. Those that wait are
 * not looked at before something has become of a SUBMIT with their Sequence_Id: they may be thousands, as those before them.
 */

import { CommandId } from '../cmpp/header.js';
import type { Version } from '../cmpp/version.js';
import type { Flow } from './flow.js';
import type { Journey } from './journey.js';
import { MAX_UNANSWERED } from './ledger.js';
import type { LoginProtocol } from './mode.js';

export class RejectedSubmits {
  readonly #journey: Journey;
  readonly #protocol: LoginProtocol;
  readonly #version: Version;
  /** By their Sequence_Ids, how many answers wait; and how many do in all. */
  readonly #waiting = new Map<number, number>();
  #waitingNow = 0;
  /** Tells what has become of the SUBMITs before them; undefined as long as nobody waits. */
  #told: Flow | undefined;
  /** Sequence_Ids of which it has told since the last look. */
  #settled: number[] = [];

  constructor(journey: Journey, protocol: LoginProtocol, version: Version) {
    this.#journey = journey;
    this.#protocol = protocol;
    this.#version = version;
  }

  /** Whether one with this Sequence_Id waits for its answer: then whatever follows it is rejected too. */
  isBehindRejected(sequenceId: number): boolean {
    return this.#waiting.has(sequenceId);
  }

  reject(sequenceId: number): void {
    // Beyond as many as the ledger remembers, nobody can tell answers apart any more.
    const mayWait = this.#waitingNow < MAX_UNANSWERED && this.#isAsked(sequenceId);
    if (!mayWait) {
      this.#answer(sequenceId);
      return;
    }
    this.#waiting.set(sequenceId, (this.#waiting.get(sequenceId) ?? 0) + 1);
    this.#waitingNow += 1;
    if (this.#told === undefined) this.#listenTo(this.#client);
  }

  /** Whether `answered` has to be called without any answer: all SUBMITs were given up, or go to another server now. */
  get isDue(): boolean {
    if (this.#told === undefined) return false;
    const isGivenUp = this.#told.unanswered === 0 && this.#journey.handover.heldRequests === 0;
    return isGivenUp || this.#client !== this.#told;
  }

  /** The server may have answered some. */
  answered(): void {
    if (this.#told === undefined) return;
    const client = this.#client;
    // Another server is told apart by its flow; of a lost one nothing is to come, and it was not told of one by one.
    const isAllOver = client !== this.#told || client.unanswered === 0;
    const candidates = isAllOver ? [...this.#waiting.keys()] : this.#settled;
    if (candidates.length > 0) this.#settled = [];
    for (const sequenceId of candidates) this.#release(sequenceId);
    if (this.#waitingNow === 0) this.#listenTo(undefined);
    else if (client !== this.#told) this.#listenTo(client);
  }

  get #client(): Flow {
    return this.#journey.conversation.relay.client;
  }

  #listenTo(client: Flow | undefined): void {
    this.#told?.tellSettled(undefined);
    this.#told = client;
    client?.tellSettled((sequenceId, commandId) => {
      // Its answer is not written yet, which is to be before those that wait for it.
      if (commandId === CommandId.submit && this.#waiting.has(sequenceId)) this.#settled.push(sequenceId);
    });
  }

  /** Answers those with this Sequence_Id, if nothing is before them any more. */
  #release(sequenceId: number): void {
    const count = this.#waiting.get(sequenceId) ?? 0;
    if (count === 0 || this.#isAsked(sequenceId)) return;
    this.#waiting.delete(sequenceId);
    this.#waitingNow -= count;
    for (let nth = 0; nth < count; nth += 1) this.#answer(sequenceId);
  }

  #isAsked(sequenceId: number): boolean {
    return this.#client.hasAsked(sequenceId, CommandId.submit) || this.#journey.handover.holdsSubmit(sequenceId);
  }

  #answer(sequenceId: number): void {
    const { legs, parts } = this.#journey;
    const answer = this.#protocol.apology(CommandId.submit, sequenceId, this.#version);
    if (answer !== undefined && legs.isWritable('client')) parts.port.write('client', answer, 0, answer.length);
  }
}
