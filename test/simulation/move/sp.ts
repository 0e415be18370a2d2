/** A simulated SP that keeps account of what it has asked: each SUBMIT must be answered once, and with its own number. */

import type { Version } from '../../../src/cmpp/version.js';
import type { Endpoint, Network } from '../endpoint.js';
import { ACTIVE_TEST, ANSWER, BUSY, CONNECT, SUBMIT, TERMINATE } from '../frames.js';
import { commandOf, connect, frame, isRefusal, sequenceOf } from '../frames.js';
import type { Login } from '../frames.js';
import { DELIVER, LEAST_BODY_BYTES, heartbeatAnswer, message, messageAnswer, numberOf } from './messages.js';
import { Peer } from './peer.js';
import type { SpPlan } from './plan.js';

/** No SP waits for so long before it answers a DELIVER. */
const LATE_MS = 4000;
/** Fragments that share a Sequence_Id. */
const FRAGMENTS = 3;

export interface SpWorld extends Network {
  nextNumber(): number;
  fail(why: string): never;
}

interface Waiting {
  readonly sequenceId: number;
  /** Of a SUBMIT; 0 for an ACTIVE_TEST. */
  readonly number: number;
}

export class MovingSp extends Peer {
  readonly login: Login;
  readonly #world: SpWorld;
  readonly #plan: SpPlan;
  #isWelcome = false;
  #isTalking = false;
  #saysGoodbye = false;
  #version: Version = '2.0';
  #left: number;
  #lastSequenceId = 1;
  #waiting: Waiting[] = [];

  constructor(world: SpWorld, endpoint: Endpoint, plan: SpPlan, login: Login) {
    super(world, endpoint);
    this.#world = world;
    this.#plan = plan;
    this.#left = plan.sayings;
    this.login = login;
    this.send(connect(login));
    if (plan.isPipelined) this.#talk();
    const { deaf, leavesAtMs } = plan;
    if (deaf !== undefined) {
      const atMs = Math.max(0, deaf.atMs - this.scheduler.nowMs());
      this.later(atMs, atMs, () => this.endpoint.pause());
      this.later(atMs + deaf.forMs, atMs + deaf.forMs, () => this.endpoint.resume());
    }
    if (leavesAtMs === undefined) return;
    const atMs = Math.max(0, leavesAtMs - this.scheduler.nowMs());
    this.later(atMs, atMs, () => this.leave());
  }

  /** Requests without an answer. */
  get waitingNow(): number {
    return this.#waiting.length;
  }

  /** Whether it is logged in, and wants to stay so. */
  get isStaying(): boolean {
    return this.isOpen && this.#isWelcome && !this.isDone && !this.#saysGoodbye;
  }

  leave(): void {
    if (!this.isOpen || this.isDone) return;
    const { leaving } = this.#plan;
    if (leaving === 'reset') this.reset();
    else if (leaving === 'fin') this.close();
    else if (leaving === 'bad-length') this.breakStream();
    if (leaving !== 'terminate' && leaving !== 'terminate-and-close') return;
    this.#saysGoodbye = true;
    this.#ask(TERMINATE);
    if (leaving === 'terminate-and-close') this.close();
  }

  /** Sends a SUBMIT, whatever waits already. */
  submit(): void {
    this.#ask(SUBMIT);
  }

  protected heard(bytes: Uint8Array): void {
    const command = commandOf(bytes);
    const sequenceId = sequenceOf(bytes);
    if (command === ANSWER + CONNECT) this.#heardLogin(bytes);
    else if (!this.#isWelcome) this.fail(`hears command ${command} before it is logged in`);
    else if (command === TERMINATE) this.#heardGoodbye(sequenceId);
    else if (command > ANSWER) this.#heardAnswer(bytes);
    else this.#answer(bytes);
  }

  protected fail(why: string): never {
    this.#world.fail(`the SP ${this.login.account} ${why}`);
  }

  #heardLogin(bytes: Uint8Array): void {
    if (this.#isWelcome) this.fail('hears a second CONNECT_RESP');
    if (isRefusal(bytes)) {
      this.close();
      return;
    }
    this.#isWelcome = true;
    this.#version = bytes.length === 30 ? '2.0' : '3.0';
    this.#talk();
  }

  #talk(): void {
    if (this.#isTalking) return;
    this.#isTalking = true;
    this.#saySomething();
  }

  #saySomething(): void {
    if (this.#left === 0 || this.#saysGoodbye) return;
    this.later(0, this.#plan.gapMs, () => {
      const { window, heartbeatPercent, heartbeats } = this.#plan;
      // It goes on when something is answered.
      if (this.#waiting.length >= window) {
        this.#isTalking = false;
        return;
      }
      this.#left -= 1;
      if (!this.draw.percent(heartbeatPercent)) this.#ask(SUBMIT);
      else for (let nth = 0; nth < heartbeats; nth += 1) this.#ask(ACTIVE_TEST);
      this.#saySomething();
    });
  }

  #ask(command: number): void {
    if (this.isDone) return;
    const { reusesSequenceIds, longestBodyBytes } = this.#plan;
    this.#lastSequenceId += 1;
    const sequenceId = reusesSequenceIds ? Math.ceil(this.#lastSequenceId / FRAGMENTS) : this.#lastSequenceId;
    const number = command === SUBMIT ? this.#world.nextNumber() : 0;
    if (command !== TERMINATE) this.#waiting.push({ sequenceId: keyOf(command, sequenceId), number });
    if (command !== SUBMIT) this.send(frame(command, sequenceId, 0, 0));
    else this.send(message(SUBMIT, sequenceId, this.draw.between(LEAST_BODY_BYTES, longestBodyBytes), number));
  }

  #heardAnswer(bytes: Uint8Array): void {
    const command = commandOf(bytes) - ANSWER;
    if (command === TERMINATE) {
      if (!this.#saysGoodbye) this.fail('hears TERMINATE_RESP, and has not said TERMINATE');
      this.later(0, 100, () => this.close());
      return;
    }
    const key = keyOf(command, sequenceOf(bytes));
    const at = this.#waiting.findIndex((each) => each.sequenceId === key);
    const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (waiting === undefined)
      this.fail(`hears an answer to command ${command} ${sequenceOf(bytes)}, which it has not asked`);
    if (command === SUBMIT) this.#heardSubmitAnswer(bytes, waiting.number);
    if (!this.#isTalking) this.#talk();
  }

  /** From the gateway, with the message's number, or from the balancer, which asks to send it again. */
  #heardSubmitAnswer(bytes: Uint8Array, number: number): void {
    const said = numberOf(bytes);
    if (said !== number && !(said === 0 && bytes.at(-1) === BUSY)) {
      this.fail(`hears the answer to message ${said} for message ${number}`);
    }
    if (bytes.length !== (this.#version === '2.0' ? 21 : 24)) this.fail(`hears an answer of ${bytes.length} bytes`);
  }

  #answer(bytes: Uint8Array): void {
    const { answering } = this.#plan;
    const command = commandOf(bytes);
    const sequenceId = sequenceOf(bytes);
    if (command === ACTIVE_TEST) {
      this.send(heartbeatAnswer(sequenceId));
      return;
    }
    if (answering === 'never' || (answering === 'forgetful' && this.draw.percent(30))) return;
    const answer = messageAnswer(DELIVER, sequenceId, numberOf(bytes), 0, this.#version);
    // In any order, also where two have the same Sequence_Id: Msg_Id tells them apart.
    const afterMs = answering === 'prompt' ? 0 : this.draw.between(0, LATE_MS);
    if (afterMs === 0) this.send(answer);
    else this.later(afterMs, afterMs, () => this.send(answer));
  }

  #heardGoodbye(sequenceId: number): void {
    this.answerGoodbye(sequenceId);
    this.#saysGoodbye = true;
    this.later(0, 100, () => this.close());
  }
}

/** One number for what an answer must have. */
function keyOf(command: number, sequenceId: number): number {
  return command * 2 ** 32 + sequenceId;
}
