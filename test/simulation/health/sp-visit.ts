/** One SP and its session: what it says, the links to its gateways, and the timer; a session's port without a network. */

import type { Backend } from '../../../src/balancer/backend.js';
import type { CloseReason } from '../../../src/balancer/close-reason.js';
import { modes } from '../../../src/balancer/mode.js';
import type { FailedTry, Waiter } from '../../../src/balancer/placing-state.js';
import type { Server } from '../../../src/balancer/server.js';
import { Chunk } from '../../../src/balancer/session-port.js';
import type { ServerLeg, SessionPort, Side } from '../../../src/balancer/session-port.js';
import type { SessionRules, SessionWatcher } from '../../../src/balancer/session-state.js';
import { Session } from '../../../src/balancer/session.js';
import { CommandId } from '../../../src/cmpp/header.js';
import type { ProbeLinkEvents } from '../../../src/health/probe.js';
import { StayingSession } from '../../support/staying.js';
import {
  ACTIVE_TEST,
  ANSWER,
  CONNECT,
  FrameCutter,
  TERMINATE,
  commandOf,
  connect,
  frame,
  isRefusal,
  sequenceOf,
} from '../frames.js';
import type { Scheduler } from '../scheduler.js';
import { CLOSED } from './gateway.js';
import type { GatewayLink } from './gateway.js';
import type { VisitPlan } from './plan.js';

export interface VisitWorld {
  readonly scheduler: Scheduler;
  readonly sessionRules: SessionRules;
  below(limit: number): number;
  dials(visit: SpVisit, server: Server, events: ProbeLinkEvents): GatewayLink;
  /** The server has lost a session's connection, or did not give it one. */
  lost(server: Server, detail: string): void;
  ended(visit: SpVisit): void;
}

const REACTION_MS = 1.3;

export class SpVisit extends StayingSession implements SessionPort, SessionWatcher {
  readonly id: number;
  readonly session: Session;
  readonly plan: VisitPlan;
  reason: CloseReason | undefined;
  readonly #world: VisitWorld;
  readonly #cutter = new FrameCutter();
  #link: GatewayLink | undefined;
  #cancelWake: () => void = () => {};
  #hasClosed = false;
  #said = 0;

  constructor(id: number, plan: VisitPlan, backend: Backend<Waiter>, world: VisitWorld) {
    super();
    this.id = id;
    this.plan = plan;
    this.#world = world;
    const parts = {
      mode: modes.cmpp,
      rules: world.sessionRules,
      backend,
      accounts: this.accounts,
      signLogin: this.signLogin,
    };
    this.session = new Session(parts, this, this, this.#nowMs);
  }

  begin(): void {
    this.session.begin(Uint8Array.of(10, 0, 0, this.id), undefined, this.#nowMs);
    this.#says(connect({ sequenceId: 1, account: String(900_000 + (this.id % 5)), versionByte: 0x20 }));
  }

  write(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const piece = bytes.slice(start, end);
    if (side === 'server') this.#link?.write(piece);
    else for (const each of this.#cutter.cut(piece).frames) this.#later(REACTION_MS, () => this.#hears(each));
  }

  pause(): void {}

  resume(): void {}

  finish(side: Side): void {
    if (side === 'server') this.#link?.finish();
    else this.#later(REACTION_MS + this.plan.closesAfterMs, () => this.#closes());
  }

  drop(side: Side): void {
    if (side === 'client') this.#hasClosed = true;
    else this.#hangUp();
  }

  dial(_leg: ServerLeg, server: Server): void {
    if (this.#link !== undefined) throw new Error('dials while it has a server');
    this.#link = this.#world.dials(this, server, {
      opened: () => this.session.dialled(this.#nowMs),
      read: (bytes) => this.session.read('server', new Chunk(bytes), this.#nowMs),
      lost: (detail) => this.#lost(server, detail),
    });
  }

  wakeAt(atMs: number): void {
    this.#cancelWake();
    this.#cancelWake = () => {};
    if (atMs === Infinity) return;
    const delayMs = Math.max(0, atMs - this.#nowMs);
    this.#cancelWake = this.#world.scheduler.after(delayMs, () => this.session.tick(this.#nowMs));
  }

  started(): void {}

  tryFailed({ detail, reason, server }: FailedTry): void {
    if (reason !== 'server-marked-down') this.#world.lost(server, detail);
  }

  ended(reason: CloseReason): void {
    this.reason = reason;
    this.#world.ended(this);
  }

  get #nowMs(): number {
    return this.#world.scheduler.nowMs();
  }

  #lost(server: Server, detail: string): void {
    const isOpening = this.session.placing?.state.kind === 'dialling';
    if (this.session.state.kind === 'relaying') this.#world.lost(server, detail);
    if (isOpening) this.session.dialFailed({ kind: 'connect-refused', detail }, this.#nowMs);
    else if (detail === CLOSED) this.session.finished('server', this.#nowMs);
    else this.session.lost('server', detail, this.#nowMs);
  }

  #hangUp(): void {
    const link = this.#link;
    this.#link = undefined;
    link?.close();
  }

  #hears(heard: Uint8Array): void {
    const command = commandOf(heard);
    if (command === ANSWER + CONNECT && isRefusal(heard)) this.#closes();
    else if (command === ANSWER + CONNECT) this.#goesOn();
    else if (command === TERMINATE) this.#says(frame(ANSWER + TERMINATE, sequenceOf(heard), 0, 0));
    else if (command === ANSWER + TERMINATE) this.#closes();
  }

  #goesOn(): void {
    const { activeTestPercent, farewell, gapMs, requests } = this.plan;
    if (this.#said === requests && farewell === 'fin') this.#closes();
    if (this.#said === requests && farewell === 'terminate') this.#says(frame(TERMINATE, 0xffff, 0, 0));
    if (this.#said === requests) return;
    this.#said += 1;
    const isActiveTest = this.#world.below(100) < activeTestPercent;
    const sequenceId = this.#said + 1;
    this.#says(isActiveTest ? frame(ACTIVE_TEST, sequenceId, 0, 0) : frame(CommandId.submit, sequenceId, 30, 5));
    this.#later(1 + this.#world.below(gapMs), () => this.#goesOn());
  }

  #says(frame: Uint8Array): void {
    if (this.#hasClosed) return;
    this.session.read('client', new Chunk(frame), this.#nowMs);
  }

  #closes(): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    this.session.finished('client', this.#nowMs);
  }

  #later(delayMs: number, act: () => void): void {
    this.#world.scheduler.after(delayMs, () => {
      if (!this.#hasClosed) act();
    });
  }
}
