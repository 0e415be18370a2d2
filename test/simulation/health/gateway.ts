/** A simulated gateway: answers probes and sessions alike, by the manner that it has at the time. */

import { CommandId } from '../../../src/cmpp/header.js';
import type { ProbeLink, ProbeLinkEvents } from '../../../src/health/probe.js';
import {
  ACTIVE_TEST,
  ANSWER,
  CONNECT,
  FrameCutter,
  TERMINATE,
  commandOf,
  connectResp,
  frame,
  sequenceOf,
} from '../frames.js';
import type { Scheduler } from '../scheduler.js';
import type { GatewayManner } from './gateway-manner.js';

const SUBMIT: number = CommandId.submit;
const BUSY = 8;
export const CLOSED = 'closed by the server';
/** What a gateway that is well answers within its time; for others it may take its time. */
const ANSWERED: ReadonlySet<number> = new Set([CONNECT, SUBMIT, ACTIVE_TEST, TERMINATE]);

/** Something that a peer has asked and the gateway has not answered. */
interface Asked {
  readonly commandId: number;
  readonly sequenceId: number;
  readonly atMs: number;
  cancel: () => void;
}

export class Gateway {
  readonly latencyMs: number;
  readonly scheduler: Scheduler;
  readonly links = new Set<GatewayLink>();
  manner: GatewayManner;
  mannerSinceMs = 0;
  /** How often it has become another. */
  changes = 0;
  /** When sessions were answered last, and when each SUBMIT was. */
  answeredAtMs = -Infinity;
  readonly submitAnswersAtMs: number[] = [];

  constructor(scheduler: Scheduler, latencyMs: number, manner: GatewayManner) {
    this.scheduler = scheduler;
    this.latencyMs = latencyMs;
    this.manner = manner;
  }

  open(peer: 'probe' | 'session', events: ProbeLinkEvents): GatewayLink {
    const link = new GatewayLink(this, peer, events);
    this.links.add(link);
    link.dialled();
    return link;
  }

  /** What it still owes is answered in its new manner, unless it breaks its connections. */
  becomes(manner: GatewayManner): void {
    this.manner = manner;
    this.mannerSinceMs = this.scheduler.nowMs();
    this.changes += 1;
    for (const link of this.links) link.mannerChanged();
  }

  /** What sessions wait for now that have not said that they end. */
  get owed(): readonly Asked[] {
    return [...this.links].flatMap(({ asked, isOpen, peer }) => (peer === 'session' && isOpen ? asked : []));
  }

  answered(commandId: number): void {
    this.answeredAtMs = this.scheduler.nowMs();
    if (commandId === SUBMIT) this.submitAnswersAtMs.push(this.answeredAtMs);
  }
}

export class GatewayLink implements ProbeLink {
  readonly peer: 'probe' | 'session';
  readonly asked: Asked[] = [];
  readonly #gateway: Gateway;
  readonly #events: ProbeLinkEvents;
  readonly #cutter = new FrameCutter();
  #state: 'opening' | 'open' | 'finishing' | 'over' = 'opening';
  /** It is about to be lost, and its peer does not know. */
  isBreaking = false;
  #cancel: () => void = () => {};

  constructor(gateway: Gateway, peer: 'probe' | 'session', events: ProbeLinkEvents) {
    this.peer = peer;
    this.#gateway = gateway;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  dialled(): void {
    const { dial } = this.#gateway.manner;
    this.#cancel();
    if (dial === 'silent') return;
    this.#later(() => {
      if (dial === 'refused') this.#lost('ECONNREFUSED');
      else this.#open(dial);
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#state === 'over') return;
    for (const request of this.#cutter.cut(bytes).frames) {
      const commandId = commandOf(request);
      if (commandId === ANSWER + TERMINATE) this.finish();
      if (!ANSWERED.has(commandId)) continue;
      const atMs = this.#gateway.scheduler.nowMs();
      const asked: Asked = { commandId, sequenceId: sequenceOf(request), atMs, cancel: () => {} };
      this.asked.push(asked);
      this.#answerLater(asked);
    }
  }

  /** The peer sends FIN: a gateway that lives closes as well. */
  finish(): void {
    if (this.#state !== 'open') return;
    this.#state = 'finishing';
    if (this.#gateway.manner.answerMs !== Infinity) this.#later(() => this.#lost(CLOSED));
  }

  close(): void {
    this.#state = 'over';
    this.#cancel();
    for (const asked of this.asked) asked.cancel();
    this.asked.length = 0;
    this.#gateway.links.delete(this);
  }

  mannerChanged(): void {
    const { manner } = this.#gateway;
    if (this.#state === 'opening') this.dialled();
    else if (manner.breaks) this.#break('ECONNRESET');
    else if (this.#state === 'finishing' && manner.answerMs !== Infinity) this.#later(() => this.#lost(CLOSED));
    for (const asked of this.asked) this.#answerLater(asked);
  }

  #open(dial: 'opened' | 'slammed'): void {
    this.#state = 'open';
    // Before its peer is told, who may close it then.
    if (dial === 'slammed') this.#break(CLOSED);
    this.#events.opened();
  }

  #answerLater(asked: Asked): void {
    const { manner, latencyMs, scheduler } = this.#gateway;
    asked.cancel();
    if (manner.answerMs === Infinity || (manner.isStuck && asked.commandId === SUBMIT)) return;
    asked.cancel = scheduler.after(manner.answerMs + latencyMs, () => this.#answer(asked));
  }

  #answer(asked: Asked): void {
    const { commandId } = asked;
    const { manner } = this.#gateway;
    this.asked.splice(this.asked.indexOf(asked), 1);
    const isOver = commandId === TERMINATE || (commandId === CONNECT && manner.loginStatus !== 0);
    // Before its peer is told, who may close it then.
    if (isOver) this.#break(CLOSED);
    if (this.peer === 'session' && commandId !== TERMINATE) this.#gateway.answered(commandId);
    this.#events.read(answerTo(asked, manner));
  }

  #break(detail: string): void {
    this.isBreaking = true;
    this.#later(() => this.#lost(detail));
  }

  #later(act: () => void): void {
    const { latencyMs, scheduler } = this.#gateway;
    this.#cancel();
    this.#cancel = scheduler.after(latencyMs, act);
  }

  #lost(detail: string): void {
    this.close();
    this.#events.lost(detail);
  }
}

function answerTo({ commandId, sequenceId }: Asked, { isBusy, loginStatus }: GatewayManner): Uint8Array {
  if (commandId === CONNECT) return connectResp('2.0', sequenceId, loginStatus, 0x20, 7);
  if (commandId === ACTIVE_TEST) return frame(ANSWER + ACTIVE_TEST, sequenceId, 1, 0);
  if (commandId === TERMINATE) return frame(ANSWER + TERMINATE, sequenceId, 0, 0);
  const answer = frame(ANSWER + SUBMIT, sequenceId, 9, 0);
  answer[answer.length - 1] = isBusy ? BUSY : 0;
  return answer;
}
