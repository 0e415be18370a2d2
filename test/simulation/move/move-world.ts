/** A world of sessions that outlive their servers: real backend and sessions, simulated gateways, SPs and network. */

import { Backend } from '../../../src/balancer/backend.js';
import { serversChanged } from '../../../src/balancer/places.js';
import type { Waiter } from '../../../src/balancer/placing-state.js';
import type { Login as ShownLogin } from '../../../src/balancer/recognise.js';
import { createServer } from '../../../src/balancer/server.js';
import type { Server } from '../../../src/balancer/server.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import { Draw } from '../draw.js';
import { Endpoint } from '../endpoint.js';
import { ACTIVE_TEST, connect } from '../frames.js';
import { drawLine } from '../scenario.js';
import { Scheduler } from '../scheduler.js';
import type { DialEvents } from '../sim-driver.js';
import { MoveDriver } from './driver.js';
import type { DriverWorld } from './driver-world.js';
import { Farm } from './farm.js';
import type { Stand } from './farm.js';
import { Gateway } from './gateway.js';
import type { GatewayWorld } from './gateway.js';
import { History } from './history.js';
import { DELIVER } from './messages.js';
import { drawMovePlan } from './plan.js';
import type { MovePlan, Order, SpPlan } from './plan.js';
import { whyNotIdle } from './scrutiny.js';
import { MovingSp } from './sp.js';

/** No world takes so many; one that does goes in circles. */
const MOST_EVENTS = 300_000;
const PEER_READ_BYTES = 4096;
const KILL_WITHIN_MS = 500;
/** When all is calm, every move is over, and everything is answered, after so long besides `hold-timeout`. */
const SETTLING_MS = 120_000;
const ANSWERING_MS = 5000;
const RETRY_PAUSE_MS = 1000;

/** Longer than any entry of a stick table lives. */
const LONG_MS = 1_000_000;
const NOBODY = { source: Uint8Array.of(0, 0, 0, 0), account: 'nobody' };

interface Visit {
  readonly sp: MovingSp;
  readonly driver: MoveDriver;
}

export class MoveWorld implements DriverWorld, GatewayWorld {
  readonly scheduler = new Scheduler();
  readonly draw: Draw;
  readonly backend: Backend<Waiter>;
  readonly seen = new Set<string>();
  readonly #plan: MovePlan;
  readonly #farm: Farm;
  readonly #visits: Visit[] = [];
  readonly #living = new Set<MoveDriver>();
  readonly #readBuffer: Uint8Array;
  readonly #peerBuffer = new Uint8Array(PEER_READ_BYTES);
  readonly #tell: ((line: string) => void) | undefined;
  /** By which gateway each SUBMIT was read first. */
  readonly #submits = new Map<number, Gateway>();
  #numbers = 0;

  constructor(seed: number, tell?: (line: string) => void) {
    this.draw = new Draw(seed);
    this.#tell = tell;
    this.#plan = drawMovePlan(this.draw);
    const stands = this.#plan.servers.map(({ maxconn, version, manner }, index) => {
      const server = createServer(index + 1, { name: `s${index + 1}`, backup: false, weight: 1, maxconn });
      return [server, new Gateway(server.name, this, version, manner)] as const;
    });
    this.#farm = new Farm(stands);
    const servers = stands.map(([server]) => server);
    this.backend = new Backend<Waiter>(this.#plan.backendRules, servers, new Draw(seed ^ 0x55555555));
    this.#readBuffer = new Uint8Array(this.#plan.readBytes);
  }

  get rules(): SessionRules {
    return this.#plan.rules;
  }

  get readBytes(): number {
    return this.#plan.readBytes;
  }

  /** Lets everything happen that happens. Throws if anything is not as it should be. */
  run(): void {
    const { sps, servers, orders, calmMs } = this.#plan;
    this.#tell?.(JSON.stringify(this.#plan, (_, value: unknown) => (value === Infinity ? 'Infinity' : value)));
    for (const plan of sps) this.scheduler.after(plan.atMs, () => this.#visit(plan));
    for (const order of orders) this.scheduler.after(order.atMs, () => this.#obey(order));
    for (const [index, { changes }] of servers.entries()) {
      for (const { atMs, manner } of changes) {
        this.scheduler.after(atMs, () => {
          const { gateway } = this.#stand(index);
          this.#says(`${gateway.name} is ${JSON.stringify(manner)}`);
          gateway.becomes(manner);
          this.audit();
        });
      }
    }
    this.#passUntil(calmMs);
    this.#calm();
    this.#passUntil(calmMs + this.rules.holdTimeoutMs + SETTLING_MS);
    this.#expectIdle();
    this.#tryAll();
    this.#passUntil(this.scheduler.nowMs() + ANSWERING_MS);
    this.#expectIdle();
    for (const { sp } of this.#visits) sp.leave();
    this.#passUntil(Infinity);
    this.#expectNothing();
  }

  signLogin = (login: ShownLogin): ShownLogin | undefined =>
    this.#plan.signs ? { ...login, frame: signed(login.frame) } : undefined;

  dial(server: Server, events: DialEvents): () => void {
    const { gateway } = this.#farm.stands.find((stand) => stand.server === server) ?? this.fail('no such server');
    const line = drawLine(this.draw);
    let isGivenUp = false;
    this.scheduler.after(2 * line.latencyMs + this.draw.pick([0, 0, 30]), () => {
      const { dial } = gateway.manner;
      if (isGivenUp || dial === 'silent') return;
      if (dial !== 'accept') {
        events.failed('ECONNREFUSED');
        return;
      }
      const [ours, theirs] = this.#connect(line);
      gateway.accept(theirs);
      events.opened(ours);
    });
    return () => {
      isGivenUp = true;
    };
  }

  nextNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  submitted(gateway: Gateway, number: number): void {
    const first = this.#submits.get(number);
    if (first !== undefined && this.rules.inDoubt !== 'resend')
      this.fail(`message ${number} comes to ${first.name} and ${gateway.name}`);
    this.#submits.set(number, gateway);
  }

  audit(): void {
    const wrong = this.#farm.audit(this.#living, this.scheduler.nowMs());
    if (wrong !== undefined) this.fail(wrong);
  }

  /** It has waited for `hold-timeout`, in vain; was there nobody? */
  held(driver: MoveDriver, heldSinceMs: number): void {
    const { retries, redispatch, connectTimeoutMs, loginTimeoutMs, queueTimeoutMs } = this.rules;
    const servers = this.#plan.servers.length;
    const tryMs = connectTimeoutMs + loginTimeoutMs + RETRY_PAUSE_MS;
    const searchMs = (retries + 1) * tryMs + queueTimeoutMs + driver.history.move.pauseMs;
    // A session that the stick table binds to a full server waits for that one.
    const isBound = this.#plan.backendRules.stick !== undefined;
    const triesAll = !isBound && redispatch === 'every-retry' && retries >= servers - 1;
    const sinceMs = this.scheduler.nowMs() - 2 * searchMs;
    if (!triesAll || sinceMs < heldSinceMs) return;
    const server = this.#farm.couldServe(driver.session.answer?.version ?? '2.0', sinceMs);
    if (server !== undefined) this.fail(`session ${driver.id} is given up, and ${server.name} could have served it`);
  }

  hasOther(server: Server): boolean {
    return this.#farm.hasOther(server);
  }

  ended(driver: MoveDriver): void {
    this.#living.delete(driver);
  }

  trace(driver: MoveDriver, what: string): void {
    if (this.#tell !== undefined) this.#says(`session ${driver.id}: ${what}`);
  }

  fail(why: string): never;
  fail(driver: MoveDriver, why: string): never;
  fail(who: MoveDriver | string, why = ''): never {
    const what = typeof who === 'string' ? who : `session ${who.id} ${why}`;
    throw new Error(`at ${this.scheduler.nowMs()} ms: ${what}`);
  }

  #says(what: string): void {
    this.#tell?.(`${this.scheduler.nowMs()} ms, ${what}`);
  }

  #stand(index: number): Stand {
    return this.#farm.stands[index] ?? this.fail(`no server ${index}`);
  }

  #passUntil(untilMs: number): void {
    // Something happens at that moment for certain.
    if (untilMs !== Infinity) this.scheduler.after(untilMs - this.scheduler.nowMs(), () => {});
    for (let events = 0; this.scheduler.nowMs() < untilMs && this.scheduler.step(); events += 1) {
      if (events > MOST_EVENTS) this.fail('it never ends');
    }
  }

  #visit(plan: SpPlan): void {
    const [ours, theirs] = this.#connect(drawLine(this.draw));
    const id = this.#visits.length + 1;
    const versionByte = this.draw.pick([0x20, 0x30]);
    const login = { sequenceId: this.draw.pick([0, 1, 7, 0xffffffff]), account: `90000${id}`, versionByte };
    const sp = new MovingSp(this, theirs, plan, login);
    const shown = connect(login);
    const nextLogin = this.#plan.signs ? signed(shown) : shown;
    const history = new History(login, nextLogin, this.rules, this.scheduler.nowMs());
    const driver = new MoveDriver(id, this, ours, history);
    this.#visits.push({ sp, driver });
    this.#living.add(driver);
    driver.begin(Uint8Array.of(10, 0, 0, this.draw.between(1, 2)));
  }

  /** The two ends of a new connection: the balancer's and the other. */
  #connect(line: ReturnType<typeof drawLine>): [Endpoint, Endpoint] {
    const ours = new Endpoint(this, line, this.#readBuffer);
    const theirs = new Endpoint(this, line, this.#peerBuffer);
    Endpoint.connect(ours, theirs);
    return [ours, theirs];
  }

  #obey({ what, server: index, how }: Order): void {
    const { server } = this.#stand(index);
    const { draw } = this;
    this.#says(`order: ${what} ${server.name} (${how})`);
    const living = [...this.#living];
    if (what === 'down') this.#change(server, { isUp: false });
    else if (what === 'up') this.#change(server, { isUp: true });
    else if (what === 'drain' || what === 'ready') this.#change(server, { wish: what });
    if (what === 'down' && how !== 'keep') for (const driver of living) driver.leave(server, how);
    if (what === 'drain') {
      for (const driver of living.filter(({ history }) => history.server?.server === server)) driver.moves('drain');
    }
    if (living.length === 0) return;
    if (what === 'rebalance') draw.pick(living).moves('rebalance');
    else if (what === 'kill') draw.pick(living).kill(KILL_WITHIN_MS);
  }

  #change(server: Server, changed: Partial<Server>): void {
    Object.assign(server, changed);
    serversChanged(this.backend, this.scheduler.nowMs());
    this.audit();
  }

  /** All gateways are well from now on, and all servers take sessions. */
  #calm(): void {
    this.#says('all is calm');
    const { version } = this.#plan.servers[0] ?? this.fail('no server');
    for (const { gateway, server } of this.#farm.stands) {
      gateway.calm(version);
      this.#change(server, { isUp: true, wish: 'ready' });
    }
  }

  #expectIdle(): void {
    for (const { driver, sp } of this.#visits) {
      const why = whyNotIdle(driver);
      if (why !== undefined) this.fail(driver, `is calm, and ${why}`);
      if (sp.isStaying && sp.waitingNow > 0)
        this.fail(driver, `is calm, and its SP waits for ${sp.waitingNow} answers`);
    }
  }

  /** Both ends of every session ask something once more. */
  #tryAll(): void {
    for (const { sp } of this.#visits) if (sp.isStaying) sp.submit();
    for (const { gateway } of this.#farm.stands) {
      for (const link of gateway.links) for (const command of [DELIVER, ACTIVE_TEST]) link.asks(command);
    }
  }

  #expectNothing(): void {
    if (this.scheduler.pending > 0) this.fail(`${this.scheduler.pending} timers are left`);
    for (const driver of this.#living) this.fail(driver, `is left ${driver.session.state.kind}`);
    this.audit();
    const table = this.backend.stickTable;
    // What no session holds runs out; each match clears away a few.
    for (const _ of this.#visits) table?.match(NOBODY, this.scheduler.nowMs() + LONG_MS);
    if (table !== undefined && table.storedNow > 0) this.fail(`${table.storedNow} entries of the stick table are left`);
    if (this.backend.queuedNow > 0) this.fail(`${this.backend.queuedNow} are left in the queue`);
  }
}

/** The login as its account would make it at another time. */
function signed(frame: Uint8Array): Uint8Array {
  return Uint8Array.from(frame).fill(0x33, 18, 34);
}
