/** A simulated world: a balancer's sessions, SPs, gateways and the network between them, all from one seed. */

import { Admission, FrontendPlaces } from '../../src/balancer/admission.js';
import { Backend } from '../../src/balancer/backend.js';
import { serversChanged } from '../../src/balancer/places.js';
import type { Waiter } from '../../src/balancer/placing-state.js';
import { Books } from './books.js';
import { Draw } from './draw.js';
import { Endpoint } from './endpoint.js';
import type { Line } from './endpoint.js';
import { endToEnd } from './end-to-end.js';
import { drawManner } from './manner.js';
import { RawPeer } from './raw-peer.js';
import { ACCOUNT_REFUSALS } from './reason-table.js';
import type { ModeName } from './reason-table.js';
import { drawLine, drawScenario } from './scenario.js';
import type { Scenario } from './scenario.js';
import { Scheduler } from './scheduler.js';
import { SimDriver } from './sim-driver.js';
import type { DialEvents, DriverWorld } from './sim-driver.js';
import { Smsc, drawWelcome } from './smsc.js';
import { Sp, drawOpening } from './sp.js';
import type { Speaker } from './speaker.js';
import { takeTurn } from './turns.js';
import { Witness } from './witness.js';
import { WitnessedFarm } from './witnessed-farm.js';

/** No world takes so many; one that does goes in circles. */
const MOST_EVENTS = 300_000;
const PEER_READ_BYTES = 4096;

export class WorldFailure extends Error {}

/** One client and what became of it. */
export interface Visit {
  readonly driver: SimDriver;
  readonly client: Speaker;
  /** What it last reached. */
  server: Speaker | undefined;
  /** Whether it counts against maxconn. */
  readonly hasPlace: boolean;
  /** For which source address it is counted, if it is. */
  readonly source: string | undefined;
}

export class World implements DriverWorld {
  readonly scheduler = new Scheduler();
  readonly scenario: Scenario;
  readonly backend: Backend<Waiter>;
  readonly farm: WitnessedFarm;
  readonly visits = new Map<SimDriver, Visit>();
  readonly admission: Admission;
  readonly places: FrontendPlaces;
  events = 0;
  readonly #draw: Draw;
  readonly #books: Books;
  readonly #readBuffer: Uint8Array;
  readonly #peerBuffer = new Uint8Array(PEER_READ_BYTES);
  readonly #preface: Uint8Array;
  readonly #tell: ((line: string) => void) | undefined;
  #isStopping = false;

  /** `tell` gets a line for everything that happens. */
  constructor(seed: number, tell?: (line: string) => void) {
    this.#draw = new Draw(seed);
    this.#tell = tell;
    this.scenario = drawScenario(this.#draw);
    const { backendRules, servers, maxconn, readBytes, prefaceBytes } = this.scenario;
    this.backend = new Backend<Waiter>(backendRules, servers, new Draw(seed ^ 0x55555555));
    this.farm = new WitnessedFarm(servers, backendRules);
    this.admission = new Admission(maxconn.process);
    this.places = new FrontendPlaces(maxconn.frontend, maxconn.source);
    this.#books = new Books(this);
    this.#readBuffer = new Uint8Array(readBytes);
    this.#preface = new Uint8Array(prefaceBytes).fill(0x50);
  }

  get mode(): ModeName {
    return this.scenario.mode;
  }

  get rules(): Scenario['rules'] {
    return this.scenario.rules;
  }

  get readBytes(): number {
    return this.scenario.readBytes;
  }

  /** Lets everything happen that happens, and looks whether all is as it should be. Throws a WorldFailure if not. */
  run(): void {
    const { clients, arrivalMs, endings, stop, turnsAtMs } = this.scenario;
    this.#tell?.(JSON.stringify(this.scenario, (_, value: unknown) => (value === Infinity ? 'Infinity' : value)));
    for (let nth = 0; nth < clients; nth += 1) {
      this.scheduler.after(this.#draw.between(0, arrivalMs), () => this.#visit());
    }
    if (stop !== undefined) this.scheduler.after(stop.atMs, () => this.#stop(stop.withinMs));
    for (const atMs of endings.atMs) this.scheduler.after(atMs, () => this.#endOne(endings.withinMs));
    for (const atMs of turnsAtMs) this.scheduler.after(atMs, () => this.#turn());
    while (this.scheduler.step()) {
      this.events += 1;
      if (this.events > MOST_EVENTS) throw new WorldFailure('it never ends');
    }
    const wrong = this.#books.atTheEnd();
    if (wrong !== undefined) throw new WorldFailure(wrong);
    for (const visit of this.visits.values()) {
      const lost = endToEnd(visit, this.scenario.prefaceBytes);
      if (lost !== undefined) this.fail(visit.driver, lost);
    }
  }

  audit(): void {
    const wrong = this.#books.audit();
    if (wrong !== undefined) throw new WorldFailure(wrong);
  }

  dial(driver: SimDriver, events: DialEvents): () => void {
    const draw = this.#draw;
    const isSick = draw.percent(this.scenario.sickPercent);
    const line = drawLine(draw);
    const answer = isSick ? draw.weighted({ accept: 3, refuse: 2, nothing: 2 }) : 'accept';
    let isGivenUp = false;
    if (answer === 'nothing') return () => {};
    this.scheduler.after(2 * line.latencyMs + draw.pick([0, 0, 50]), () => {
      if (isGivenUp) return;
      if (answer === 'refuse') {
        events.failed('ECONNREFUSED');
        return;
      }
      const [ours, theirs] = this.#connect(line);
      const peer = this.#serve(theirs, isSick);
      const visit = this.visits.get(driver);
      if (visit !== undefined) visit.server = peer;
      events.opened(ours);
    });
    return () => {
      isGivenUp = true;
    };
  }

  prefaceOf(): Uint8Array {
    return this.#preface;
  }

  ended(driver: SimDriver): void {
    const visit = this.visits.get(driver);
    if (visit?.hasPlace === true) this.admission.leave(this.places);
    if (visit?.source !== undefined) this.admission.leaveSource(this.places, visit.source);
  }

  trace(driver: SimDriver, what: string): void {
    this.#tell?.(`${this.scheduler.nowMs()} ms, session ${driver.id}: ${what}`);
  }

  fail(driver: SimDriver, why: string): never {
    throw new WorldFailure(`session ${driver.id} ${why}`);
  }

  #visit(): void {
    if (this.#isStopping) return;
    const draw = this.#draw;
    const [ours, theirs] = this.#connect(drawLine(draw));
    const network = { scheduler: this.scheduler, draw };
    const manner = drawManner(draw, this.rules.maxFrameBytes);
    const opening = this.mode === 'cmpp' ? drawOpening(draw) : undefined;
    const client =
      opening === undefined ? new RawPeer(network, theirs, manner) : new Sp(network, theirs, manner, opening);
    const address = Uint8Array.of(10, 0, 0, draw.between(1, 3));
    const source = address.join('.');
    const noPlace = this.admission.enter(this.places);
    const refusal = noPlace ?? this.admission.enterSource(this.places, source);
    const nowMs = (): number => this.scheduler.nowMs();
    const { mode, rules, farm } = this;
    const accountRefusal = draw.percent(this.scenario.refusedPercent) ? draw.pick(ACCOUNT_REFUSALS) : undefined;
    const expected = refusal ?? (mode === 'cmpp' ? accountRefusal : undefined);
    const witness = new Witness({ mode, rules, farm, opening, refusal: expected, nowMs });
    const actsToFault = draw.percent(this.scenario.faultPercent) ? draw.between(1, 12) : Infinity;
    const driver = new SimDriver(this.visits.size + 1, this, ours, witness, { actsToFault, accountRefusal });
    const counted = refusal === undefined ? source : undefined;
    this.visits.set(driver, { driver, client, server: undefined, hasPlace: noPlace === undefined, source: counted });
    driver.begin(address, refusal);
  }

  /** The two ends of a new connection: the balancer's and the other. */
  #connect(line: Line): [Endpoint, Endpoint] {
    const network = { scheduler: this.scheduler, draw: this.#draw };
    const ours = new Endpoint(network, line, this.#readBuffer);
    const theirs = new Endpoint(network, line, this.#peerBuffer);
    Endpoint.connect(ours, theirs);
    return [ours, theirs];
  }

  #serve(endpoint: Endpoint, isSick: boolean): Speaker {
    const network = { scheduler: this.scheduler, draw: this.#draw };
    const manner = drawManner(this.#draw, this.rules.maxFrameBytes);
    if (this.mode === 'tcp') return new RawPeer(network, endpoint, manner);
    return new Smsc(network, endpoint, manner, drawWelcome(this.#draw, !isSick), this.scenario.prefaceBytes);
  }

  #stop(withinMs: number): void {
    this.#isStopping = true;
    const deadlineMs = this.scheduler.nowMs() + withinMs;
    for (const driver of this.#living()) driver.stop('shutdown', deadlineMs);
    this.scheduler.after(withinMs, () => {
      // Also those that are closed, which must stay as they are.
      for (const driver of this.visits.keys()) driver.kill();
    });
  }

  /** The operator ends a session. */
  #endOne(withinMs: number): void {
    const living = this.#living();
    if (living.length > 0) this.#draw.pick(living).stop('killed', this.scheduler.nowMs() + withinMs);
  }

  #living(): SimDriver[] {
    return [...this.visits.keys()].filter(({ ends }) => ends.length === 0);
  }

  /** Something of a server changes; who waits is told, and some sessions may have to leave. */
  #turn(): void {
    const { servers } = this.scenario;
    if (servers.length === 0) return;
    // Those that are down come up sooner than others go down.
    const server = this.#draw.pick([...servers, ...servers.filter(({ isUp }) => !isUp)]);
    const leavings = takeTurn(this.#draw, server, this.scenario);
    const nowMs = this.scheduler.nowMs();
    const { name, isUp, wish, weight, ramp, maxconn } = server;
    this.#tell?.(`${nowMs} ms, ${name}: ${isUp ? 'up' : 'down'}, ${wish}, weight ${weight * ramp}, maxconn ${maxconn}`);
    const living = this.#living();
    for (const driver of living) driver.seesChange();
    serversChanged(this.backend, nowMs);
    for (const driver of living) driver.check();
    this.audit();
    for (const leaving of leavings) {
      for (const driver of this.#living()) driver.leave(leaving);
    }
  }
}
