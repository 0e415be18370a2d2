/** A session whose peers say what they are given, without a network: as little as a million streams can afford. */

import { modes } from '../../src/balancer/mode.js';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import { Session } from '../../src/balancer/session.js';
import { Chunk } from '../../src/balancer/session-port.js';
import type { SessionPort, Side } from '../../src/balancer/session-port.js';
import type { SessionRules, SessionWatcher } from '../../src/balancer/session-state.js';
import type { Backend } from '../../src/balancer/backend.js';
import type { Waiter } from '../../src/balancer/placing-state.js';
import { STAYING_RULES, StayingSession } from '../support/staying.js';
import type { Draw } from '../simulation/draw.js';
import { concat } from '../simulation/frames.js';
import { FakeClock } from '../support/fake-clock.js';
import { backendOf, serversOf } from '../support/servers.js';

const MAX_FRAME_BYTES = 8192;
const CONNECT_BYTES = 39;
/** Longer than an end may take. */
const LONG_MS = 10_000;
const RULES: SessionRules = {
  retries: 1,
  redispatch: 'every-retry',
  connectTimeoutMs: 1000,
  loginTimeoutMs: 1000,
  queueTimeoutMs: 1000,
  clientLoginTimeoutMs: 1000,
  // The neighbour is silent while the other one ends.
  clientTimeoutMs: Infinity,
  serverTimeoutMs: Infinity,
  clientFinTimeoutMs: 1000,
  serverFinTimeoutMs: 1000,
  ...STAYING_RULES,
  maxFrameBytes: MAX_FRAME_BYTES,
};

export interface FuzzStage {
  readonly clock: FakeClock;
  readonly backend: Backend<Waiter>;
}

export function fuzzStage(): FuzzStage {
  return { clock: new FakeClock(), backend: backendOf<Waiter>(serversOf({}, {})) };
}

/** Throws if a session has left something behind. */
export function checkNothingIsLeft({ clock, backend }: FuzzStage): void {
  if (clock.pending > 0) throw new Error('a timer is left');
  for (const { name, sessionsNow, unansweredNow } of backend.servers) {
    if (sessionsNow !== 0 || unansweredNow !== 0)
      throw new Error(`${name}: ${sessionsNow} sessions, ${unansweredNow} owed`);
  }
}

export class FuzzedSession extends StayingSession implements SessionPort, SessionWatcher {
  /** Why it ended; undefined before. */
  reason: CloseReason | undefined;
  readonly #session: Session;
  readonly #clock: FakeClock;
  readonly #draw: Draw;
  /** What is still to be said: by the client, and by each server that will be tried. */
  #clientSays: Uint8Array[] = [];
  #serversSay: Uint8Array[][];
  #serverSays: Uint8Array[] = [];
  readonly #written: Record<Side, Uint8Array[]> = { client: [], server: [] };
  readonly #isOpen = { client: true, server: false };
  readonly #isPaused = { client: false, server: false };
  #isDialling = false;
  #keptBytes = 0;
  #cancelWake: (() => void) | undefined;

  /** `serversSay`: what each of its connections to a server is answered, one after the other. `draw`: who speaks next. */
  constructor({ clock, backend }: FuzzStage, serversSay: readonly Uint8Array[][], draw: Draw) {
    super();
    this.#clock = clock;
    this.#draw = draw;
    this.#serversSay = [...serversSay];
    this.#session = new Session(
      { mode: modes.cmpp, rules: RULES, backend, accounts: this.accounts, signLogin: this.signLogin },
      this,
      this,
      clock.nowMs(),
    );
    this.#session.begin(Uint8Array.of(10, 0, 0, 1), undefined, clock.nowMs());
  }

  /** All that was written to the client, or to the server that it last had. */
  output(side: Side): Uint8Array {
    return concat(this.#written[side]);
  }

  /** Lets the client say this, and the servers answer, until nobody has anything to say that is read. */
  play(clientSays: readonly Uint8Array[]): void {
    this.#clientSays.push(...clientSays);
    while (this.#dialOrSay());
  }

  /** The server says this besides. */
  serverSays(chunk: Uint8Array): void {
    this.#serverSays.push(chunk);
    while (this.#dialOrSay());
  }

  /** Both peers close, and time goes by. */
  leave(): void {
    for (const side of ['client', 'server'] as const) {
      if (this.#isOpen[side]) this.#session.finished(side, this.#clock.nowMs());
    }
    this.#clock.advance(LONG_MS);
    if (this.reason === undefined) throw new Error(`it is left ${this.#session.state.kind}`);
  }

  write(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#isOpen[side]) throw new Error(`writes to a ${side} leg that is over`);
    const piece = Uint8Array.from(bytes.subarray(start, end));
    const view = new DataView(piece.buffer);
    let at = 0;
    while (at + 4 <= piece.length) at += Math.max(view.getUint32(at), 12);
    if (at !== piece.length) throw new Error(`writes a cut frame to ${side}`);
    this.#written[side].push(piece);
    if (side === 'server') this.#keptBytes -= piece.length;
  }

  pause(side: Side): void {
    this.#isPaused[side] = true;
  }

  resume(side: Side): void {
    this.#isPaused[side] = false;
  }

  finish(side: Side): void {
    if (!this.#isOpen[side]) throw new Error(`sends FIN to a ${side} leg that is over`);
  }

  drop(side: Side): void {
    this.#isOpen[side] = false;
    if (side === 'client') return;
    this.#isDialling = false;
    this.#isPaused.server = false;
  }

  dial(): void {
    if (this.#isOpen.server || this.#isDialling) throw new Error('is on two servers at once');
    this.#isDialling = true;
  }

  wakeAt(atMs: number): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (atMs === Infinity) return;
    this.#cancelWake = this.#clock.after(atMs - this.#clock.nowMs(), () => this.#session.tick(this.#clock.nowMs()));
  }

  started(): void {}

  tryFailed(): void {}

  ended(reason: CloseReason): void {
    if (this.reason !== undefined) throw new Error('ends twice');
    if (this.#isOpen.client || this.#isOpen.server || this.#isDialling) throw new Error('leaves a leg behind');
    this.reason = reason;
  }

  /** Lets the next thing happen. Returns false if there is none. */
  #dialOrSay(): boolean {
    const nowMs = this.#clock.nowMs();
    if (this.#isDialling) {
      this.#isDialling = false;
      this.#isOpen.server = true;
      this.#written.server = [];
      this.#serverSays = this.#serversSay.shift() ?? [];
      this.#session.dialled(nowMs);
      return true;
    }
    const isClientFirst = this.#draw.percent(50);
    if (isClientFirst && this.#says('client', this.#clientSays)) return true;
    if (this.#hasLogin() && this.#says('server', this.#serverSays)) return true;
    return !isClientFirst && this.#says('client', this.#clientSays);
  }

  #hasLogin(): boolean {
    return (this.#written.server[0]?.length ?? 0) >= CONNECT_BYTES;
  }

  #says(side: Side, chunks: Uint8Array[]): boolean {
    if (!this.#isOpen[side] || this.#isPaused[side]) return false;
    const chunk = chunks.shift()?.slice();
    if (chunk === undefined) return false;
    if (side === 'client') this.#keeps(chunk.length);
    this.#session.read(side, new Chunk(chunk), this.#clock.nowMs());
    // Nobody may keep what was read.
    chunk.fill(0xee);
    const { state } = this.#session;
    if (state.kind === 'ending' && state.reason === `${side}-frame` && this.#isOpen[side]) {
      throw new Error(`listens on to a ${side} that speaks no CMPP`);
    }
    return true;
  }

  #keeps(lengthBytes: number): void {
    // What comes when it ends may be thrown away.
    const isKept = this.#session.state.kind !== 'ending';
    if (isKept && this.#keptBytes > MAX_FRAME_BYTES)
      throw new Error(`reads on though it keeps ${this.#keptBytes} bytes`);
    this.#keptBytes += lengthBytes;
  }
}
