/** A session without a network: the test plays the peers, and reads what the session does as short sentences. */

import type { AccountGate } from '../../src/balancer/accounts.js';
import type { Backend, BackendRules } from '../../src/balancer/backend.js';
import type { Limited } from '../../src/balancer/account-limiter.js';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { Conversation, InDoubt } from '../../src/balancer/conversation.js';
import type { MoveCause } from '../../src/balancer/move-order.js';
import { modes } from '../../src/balancer/mode.js';
import { serversChanged } from '../../src/balancer/places.js';
import type { FailedTry, Waiter } from '../../src/balancer/placing-state.js';
import type { Server } from '../../src/balancer/server.js';
import type { Login as SpLogin } from '../../src/balancer/recognise.js';
import { Session } from '../../src/balancer/session.js';
import type { LeaveOrder, SessionParts, SessionRules, SessionWatcher } from '../../src/balancer/session-state.js';
import { Chunk } from '../../src/balancer/session-port.js';
import type { Farewell, Leg, ServerLeg, SessionPort } from '../../src/balancer/session-port.js';
import { commandName, readHeader } from '../../src/cmpp/header.js';
import { openToAll } from '../support/open-accounts.js';
import { FakeClock } from '../support/fake-clock.js';
import { backendOf, server, serversOf } from '../support/servers.js';
import { FrameCutter, connect, connectResp } from '../simulation/frames.js';
import type { Login } from '../simulation/frames.js';

/** A different number of seconds each, so that a test sees which one it was. */
export const RULES: SessionRules = {
  retries: 1,
  redispatch: 'every-retry',
  connectTimeoutMs: 5000,
  loginTimeoutMs: 7000,
  queueTimeoutMs: 11_000,
  clientLoginTimeoutMs: 13_000,
  clientTimeoutMs: 60_000,
  serverTimeoutMs: 70_000,
  clientFinTimeoutMs: 17_000,
  serverFinTimeoutMs: 19_000,
  maxFrameBytes: 8192,
  onLinkLost: 'close',
  inDoubt: 'reject',
  moveTimeoutMs: 3000,
  holdTimeoutMs: 23_000,
  heartbeat: { client: undefined, server: undefined },
};

export const LOGIN: Login = { sequenceId: 1, account: '900001', versionByte: 0x20 };

type ModeName = keyof typeof modes;

/** What sessions share. */
export interface Stage {
  readonly clock: FakeClock;
  readonly backend: Backend<Waiter>;
}

export interface StageOptions {
  readonly mode?: ModeName;
  readonly rules?: Partial<SessionRules>;
  /** By default it has a stage of its own, with the servers s1 and s2. */
  readonly stage?: Stage;
  /** By default everybody may log in. */
  readonly accounts?: AccountGate;
  /** Why it is not let in. */
  readonly refusal?: CloseReason;
}

export function stageOf(servers: readonly Server[] = serversOf({}, {}), rules: Partial<BackendRules> = {}): Stage {
  return { clock: new FakeClock(), backend: backendOf<Waiter>(servers, rules) };
}

/** A server becomes otherwise, and who waits is told. */
export function change({ backend, clock }: Stage, id: number, changed: Partial<Server>): void {
  Object.assign(server(backend.servers, id), changed);
  serversChanged(backend, clock.nowMs());
}

export class StagedSession implements SessionPort, SessionWatcher {
  readonly session: Session;
  readonly stage: Stage;
  readonly mode: ModeName;
  readonly limitedSubmits = { rejected: 0, delayed: 0 };
  readonly failedTries: FailedTry[] = [];
  /** How it signs a login anew, if it does. */
  signLogin: SessionParts['signLogin'] = () => undefined;
  /** What it said to the server that it left last. */
  farewell: Farewell | undefined;
  /** All that was written to each side. */
  readonly written: Record<Leg, Uint8Array[]> = { client: [], server: [], next: [] };
  isPaused = { client: false, server: false, next: false };
  readonly #isOpen = { client: true, server: false, next: false };
  #acts: string[] = [];
  #cancelWake: (() => void) | undefined;

  constructor({ mode = 'cmpp', rules = {}, stage = stageOf(), accounts = openToAll(), refusal }: StageOptions = {}) {
    this.stage = stage;
    this.mode = mode;
    const parts = {
      mode: modes[mode],
      rules: { ...RULES, ...rules },
      backend: stage.backend,
      accounts,
      signLogin: (login: SpLogin) => this.signLogin(login),
    };
    this.session = new Session(parts, this, this, this.#nowMs);
    this.session.begin(Uint8Array.of(10, 0, 0, 1), refusal, this.#nowMs);
  }

  /** What it has done since the last time that this was asked. */
  get acts(): string[] {
    const acts = this.#acts;
    this.#acts = [];
    return acts;
  }

  /** As if nothing that it has done had been seen. */
  forgets(): this {
    this.#acts = [];
    return this;
  }

  /** What it has written to a side since it began, as one. */
  bytesTo(side: Leg): Buffer {
    return Buffer.concat(this.written[side]);
  }

  sends(side: Leg, ...frames: readonly Uint8Array[]): this {
    const chunk = Buffer.concat(frames);
    this.session.read(side, new Chunk(chunk), this.#nowMs);
    // Nobody may keep what was read.
    chunk.fill(0xee);
    return this;
  }

  fin(side: Leg): this {
    this.session.finished(side, this.#nowMs);
    return this;
  }

  reset(side: Leg): this {
    this.session.lost(side, 'ECONNRESET', this.#nowMs);
    return this;
  }

  accepts(): this {
    this.session.dialled(this.#nowMs);
    return this;
  }

  refuses(isShortage = false): this {
    const detail = isShortage ? 'EMFILE' : 'ECONNREFUSED';
    this.session.dialFailed({ kind: 'connect-refused', detail, isShortage }, this.#nowMs);
    return this;
  }

  /** Goes on until the server has taken the connection and the login. */
  logsIn(login: Login = LOGIN, version: '2.0' | '3.0' = '2.0'): this {
    this.sends('client', connect(login)).accepts();
    return this.sends('server', connectResp(version, login.sequenceId, 0, 0x20, 9)).forgets();
  }

  waits(ms: number): this {
    this.stage.clock.advance(ms);
    return this;
  }

  /** It is told to leave this server. */
  leaves(id: number, reason: LeaveOrder['reason'] = 'server-marked-down', how: LeaveOrder['how'] = 'close'): this {
    this.session.leaveServer(server(this.stage.backend.servers, id), { reason, how, why: 'is down' }, this.#nowMs);
    return this;
  }

  /** It is to move. Returns whether it can. */
  begins(cause: MoveCause, wanted?: Server): boolean {
    return this.session.journey?.begin({ cause, wanted }, this.#nowMs) === true;
  }

  stops(withinMs: number, reason: 'shutdown' | 'killed' = 'shutdown'): this {
    this.session.stop(reason, this.#nowMs + withinMs, this.#nowMs);
    return this;
  }

  kills(): this {
    this.session.kill(this.#nowMs);
    return this;
  }

  write(side: Leg, bytes: Uint8Array, start: number, end: number): void {
    const piece = Uint8Array.from(bytes.subarray(start, end));
    this.written[side].push(piece);
    this.#acts.push(...this.#describe(piece).map((what) => `${side} gets ${what}`));
  }

  pause(side: Leg): void {
    this.isPaused[side] = true;
  }

  resume(side: Leg): void {
    this.isPaused[side] = false;
  }

  finish(side: Leg): void {
    this.#acts.push(`${side} gets FIN`);
  }

  drop(side: Leg): void {
    if (!this.#isOpen[side]) return;
    this.#isOpen[side] = false;
    this.#acts.push(`drops ${side}`);
  }

  dial(leg: ServerLeg, server: Server): void {
    this.#isOpen[leg] = true;
    this.#acts.push(`dials ${server.name}`);
  }

  promote(farewell: Farewell | undefined): void {
    const words = farewell === undefined ? [] : this.#describe(farewell.words);
    if (this.#isOpen.server) this.#acts.push(`leaves its server${words.map((what) => ` with ${what}`).join('')}`);
    this.farewell = farewell;
    this.#isOpen.server = this.#isOpen.next;
    this.#isOpen.next = false;
    this.isPaused.server = this.isPaused.next;
  }

  wakeAt(atMs: number): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (atMs === Infinity) return;
    this.#cancelWake = this.stage.clock.after(atMs - this.#nowMs, () => this.session.tick(this.#nowMs));
  }

  started(): void {
    this.#acts.push('started');
  }

  moved(from: Conversation, cause: MoveCause): void {
    this.#acts.push(`moved from ${from.server.name}: ${cause}`);
  }

  stayed(cause: MoveCause, reason: CloseReason): void {
    this.#acts.push(`stayed (${cause}): ${reason}`);
  }

  doubted(of: Server, { submits, rejected, kept, forgotten }: InDoubt): void {
    const lost = forgotten === 0 ? '' : `, ${forgotten} forgotten`;
    this.#acts.push(`in doubt at ${of.name}: ${submits}, ${rejected} rejected, ${kept.length} kept${lost}`);
  }

  limited(outcome: Limited): void {
    this.limitedSubmits[outcome] += 1;
  }

  tryFailed(failed: FailedTry): void {
    this.failedTries.push(failed);
    this.#acts.push(`try ${failed.attempt} on ${failed.server.name} failed: ${failed.reason}, ${failed.next}`);
  }

  /** That both legs are dropped with the end goes without saying; that one is not does not. */
  ended(reason: CloseReason): void {
    const open = (['client', 'server', 'next'] as const).filter((leg) => this.#isOpen[leg]);
    this.#acts = this.#acts.filter((act) => !act.startsWith('drops '));
    this.#acts.push(`ended: ${reason}`, ...open.map((side) => `the ${side} leg is left open`));
  }

  get #nowMs(): number {
    return this.stage.clock.nowMs();
  }

  #describe(bytes: Uint8Array): string[] {
    if (this.mode === 'tcp') return [Buffer.from(bytes).toString('latin1')];
    const cutter = new FrameCutter();
    const names = cutter.cut(bytes).frames.map((frame) => {
      const { commandId, sequenceId } = readHeader(frame);
      return `${commandName(commandId)} ${sequenceId}`;
    });
    return cutter.leftBytes === 0 ? names : [...names, `${cutter.leftBytes} bytes of a frame`];
  }
}
