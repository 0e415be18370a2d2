/** A world of servers that fail and come back: real supervision, probes and sessions, simulated gateways, SPs and operator. */

import { Backend } from '../../../src/balancer/backend.js';
import type { Waiter } from '../../../src/balancer/placing-state.js';
import { createServer } from '../../../src/balancer/server.js';
import type { Server } from '../../../src/balancer/server.js';
import type { EventName, EventValues } from '../../../src/log/event.js';
import type { FieldTable, ValuesOf } from '../../../src/log/field.js';
import type { Clock } from '../../../src/runtime/clock.js';
import type { Driven } from '../../../src/supervision/backend-supervisor.js';
import type { SupervisedServer } from '../../../src/supervision/supervised-server.js';
import { Supervisor } from '../../../src/supervision/supervisor.js';
import type { SupervisedBackend } from '../../../src/supervision/supervisor.js';
import { Draw } from '../draw.js';
import { Scheduler } from '../scheduler.js';
import { ExpectedFarm } from './expected-farm.js';
import { Gateway } from './gateway.js';
import { drawHealthPlan } from './plan.js';
import type { BackendPlan, HealthPlan, Order } from './plan.js';
import { SpVisit } from './sp-visit.js';
import { WatchedProbe } from './watched-probe.js';
import { HealthWitness } from './witness.js';
import type { WitnessedServer } from './witness.js';

/** The most that a session may take to end when it is told to. */
const PATIENCE_MS = 1000;

export class HealthWorld {
  readonly witness: HealthWitness;
  readonly #scheduler = new Scheduler();
  readonly #clock = new CountingClock(this.#scheduler);
  readonly #draw: Draw;
  readonly #plan: HealthPlan;
  readonly #trace: (line: string) => void;
  readonly #supervisor: Supervisor;
  readonly #backends = new Map<string, Backend<Waiter>>();
  readonly #visits = new Set<SpVisit>();
  #visitors = 0;
  #failure: Error | undefined;

  constructor(seed: number, trace: (line: string) => void = () => {}) {
    this.#draw = new Draw(seed);
    this.#trace = trace;
    this.#plan = drawHealthPlan(this.#draw);
    trace(JSON.stringify(this.#plan));
    const farm = new ExpectedFarm(this.#plan.backends);
    this.witness = new HealthWitness(farm, {
      nowMs: () => this.#scheduler.nowMs(),
      visits: this.#visits,
      supervised: ({ backend, plan }) => this.#supervised(backend.plan.name, plan.name),
      fail: (why) => this.#fail(why),
    });
    const declared = this.#plan.backends.map((plan) => this.#declare(plan));
    const log = {
      event: <Name extends EventName>(name: Name, values: EventValues<Name>) => this.#logged(name, values),
    };
    const parts = { clock: this.#clock, random: this.#draw, log, sessions: () => this.#driven() };
    this.#supervisor = new Supervisor(declared, parts);
  }

  run(): void {
    const { backends, endsAtMs, orders, visits } = this.#plan;
    this.witness.starts(() => this.#supervisor.settle());
    for (const visit of visits) this.#scheduler.after(visit.atMs, () => this.#visit(visit));
    for (const order of orders) this.#scheduler.after(order.atMs, () => this.#obey(order));
    for (const [index, { changes }] of backends.flatMap(({ servers }) => servers).entries()) {
      for (const { atMs, manner } of changes.slice(1)) {
        this.#scheduler.after(atMs, () => {
          const { expected, gateway } = this.#server(index);
          this.#says(`${expected.name} is ${manner.name}, answers in ${manner.answerMs} ms`);
          gateway.becomes(manner);
        });
      }
    }
    this.#passUntil(endsAtMs);
    this.#end();
  }

  #passUntil(untilMs: number): void {
    // Something happens at that moment for certain.
    this.#scheduler.after(untilMs - this.#scheduler.nowMs(), () => {});
    while (this.#scheduler.nowMs() < untilMs) {
      this.#scheduler.step();
      if (this.#failure !== undefined) throw this.#failure;
      this.witness.audit();
    }
  }

  #end(): void {
    this.#supervisor.stop();
    this.witness.supervisionEnds();
    if (this.#clock.pending !== 0) this.#fail(`${this.#clock.pending} timers of the supervision are left`);
    for (const { expected, gateway } of this.witness.servers) {
      const left = [...gateway.links].filter(({ peer }) => peer === 'probe').length;
      if (left > 0) this.#fail(`${left} links of probes to ${expected.name} are left`);
    }
    const nowMs = this.#scheduler.nowMs();
    for (const { session } of this.#visits) {
      // Whoever was ending already has the time of its own `fin` timeout.
      if (session.state.kind === 'ending') session.kill(nowMs);
      else session.stop('shutdown', nowMs + PATIENCE_MS, nowMs);
    }
    this.#passUntil(nowMs + PATIENCE_MS + 100);
    if (this.#visits.size > 0) this.#fail(`${this.#visits.size} sessions have not left`);
    for (const { expected, gateway, server } of this.witness.servers) {
      if (gateway.links.size > 0) this.#fail(`${gateway.links.size} links of sessions to ${expected.name} are left`);
      if (server.unansweredNow !== 0) this.#fail(`${expected.name} owes ${server.unansweredNow} answers to nobody`);
    }
  }

  #declare(plan: BackendPlan): SupervisedBackend {
    const created = plan.servers.map((server, index) => createServer(index + 1, server));
    const backend = new Backend<Waiter>(plan.rules, created, this.#draw);
    this.#backends.set(plan.name, backend);
    const servers = plan.servers.map(({ changes, check, latencyMs, name, slowstartMs, track, wish }, index) => {
      const server = created[index] ?? this.#fail('no server');
      server.wish = wish;
      const first = changes[0] ?? this.#fail('no manner');
      const gateway = new Gateway(this.#scheduler, latencyMs, first.manner);
      this.witness.adds(this.witness.farm.find(plan.name, name), server, gateway);
      const probe = check && new WatchedProbe(check, gateway, this.#clock, this.#probeWitness(server));
      return { server, track, slowstartMs, check: check && probe && { rules: check.rules, probe } };
    });
    return { name: plan.name, backend, rules: plan.rules, observe: plan.observe, servers };
  }

  #probeWitness(server: Server): ConstructorParameters<typeof WatchedProbe>[3] {
    return {
      probeBegins: () => this.witness.probeBegins(this.witness.of(server)),
      probed: (outcome, tell) => this.witness.probed(this.witness.of(server), outcome, tell),
      fail: (why) => this.#fail(`${server.name}: ${why}`),
    };
  }

  #visit(plan: HealthPlan['visits'][number]): void {
    const backend = this.#backends.get(plan.backend) ?? this.#fail(`no backend ${plan.backend}`);
    this.#visitors += 1;
    const visit = new SpVisit(this.#visitors, plan, backend, {
      scheduler: this.#scheduler,
      sessionRules: this.#plan.sessionRules,
      below: (limit) => this.#draw.below(limit),
      dials: ({ id }, server, events) => {
        this.#says(`session ${id} dials ${this.witness.of(server).expected.name}`);
        this.witness.dials(server);
        return this.witness.of(server).gateway.open('session', events);
      },
      lost: (server, detail) => {
        this.#says(`${this.witness.of(server).expected.name} loses a session: ${detail}`);
        this.witness.of(server).promises.lost(this.#scheduler.nowMs());
      },
      ended: (ended) => {
        this.#says(`session ${ended.id} ended: ${String(ended.reason)}`);
        this.#visits.delete(ended);
      },
    });
    this.#visits.add(visit);
    visit.begin();
  }

  #obey({ act, server }: Order): void {
    const witnessed = this.#server(server);
    const { backend, name, plan } = witnessed.expected;
    const supervised = this.#supervised(backend.plan.name, plan.name);
    this.#says(`the operator: ${name} ${JSON.stringify(act)}`);
    if (act.kind === 'wish') {
      const why = `set to ${act.wish}`;
      this.witness.wishes(witnessed, act.wish, why, () => this.#supervisor.setWish(supervised, act.wish, why));
    } else if (act.kind === 'weight') {
      const why = `weight ${act.weight}`;
      this.witness.weighs(witnessed, act.weight, why, () => this.#supervisor.setWeight(supervised, act.weight, why));
    } else {
      this.witness.forces(witnessed, act.to, () => {
        const isChecked = this.#supervisor.force(supervised, act.to);
        if (isChecked !== (plan.check !== undefined)) this.#fail(`${name} says that it is checked: ${isChecked}`);
      });
    }
  }

  #server(index: number): WitnessedServer {
    return this.witness.servers[index] ?? this.#fail(`no server ${index}`);
  }

  #supervised(backend: string, server: string): SupervisedServer {
    return this.#supervisor.find(backend, server) ?? this.#fail(`no server ${backend}/${server}`);
  }

  *#driven(): Iterable<Driven> {
    for (const { session } of this.#visits) yield { session, guard: (act) => act(this.#scheduler.nowMs()) };
  }

  #logged(name: EventName, values: ValuesOf<FieldTable>): void {
    this.#says(`${name} ${JSON.stringify(values)}`);
    this.witness.logged(name, values);
  }

  #says(what: string): void {
    this.#trace(`${this.#scheduler.nowMs().toFixed(1)} ${what}`);
  }

  /** The first failure stays the one, though what is under test may catch it and go on. */
  #fail(why: string): never {
    this.#failure ??= new Error(`at ${this.#scheduler.nowMs().toFixed(1)} ms: ${why}`);
    throw this.#failure;
  }
}

/** Counts the timers that wait, of whoever is given it. */
class CountingClock implements Clock {
  readonly #clock: Clock;
  readonly #waiting = new Set<symbol>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pending(): number {
    return this.#waiting.size;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer = Symbol('timer');
    this.#waiting.add(timer);
    const cancel = this.#clock.after(delayMs, () => {
      this.#waiting.delete(timer);
      fire();
    });
    return () => {
      this.#waiting.delete(timer);
      cancel();
    };
  }
}
