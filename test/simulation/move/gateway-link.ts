/** A gateway's side of one connection. */

import type { Version } from '../../../src/cmpp/version.js';
import type { Endpoint } from '../endpoint.js';
import { ACTIVE_TEST, ANSWER, BUSY, CONNECT, SUBMIT, TERMINATE } from '../frames.js';
import { commandOf, concat, connectResp, frame, sequenceOf } from '../frames.js';
import type { Gateway } from './gateway.js';
import type { Death, GatewayManner } from './gateway-manner.js';
import { DELIVER, LEAST_BODY_BYTES, heartbeatAnswer, message, messageAnswer, numberOf } from './messages.js';
import { Peer } from './peer.js';

const REFUSED_STATUS = 3;
const LONGEST_DELIVER_BYTES = 52;

/** What it has asked, and nobody has answered. */
interface Asked {
  readonly command: number;
  readonly sequenceId: number;
  readonly number: number;
}

export class GatewayLink extends Peer {
  readonly #gateway: Gateway;
  readonly #manner: GatewayManner;
  /** That of its login, whatever the gateway is set to later. */
  readonly #version: Version;
  #death: Death;
  #sentBytes = 0;
  /** From 1 on every link, so that two links of a session use the same ones. */
  #lastSequenceId = 0;
  #asked: Asked[] = [];
  /** SUBMITs that wait until the gateway goes on. */
  #hanging: Uint8Array[] = [];
  /** When the last answer to a Sequence_Id is due: the next one to the same must not overtake it. */
  readonly #dueMs = new Map<number, number>();
  #lastDueMs = 0;
  #isLoggedIn = false;
  #hasSaidGoodbye = false;

  constructor(gateway: Gateway, endpoint: Endpoint) {
    super(gateway.world, endpoint);
    this.#gateway = gateway;
    this.#manner = gateway.manner;
    this.#version = gateway.version;
    this.#death = gateway.manner.death;
  }

  die(how: 'fin' | 'reset' | 'silence' | 'terminate'): void {
    if (how === 'fin') this.close();
    else if (how === 'reset') this.reset();
    else if (how === 'silence') this.endpoint.pause();
    else if (this.#isLoggedIn) this.#sayGoodbye();
  }

  /** It answers what has waited. */
  goesOn(): void {
    for (const bytes of this.#hanging.splice(0)) this.#answerSubmit(bytes);
  }

  /** Nothing happens to it any more. */
  calm(): void {
    this.#death = { kind: 'none' };
    this.endpoint.resume();
    this.goesOn();
  }

  /** Asks something that must be answered. */
  asks(command: number): void {
    this.send(this.#nextRequest(command));
  }

  override ended(): void {
    const { saysGoodbye, afterMs } = this.#manner.onFin;
    if (saysGoodbye && this.#isLoggedIn) this.#sayGoodbye();
    this.later(afterMs, afterMs, () => super.ended());
  }

  protected heard(bytes: Uint8Array): void {
    const command = commandOf(bytes);
    const sequenceId = sequenceOf(bytes);
    if (command === CONNECT) this.#welcome(bytes);
    else if (!this.#isLoggedIn) this.fail(`hears command ${command} before it has accepted a login`);
    else if (command === SUBMIT) this.#heardSubmit(bytes);
    else if (command === ACTIVE_TEST) this.send(heartbeatAnswer(sequenceId));
    else if (command === TERMINATE) this.#heardGoodbye(sequenceId);
    else if (command === ANSWER + TERMINATE) this.#heardGoodbyeAnswered();
    else if (command > ANSWER) this.#heardAnswer(bytes);
    else this.fail(`hears command ${command}`);
  }

  protected fail(why: string): never {
    this.#gateway.world.fail(`${this.#gateway.name} ${why}`);
  }

  /** Sends no more than until its death. */
  protected override send(bytes: Uint8Array): void {
    const death = this.#death;
    if (!('afterBytes' in death)) {
      super.send(bytes);
      return;
    }
    const leftBytes = death.afterBytes - this.#sentBytes;
    this.#sentBytes += bytes.length;
    if (death.kind !== 'bad-length') super.send(bytes.subarray(0, Math.max(0, leftBytes)));
    else if (leftBytes > 0) super.send(bytes);
    if (leftBytes > bytes.length) return;
    this.#death = { kind: 'none' };
    if (death.kind === 'fin') this.close();
    else if (death.kind === 'reset') this.reset();
    else this.breakStream();
  }

  #welcome(bytes: Uint8Array): void {
    const { login, loginMs } = this.#manner;
    if (login === 'silent') return;
    this.later(loginMs, loginMs, () => {
      if (login === 'close') this.close();
      else if (login === 'reset') this.reset();
      else this.#answerLogin(bytes, login === 'accept' ? 0 : REFUSED_STATUS);
    });
  }

  #answerLogin(bytes: Uint8Array, status: number): void {
    const version = this.#version;
    const answer = connectResp(version, sequenceOf(bytes), status, version === '2.0' ? 0x20 : 0x30, 0x5a);
    this.#isLoggedIn = status === 0;
    if (status !== 0) {
      this.send(answer);
      return;
    }
    const { speaksAtOnce, requests } = this.#manner;
    this.send(speaksAtOnce ? concat([answer, this.#nextRequest(DELIVER)]) : answer);
    this.#talk(requests);
    const death = this.#death;
    if (death.kind === 'terminate' || death.kind === 'terminate-and-close') {
      this.later(death.afterMs, death.afterMs, () => {
        if (this.#death.kind === 'none') return;
        this.#sayGoodbye();
        if (death.kind === 'terminate-and-close') this.close();
      });
    }
  }

  #talk(left: number): void {
    if (left === 0) return;
    this.later(0, this.#manner.gapMs, () => {
      this.asks(this.draw.percent(80) ? DELIVER : ACTIVE_TEST);
      this.#talk(left - 1);
    });
  }

  #nextRequest(command: number): Uint8Array {
    this.#lastSequenceId += 1;
    const sequenceId = this.#lastSequenceId;
    const number = command === DELIVER ? this.#gateway.world.nextNumber() : 0;
    this.#asked.push({ command, sequenceId, number });
    if (command !== DELIVER) return frame(command, sequenceId, 0, 0);
    return message(DELIVER, sequenceId, this.draw.between(LEAST_BODY_BYTES, LONGEST_DELIVER_BYTES), number);
  }

  #heardSubmit(bytes: Uint8Array): void {
    this.#gateway.world.submitted(this.#gateway, numberOf(bytes));
    this.#hanging.push(bytes);
    if (this.#gateway.manner.answering !== 'hangs') this.goesOn();
  }

  #answerSubmit(bytes: Uint8Array): void {
    const { answering, answerMs, busyPercent } = this.#manner;
    const sequenceId = sequenceOf(bytes);
    const result = this.draw.percent(busyPercent) ? BUSY : 0;
    const nowMs = this.scheduler.nowMs();
    const afterMs = answering === 'reordered' ? this.draw.between(0, 2 * answerMs) : answerMs;
    const before = answering === 'reordered' ? this.#dueMs.get(sequenceId) : this.#lastDueMs;
    const dueMs = Math.max(nowMs + afterMs, before ?? 0);
    this.#dueMs.set(sequenceId, dueMs);
    this.#lastDueMs = dueMs;
    this.later(dueMs - nowMs, dueMs - nowMs, () =>
      this.send(messageAnswer(SUBMIT, sequenceId, numberOf(bytes), result, this.#version)),
    );
  }

  #heardAnswer(bytes: Uint8Array): void {
    const command = commandOf(bytes) - ANSWER;
    const sequenceId = sequenceOf(bytes);
    const at = this.#asked.findIndex((each) => each.command === command && each.sequenceId === sequenceId);
    const [asked] = at < 0 ? [] : this.#asked.splice(at, 1);
    if (asked === undefined) this.fail(`hears an answer to command ${command} ${sequenceId}, and has not asked`);
    if (command === DELIVER && numberOf(bytes) !== asked.number) {
      this.fail(`hears the answer to message ${numberOf(bytes)} for message ${asked.number}`);
    }
  }

  #sayGoodbye(): void {
    if (this.#hasSaidGoodbye) return;
    this.#hasSaidGoodbye = true;
    this.#lastSequenceId += 1;
    this.send(frame(TERMINATE, this.#lastSequenceId, 0, 0));
  }

  #heardGoodbyeAnswered(): void {
    if (!this.#hasSaidGoodbye) this.fail('hears TERMINATE_RESP, and has not said TERMINATE');
    this.later(0, 300, () => this.close());
  }

  #heardGoodbye(sequenceId: number): void {
    const { onGoodbye } = this.#manner;
    if (onGoodbye === 'ignore') return;
    if (this.draw.percent(20)) this.asks(DELIVER);
    if (onGoodbye !== 'close') this.answerGoodbye(sequenceId);
    if (onGoodbye !== 'answer') this.later(0, 300, () => this.close());
  }
}
