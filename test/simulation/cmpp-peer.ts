/** What an SP and a gateway have in common once the SP is logged in: both ask, answer, and say TERMINATE. */

import type { Endpoint, Network } from './endpoint.js';
import { ANSWER, BUSY, CONNECT, FrameCutter, SUBMIT, TERMINATE } from './frames.js';
import { commandOf, concat, frame, sequenceOf } from './frames.js';
import type { Manner } from './manner.js';
import { Speaker } from './speaker.js';

/** CMPP_TERMINATE_RESP has no body; the other answers get one of this length. */
const ANSWER_BODY_BYTES = 9;
/** Answers that nobody asked for have numbers that no request has. */
const UNASKED_FROM = 0x70000000;

export abstract class CmppPeer extends Speaker {
  readonly #cutter = new FrameCutter();
  readonly #requests: readonly number[];
  #said = 0;
  #unasked = 0;
  #hasSaidGoodbye = false;

  constructor(network: Network, endpoint: Endpoint, manner: Manner, requests: readonly number[]) {
    super(network, endpoint, manner);
    this.#requests = requests;
  }

  /** CONNECT and CONNECT_RESP are for who extends this. */
  protected abstract heardLogin(bytes: Uint8Array): void;

  protected heard(chunk: Uint8Array): void {
    for (const bytes of this.#cutter.cut(chunk).frames) {
      const command = commandOf(bytes);
      if (command === CONNECT || command === ANSWER + CONNECT) this.heardLogin(bytes);
      else if (command === TERMINATE) this.#heardGoodbye(sequenceOf(bytes));
      else if (command === ANSWER + TERMINATE) this.#heardGoodbyeAnswered();
      else if (command < ANSWER) this.#answer(command, sequenceOf(bytes));
    }
  }

  protected nextSaying(): Uint8Array {
    this.#said += 1;
    const sequenceId = this.manner.reusesSequenceIds ? 1 + (this.#said >> 2) : this.#said;
    const bodyBytes = this.draw.between(0, this.manner.longestBodyBytes);
    return frame(this.draw.pick(this.#requests), sequenceId, bodyBytes, this.#said);
  }

  protected override takeLeave(): void {
    const { farewell } = this.manner;
    super.takeLeave();
    if (farewell === 'terminate' || farewell === 'terminate-and-close') {
      this.#hasSaidGoodbye = true;
      this.#said += 1;
      this.send(frame(TERMINATE, this.#said, 0, 0));
      if (farewell === 'terminate-and-close') this.close();
    } else if (farewell === 'bad-length') {
      const bytes = frame(this.draw.pick(this.#requests), 1, 20, this.#said);
      new DataView(bytes.buffer).setUint32(0, this.draw.pick([0, 4, 11, 100_000, 0xffffffff]));
      this.send(bytes);
    }
  }

  #heardGoodbye(sequenceId: number): void {
    const { onTerminate } = this.manner;
    if (onTerminate === 'ignore') return;
    if (onTerminate !== 'close') this.send(this.#amongOthers(frame(ANSWER + TERMINATE, sequenceId, 0, 0)));
    if (onTerminate !== 'answer') this.scheduler.after(this.draw.between(0, 600), () => this.close());
  }

  /** At times it has something else to say in the same breath. */
  #amongOthers(bytes: Uint8Array): Uint8Array {
    const before = this.draw.percent(30) ? [this.nextSaying()] : [];
    const after = this.draw.percent(15) ? [this.nextSaying()] : [];
    return concat([...before, bytes, ...after]);
  }

  #heardGoodbyeAnswered(): void {
    if (this.#hasSaidGoodbye) this.scheduler.after(this.draw.between(0, 100), () => this.close());
  }

  #answer(command: number, sequenceId: number): void {
    const { answering, answerMs } = this.manner;
    if (answering === 'never') return;
    const bytes = frame(ANSWER + command, sequenceId, ANSWER_BODY_BYTES, sequenceId);
    if (command === SUBMIT) bytes[bytes.length - 1] = this.draw.percent(this.manner.busyPercent) ? BUSY : 0;
    const delayMs = answering === 'out-of-order' ? this.draw.between(0, answerMs) : answerMs;
    this.scheduler.after(delayMs, () => {
      this.send(bytes);
      if (answering === 'twice') this.send(bytes);
      if (answering !== 'unasked-too') return;
      this.#unasked += 1;
      this.send(frame(ANSWER + command, UNASKED_FROM + this.#unasked, ANSWER_BODY_BYTES, 0));
    });
  }
}
