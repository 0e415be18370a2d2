/** Drives one session that may move with simulated connections, as proxy/session-driver.ts does with real ones. */

import type { Limited } from '../../../src/balancer/account-limiter.js';
import type { CloseReason } from '../../../src/balancer/close-reason.js';
import type { Conversation, InDoubt } from '../../../src/balancer/conversation.js';
import { modes } from '../../../src/balancer/mode.js';
import type { MoveCause } from '../../../src/balancer/move-order.js';
import type { Server } from '../../../src/balancer/server.js';
import { Session } from '../../../src/balancer/session.js';
import type { LeaveOrder, SessionWatcher } from '../../../src/balancer/session-state.js';
import { Chunk } from '../../../src/balancer/session-port.js';
import type { Farewell, Leg, ServerLeg, SessionPort } from '../../../src/balancer/session-port.js';
import type { Endpoint } from '../endpoint.js';
import { FrameCutter } from '../frames.js';
import { openToAll } from '../../support/open-accounts.js';
import type { DriverWorld } from './driver-world.js';
import type { History } from './history.js';
import { LinkRecord } from './link-record.js';
import { part } from './parting.js';
import { wrongAfter, wrongDial, wrongNext, wrongReason } from './scrutiny.js';
import type { Driven, LiveLeg } from './scrutiny.js';
import { Tally } from './tally.js';

export class MoveDriver implements SessionPort, SessionWatcher, Driven {
  readonly id: number;
  readonly session: Session;
  readonly history: History;
  readonly legs: Record<Leg, LiveLeg | undefined> = { client: undefined, server: undefined, next: undefined };
  reason: CloseReason | undefined;
  readonly #world: DriverWorld;
  #dialling: { readonly leg: ServerLeg; readonly cancel: () => void } | undefined;
  #cancelWake: (() => void) | undefined;
  readonly #tally = new Tally();
  #isEnding = false;

  constructor(id: number, world: DriverWorld, client: Endpoint, history: History) {
    this.id = id;
    this.#world = world;
    this.history = history;
    this.legs.client = this.#take('client', client);
    const { rules, backend, scheduler, signLogin } = world;
    const parts = { mode: modes.cmpp, rules, backend, accounts: openToAll(), signLogin };
    this.session = new Session(parts, this, this, scheduler.nowMs());
    client.resume();
  }

  get hasTimer(): boolean {
    return this.#cancelWake !== undefined;
  }
  get isDialling(): boolean {
    return this.#dialling !== undefined;
  }
  begin(source: Uint8Array): void {
    this.#deliver('begins', (nowMs) => this.session.begin(source, undefined, nowMs));
  }

  kill(withinMs: number): void {
    const nowMs = this.#nowMs;
    this.history.facts.isKilled ||= this.session.state.kind === 'relaying';
    this.#deliver('is killed', () => this.session.stop('killed', nowMs + withinMs, nowMs));
  }

  /** It is told to move. */
  moves(cause: 'drain' | 'rebalance'): void {
    const { journey, state } = this.session;
    const can = state.kind === 'relaying' && !this.history.move.isUnderWay;
    this.#deliver(`is to move: ${cause}`, (nowMs) => {
      if (can) this.history.move.begins(cause, nowMs);
      if (can && journey?.conversation.server.isUp === false) this.history.facts.distrustedAtMs = nowMs;
      if ((journey?.begin({ cause }, nowMs) === true) !== can) this.fail(`can${can ? 'not' : ''} move`);
    });
  }

  /** Its server, or one that it may be about to go to, is down. */
  leave(server: Server, how: LeaveOrder['how']): void {
    const { facts, move } = this.history;
    const isHere = this.session.state.kind === 'relaying' && this.history.server?.server === server;
    this.#deliver(`is told to leave ${server.name}: ${how}`, (nowMs) => {
      if (isHere && !move.isUnderWay && how === 'close') facts.isToldToEnd = true;
      else if (isHere) facts.distrustedAtMs ??= nowMs;
      if (isHere && how === 'move') this.history.move.begins('server-marked-down', nowMs);
      this.session.leaveServer(server, { reason: 'server-marked-down', how, why: 'is down' }, nowMs);
    });
    this.#heed(wrongNext(this, server));
  }

  write(leg: Leg, bytes: Uint8Array, start: number, end: number): void {
    const live = this.legs[leg];
    if (live === undefined || live.isFinished) this.fail(`writes ${end - start} bytes to a ${leg} leg that is over`);
    const cutter = new FrameCutter();
    const { frames } = cutter.cut(bytes.subarray(start, end));
    this.#trace(`  writes ${frames.length} frames, ${end - start} bytes to ${leg}`);
    if (cutter.leftBytes > 0) this.fail(`writes a part of a frame to ${leg}`);
    for (const each of frames) {
      const { history } = this;
      this.#heed(leg === 'client' ? history.writesToClient(each) : history.writesToServer(leg, each));
    }
    live.endpoint.write(bytes.subarray(start, end));
  }

  pause(leg: Leg): void {
    const live = this.legs[leg];
    if (live === undefined) return;
    live.isPaused = true;
    live.endpoint.pause();
  }

  resume(leg: Leg): void {
    const live = this.legs[leg];
    if (live === undefined) return;
    live.isPaused = false;
    live.endpoint.resume();
  }

  finish(leg: Leg): void {
    this.#trace(`  finishes ${leg}`);
    const live = this.legs[leg];
    if (live === undefined) return;
    if (live.isFinished) this.fail(`sends FIN to ${leg} twice`);
    live.isFinished = true;
    live.endpoint.finish();
  }

  drop(leg: Leg): void {
    this.#trace(`  drops ${leg}`);
    this.legs[leg]?.endpoint.drop();
    if (leg === 'client') this.legs.client = undefined;
    else this.#forget(leg);
    if (this.#dialling?.leg !== leg) return;
    this.#dialling.cancel();
    this.#dialling = undefined;
  }

  dial(leg: ServerLeg, server: Server): void {
    this.#trace(`  dials ${server.name} as ${leg}`);
    const { history } = this;
    this.#heed(wrongDial(this, leg, server));
    const isVain = server === history.server?.server && this.#world.hasOther(server);
    if (leg === 'next') this.#heed(history.move.dials(isVain, this.#nowMs));
    history[leg] = new LinkRecord(server, this.#world.rules.maxFrameBytes);
    const cancel = this.#world.dial(server, {
      opened: (endpoint) => {
        this.#dialling = undefined;
        this.legs[leg] = this.#take(leg, endpoint);
        endpoint.resume();
        this.#deliver(`${server.name} accepts the connection`, (nowMs) => this.session.dialled(nowMs));
      },
      failed: (detail) => {
        this.#dialling = undefined;
        const failure = { kind: 'connect-refused', detail } as const;
        this.#deliver(`${server.name} refuses the connection`, (nowMs) => this.session.dialFailed(failure, nowMs));
      },
    });
    this.#dialling = { leg, cancel };
  }

  promote(farewell: Farewell | undefined): void {
    this.#trace(`  goes on with ${this.history.next?.server.name ?? 'nobody'}`);
    const { next, server } = this.legs;
    this.#heed(this.history.promotes(farewell?.words, this.#nowMs));
    if (next === undefined || this.#dialling !== undefined) this.fail('goes to a server that it is not connected to');
    if (server !== undefined && farewell !== undefined) part(server.endpoint, farewell, this.#world.scheduler);
    this.legs.server = next;
    this.legs.next = undefined;
    next.endpoint.events = this.#eventsOf('server');
  }

  wakeAt(atMs: number): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (atMs === Infinity) return;
    this.#cancelWake = this.#world.scheduler.after(Math.max(0, atMs - this.#nowMs), () => {
      this.#cancelWake = undefined;
      this.#deliver('tick', (nowMs) => this.session.tick(nowMs));
    });
  }

  started(): void {
    this.#heed(this.#tally.starts());
  }

  tryFailed(): void {}

  moved(from: Conversation, cause: MoveCause, tookMs: number): void {
    this.#trace(`  has moved from ${from.server.name}: ${cause}`);
    this.#world.seen.add(`moved: ${cause}`);
    this.#tally.left(from);
    this.#heed(this.history.moves(cause, tookMs, this.#nowMs));
  }

  stayed(cause: MoveCause, reason: CloseReason): void {
    this.#trace(`  stays: ${cause}, ${reason}`);
    this.#world.seen.add(`stayed: ${reason}`);
    this.#heed(this.history.move.stays(cause, this.history.server));
  }

  limited(outcome: Limited): void {
    this.#world.seen.add(`limited: ${outcome}`);
  }

  doubted(server: Server, doubts: InDoubt): void {
    this.#trace(`  ${doubts.submits} in doubt, ${doubts.rejected} rejected, ${doubts.kept.length} kept`);
    this.#world.seen.add(`in doubt: ${this.#world.rules.inDoubt}`);
    this.#heed(this.history.doubts(server, doubts, this.#nowMs));
  }

  ended(reason: CloseReason): void {
    this.#trace(`  ended: ${reason}`);
    if (this.reason !== undefined) this.fail('has ended twice');
    this.reason = reason;
    this.#world.seen.add(reason);
    this.#world.ended(this);
  }

  fail(why: string): never {
    this.#world.fail(this, why);
  }

  get #isRelaying(): boolean {
    return this.session.state.kind === 'relaying';
  }

  get #nowMs(): number {
    return this.#world.scheduler.nowMs();
  }

  #take(leg: Leg, endpoint: Endpoint): LiveLeg {
    endpoint.events = this.#eventsOf(leg);
    return { endpoint, isPaused: false, isFinished: false };
  }

  #forget(leg: ServerLeg): void {
    this.legs[leg] = undefined;
    const link = this.history[leg];
    if (link !== undefined) link.state = 'over';
    if (leg === 'next') this.history.next = undefined;
  }

  #eventsOf(leg: Leg): NonNullable<Endpoint['events']> {
    return {
      read: (chunk) => this.#reads(leg, chunk),
      blocked: () => this.#deliver(`${leg} takes no more`, () => this.session.legs.blocked(leg)),
      drained: () => this.#deliver(`${leg} has taken all`, (nowMs) => this.session.legs.drained(leg, nowMs)),
      ended: () => {
        this.#over(leg, 'Fin');
        this.#deliver(`${leg} FIN`, (nowMs) => this.session.finished(leg, nowMs));
      },
      lost: (detail) => {
        this.#over(leg, 'Reset');
        this.#deliver(`${leg} RST`, (nowMs) => this.session.lost(leg, detail, nowMs));
      },
    };
  }

  #reads(leg: Leg, chunk: Uint8Array): void {
    this.#deliver(`${leg} sends ${chunk.length}`, (nowMs) => {
      const { history } = this;
      if (leg !== 'next') history.facts[`${leg}ReadAtMs`] = nowMs;
      if (leg === 'client') history.clientSays(chunk);
      else this.#heed(history.serverSays(leg, chunk, this.#isRelaying, nowMs));
      this.session.read(leg, new Chunk(chunk), nowMs);
    });
  }

  #over(leg: Leg, how: 'Fin' | 'Reset'): void {
    if (leg === 'next') return;
    const { facts } = this.history;
    facts[`${leg}${how}`] = true;
    if (how === 'Reset') this.legs[leg] = undefined;
    if (leg === 'server')
      this.history.loses(how === 'Fin' ? 'server-lost' : 'server-reset', this.#isRelaying, this.#nowMs);
  }

  /** Lets the session act, and looks at what has come of it. */
  #deliver(what: string, act: (nowMs: number) => void): void {
    this.#trace(what);
    act(this.#nowMs);
    this.#heed(wrongAfter(this, this.#world, this.#nowMs));
    this.#lookAtReason();
    this.#world.audit();
  }

  /** Once, as soon as that is settled. */
  #lookAtReason(): void {
    const { state } = this.session;
    if (this.#isEnding || !('reason' in state)) return;
    this.#isEnding = true;
    this.#heed(wrongReason(this, this.#world, this.#nowMs));
    this.#heed(this.#tally.wrong(this.session, this.history));
    if (state.reason === 'hold-timeout') this.#world.held(this, this.history.facts.distrustedAtMs ?? 0);
  }

  #heed(wrong: string | undefined): void {
    if (wrong !== undefined) this.fail(wrong);
  }

  #trace(what: string): void {
    this.#world.trace(this, what);
  }
}
