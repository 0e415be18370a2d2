/** Drives one session with simulated connections, as proxy/session-driver.ts does with real ones, under its witness' eyes. */

import type { Backend } from '../../src/balancer/backend.js';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import { modes } from '../../src/balancer/mode.js';
import type { FailedTry, Waiter } from '../../src/balancer/placing-state.js';
import type { Server } from '../../src/balancer/server.js';
import { Session } from '../../src/balancer/session.js';
import type { SessionRules, SessionWatcher } from '../../src/balancer/session-state.js';
import type { ServerLeg, SessionPort, Side } from '../../src/balancer/session-port.js';
import { refusing } from '../support/open-accounts.js';
import { StayingSession } from '../support/staying.js';
import { difference } from './compare.js';
import type { Endpoint, EndpointEvents } from './endpoint.js';
import type { ModeName } from './reason-table.js';
import type { Scheduler } from './scheduler.js';
import { sessionEvents } from './session-event.js';
import type { SessionEvent } from './session-event.js';
import type { Leaving } from './turns.js';
import type { Witness } from './witness.js';

export interface DialEvents {
  opened(endpoint: Endpoint): void;
  failed(detail: string): void;
}

/** What the world is to a driver. */
export interface DriverWorld {
  readonly scheduler: Scheduler;
  readonly mode: ModeName;
  readonly rules: SessionRules;
  readonly backend: Backend<Waiter>;
  readonly readBytes: number;
  /** Opens a connection; the returned function gives that up. */
  dial(driver: SimDriver, events: DialEvents): () => void;
  /** What a server is sent before the session's own bytes. */
  prefaceOf(): Uint8Array;
  ended(driver: SimDriver): void;
  trace(driver: SimDriver, what: string): void;
  /** The world is not as it should be. */
  fail(driver: SimDriver, why: string): never;
  /** Between two events: whether all the books agree. */
  audit(): void;
}

/** What befalls a session by chance. */
export interface Mishaps {
  /** After so many of its acts the program fails; Infinity: never. */
  readonly actsToFault: number;
  /** Why its account will not let it in, if it comes so far. */
  readonly accountRefusal: CloseReason | undefined;
}

/** Stands for a fault in the program. */
class InjectedFault extends Error {}

export class SimDriver extends StayingSession implements SessionPort, SessionWatcher {
  readonly id: number;
  readonly session: Session;
  readonly witness: Witness;
  readonly legs: { readonly client: Endpoint; server: Endpoint | undefined };
  /** To which sides FIN was sent, or waits behind what was written. */
  readonly finished = { client: false, server: false };
  /** What the kernel had not taken when the session let go of the leg. */
  readonly unsentAtDrop = { client: 0, server: 0 };
  readonly paused = { client: false, server: false };
  readonly failedTries: FailedTry[] = [];
  readonly ends: CloseReason[] = [];
  starts = 0;
  readonly #world: DriverWorld;
  /** After so many of its acts the program fails; Infinity: never. */
  #actsToFault: number;
  /** Whether it handles an event of its own: only then a fault ends this session alone. */
  #isGuarded = false;
  #cancelDial: (() => void) | undefined;
  #cancelWake: (() => void) | undefined;

  constructor(id: number, world: DriverWorld, client: Endpoint, witness: Witness, mishaps: Mishaps) {
    super();
    this.id = id;
    this.#world = world;
    this.legs = { client, server: undefined };
    this.witness = witness;
    this.#actsToFault = mishaps.actsToFault;
    const { accountRefusal } = mishaps;
    const accounts = accountRefusal === undefined ? this.accounts : refusing(accountRefusal);
    client.events = this.#eventsOf('client');
    const { mode, rules, backend, scheduler } = world;
    this.session = new Session(
      { mode: modes[mode], rules, backend, accounts, signLogin: this.signLogin },
      this,
      this,
      scheduler.nowMs(),
    );
  }

  get isDialling(): boolean {
    return this.#cancelDial !== undefined;
  }

  get hasTimer(): boolean {
    return this.#cancelWake !== undefined;
  }

  get readBytes(): number {
    return this.#world.readBytes;
  }

  get maxFrameBytes(): number {
    return this.#world.rules.maxFrameBytes;
  }

  begin(source: Uint8Array, refusal: CloseReason | undefined): void {
    this.legs.client.resume();
    this.#deliver(sessionEvents.begin(source, refusal));
  }

  stop(reason: 'shutdown' | 'killed', deadlineMs: number): void {
    this.#deliver(sessionEvents.stop(reason, deadlineMs));
  }

  kill(): void {
    this.#deliver(sessionEvents.kill());
  }

  write(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#mayFault();
    const piece = bytes.subarray(start, end);
    this.#trace(`  writes ${piece.length} to ${side}`);
    const leg = this.legs[side];
    if (leg === undefined || this.finished[side])
      this.#fail(`writes ${piece.length} bytes to a ${side} leg that is over`);
    const wrong = this.witness.output[side].wrote(piece);
    if (wrong !== undefined) this.#fail(`writes to ${side}: ${wrong}`);
    leg.write(piece);
  }

  pause(side: Side): void {
    this.paused[side] = true;
    this.legs[side]?.pause();
  }

  resume(side: Side): void {
    this.paused[side] = false;
    this.legs[side]?.resume();
  }

  finish(side: Side): void {
    this.#trace(`  finishes ${side}`);
    if (this.finished[side]) this.#fail(`sends FIN to ${side} twice`);
    this.finished[side] = true;
    this.legs[side]?.finish();
  }

  drop(side: Side): void {
    this.#trace(`  drops ${side}`);
    this.unsentAtDrop[side] += this.legs[side]?.unsentBytes ?? 0;
    this.legs[side]?.drop();
    if (side === 'client') return;
    this.legs.server = undefined;
    this.finished.server = false;
    this.#cancelDial?.();
    this.#cancelDial = undefined;
  }

  dial(_leg: ServerLeg, server: Server): void {
    this.#mayFault();
    this.#trace(`  dials ${server.name}`);
    if (this.legs.server !== undefined || this.isDialling) this.#fail('is on two servers at once');
    const wrong = this.witness.dials(server);
    if (wrong !== undefined) this.#fail(wrong);
    this.#cancelDial = this.#world.dial(this, {
      opened: (endpoint) => this.#opened(endpoint),
      failed: (detail) => {
        this.#cancelDial = undefined;
        this.#deliver(sessionEvents.dialFailed({ kind: 'connect-refused', detail }));
      },
    });
  }

  wakeAt(atMs: number): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (atMs === Infinity) return;
    const { scheduler } = this.#world;
    this.#cancelWake = scheduler.after(Math.max(0, atMs - scheduler.nowMs()), () => {
      this.#cancelWake = undefined;
      this.#deliver(sessionEvents.tick());
    });
  }

  started(): void {
    this.starts += 1;
  }

  tryFailed(failed: FailedTry): void {
    this.failedTries.push(failed);
  }

  ended(reason: CloseReason): void {
    this.#trace(`  ended: ${reason}`);
    this.ends.push(reason);
    this.#world.ended(this);
  }

  /** What the witness can't know by itself: what came of asking for a place. */
  learn(): void {
    const { placing, state } = this.session;
    const seeking = state.kind === 'placing' ? placing?.state : undefined;
    if (seeking === undefined) return;
    const pause = seeking.kind === 'waiting' ? { server: seeking.server, untilMs: seeking.deadlineMs } : undefined;
    const wrong = this.witness.search.learn(seeking.kind === 'queued', pause);
    if (wrong !== undefined) this.#fail(wrong);
  }

  /** Something of a server changes, and those who wait are told by the backend: `check` follows. */
  seesChange(): void {
    this.witness.seesChange();
  }

  leave(leaving: Leaving): void {
    this.#deliver(sessionEvents.leave(leaving));
  }

  /** Compares what the session and its witness make of what has happened. */
  check(): void {
    this.learn();
    const wrong = difference(this);
    if (wrong !== undefined) this.#fail(wrong);
  }

  #eventsOf(side: Side): EndpointEvents {
    return {
      read: (chunk) => this.#deliver(sessionEvents.read(side, chunk)),
      blocked: () => this.#deliver(sessionEvents.blocked(side)),
      drained: () => this.#deliver(sessionEvents.drained(side)),
      ended: () => this.#deliver(sessionEvents.fin(side)),
      lost: (detail) => this.#deliver(sessionEvents.reset(side, detail)),
    };
  }

  #opened(endpoint: Endpoint): void {
    this.#cancelDial = undefined;
    endpoint.events = this.#eventsOf('server');
    this.legs.server = endpoint;
    this.finished.server = false;
    this.paused.server = false;
    this.unsentAtDrop.server = 0;
    endpoint.write(this.#world.prefaceOf());
    endpoint.resume();
    this.#deliver(sessionEvents.dialled());
  }

  /** Tells the witness and the session what happens, and compares what they make of it. */
  #deliver(event: SessionEvent): void {
    const nowMs = this.#world.scheduler.nowMs();
    this.#trace(event.what);
    this.learn();
    if (nowMs > this.witness.deadlineMs) this.#fail(`should have acted at ${this.witness.deadlineMs} ms`);
    event.tellWitness(this.witness, nowMs);
    this.#isGuarded = true;
    try {
      event.tellSession(this.session, nowMs);
      if (!this.witness.isBroken) this.witness.sightings.areCertain();
    } catch (error) {
      if (!(error instanceof InjectedFault)) throw error;
      this.#trace('  the program fails');
      if (this.session.state.kind !== 'closed') this.witness.breaks();
      this.session.turnAway('internal-error', '', nowMs);
    }
    this.#isGuarded = false;
    this.check();
    this.#world.audit();
  }

  #mayFault(): void {
    if (!this.#isGuarded) return;
    this.#actsToFault -= 1;
    if (this.#actsToFault === 0) throw new InjectedFault('injected');
  }

  #trace(what: string): void {
    this.#world.trace(this, what);
  }

  #fail(why: string): never {
    this.#world.fail(this, why);
  }
}
