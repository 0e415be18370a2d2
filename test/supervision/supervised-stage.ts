/** Supervised servers on a false clock: gateways that do as they are told, sessions on them, and what the log said. */

import { Backend } from '../../src/balancer/backend.js';
import type { BackendRules } from '../../src/balancer/backend.js';
import type { Waiter } from '../../src/balancer/placing-state.js';
import { createServer } from '../../src/balancer/server.js';
import type { Server } from '../../src/balancer/server.js';
import type { Probe, ProbeLimits, ProbeOutcome } from '../../src/health/probe.js';
import type { CheckRules, ObserveRules } from '../../src/health/rules.js';
import { factsOfEvent } from '../../src/log/event.js';
import type { EventName, EventValues } from '../../src/log/event.js';
import type { FieldTable, ValuesOf } from '../../src/log/field.js';
import { seededRandom } from '../../src/runtime/random.js';
import type { Driven, SupervisionRules } from '../../src/supervision/backend-supervisor.js';
import type { SupervisedServer } from '../../src/supervision/supervised-server.js';
import { Supervisor } from '../../src/supervision/supervisor.js';
import type { DeclaredServer } from '../../src/supervision/supervisor.js';
import { StagedSession } from '../balancer/staged-session.js';
import { FakeClock } from '../support/fake-clock.js';
import { requester } from '../support/servers.js';

/** What a gateway does with a probe: answers, never answers, or is not there. */
export type Manner = 'answers' | 'stalls' | 'refuses' | 'no-socket';

export const CHECK: CheckRules = {
  rise: 2,
  fall: 3,
  interMs: 5000,
  fastinterMs: 5000,
  downinterMs: 5000,
  timeoutMs: 5000,
  initState: 'up',
};

export const OBSERVE: ObserveRules = {
  unansweredMs: 4000,
  linkLosses: 5,
  busyPercent: 80,
  withinMs: 10_000,
  maxEjectedPercent: 50,
};

const ANSWER_MS = 2;

export interface StagedServer {
  readonly name: string;
  readonly backup?: boolean;
  readonly weight?: number;
  readonly maxconn?: number;
  readonly check?: Partial<CheckRules> | 'off';
  readonly track?: DeclaredServer['track'];
  readonly slowstartMs?: number;
}

export interface StagedBackend {
  readonly name?: string;
  readonly rules?: Partial<BackendRules & SupervisionRules>;
  readonly observe?: Partial<ObserveRules> | 'off';
  readonly servers: readonly StagedServer[];
}

/** A gateway as its probe finds it. What the probe's connection alone sees is told apart by `sees`. */
class StagedGateway implements Probe {
  manner: Manner = 'answers';
  sees: 'L4OK' | 'L7OK' = 'L7OK';
  probes = 0;
  readonly #clock: FakeClock;
  #cancel: () => void = () => {};

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  run({ wholeMs }: ProbeLimits, done: (outcome: ProbeOutcome) => void): void {
    this.probes += 1;
    const [status, text, durationMs] = this.#find(wholeMs);
    const outcome = { hasPassed: status === this.sees, status, text, durationMs, steps: [] };
    this.#cancel = this.#clock.after(durationMs, () => done(outcome));
  }

  stop(): void {
    this.#cancel();
  }

  #find(wholeMs: number): [ProbeOutcome['status'], string, number] {
    if (this.manner === 'refuses') return ['L4CON', 'connection refused (ECONNREFUSED)', ANSWER_MS];
    if (this.manner === 'no-socket') return ['SOCKERR', 'no descriptor is left (ulimit -n) (EMFILE)', ANSWER_MS];
    if (this.manner === 'stalls' && this.sees === 'L7OK') return ['L7TOUT', 'no ACTIVE_TEST_RESP', wholeMs];
    return [this.sees, 'ACTIVE_TEST answered', ANSWER_MS];
  }
}

export class SupervisedStage {
  readonly clock = new FakeClock();
  readonly supervisor: Supervisor;
  readonly gateways = new Map<string, StagedGateway>();
  readonly sessions: StagedSession[] = [];
  readonly backends = new Map<string, Backend<Waiter>>();
  #lines: string[] = [];

  /** Starts at once; all first probes are over. `beforehand` may change servers before that. */
  constructor(backends: readonly StagedBackend[], beforehand: (servers: readonly Server[]) => void = () => {}) {
    const declared = backends.map((backend) => this.#declare(backend));
    beforehand(declared.flatMap(({ servers }) => servers.map(({ server }) => server)));
    const log = {
      event: <Name extends EventName>(name: Name, values: EventValues<Name>) => this.#keep(name, values),
    };
    const parts = { clock: this.clock, random: seededRandom(1), log, sessions: () => this.#driven() };
    this.supervisor = new Supervisor(declared, parts);
    this.supervisor.settle();
  }

  /** What the log has said since the last time that this was asked. */
  get lines(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** `s1 UP, s2 DOWN 1/2`, of all servers in order. */
  get states(): string {
    return this.#servers()
      .map(({ server, status }) => `${server.name} ${status}`)
      .join(', ');
  }

  supervised(name: string): SupervisedServer {
    const found = this.#servers().find(({ server }) => server.name === name);
    if (found === undefined) throw new Error(`no server ${name}`);
    return found;
  }

  gateway(name: string): StagedGateway {
    const found = this.gateways.get(name);
    if (found === undefined) throw new Error(`no gateway ${name}`);
    return found;
  }

  backend(name = 'smsc'): Backend<Waiter> {
    const found = this.backends.get(name);
    if (found === undefined) throw new Error(`no backend ${name}`);
    return found;
  }

  /** One more session of a backend; it does nothing by itself. */
  session(backend = 'smsc'): StagedSession {
    const session = new StagedSession({ stage: { clock: this.clock, backend: this.backend(backend) } });
    this.sessions.push(session);
    return session;
  }

  passes(ms: number): this {
    this.clock.advance(ms);
    return this;
  }

  #servers(): SupervisedServer[] {
    return [...this.backends].flatMap(([backend, { servers }]) =>
      servers.flatMap(({ name }) => this.supervisor.find(backend, name) ?? []),
    );
  }

  *#driven(): Iterable<Driven> {
    for (const { session } of this.sessions) yield { session, guard: (act) => act(this.clock.nowMs()) };
  }

  #declare({ name = 'smsc', rules = {}, observe = 'off', servers }: StagedBackend) {
    const created = servers.map(({ name: server, backup = false, weight = 1, maxconn = Infinity }, index) =>
      createServer(index + 1, { name: server, backup, weight, maxconn }),
    );
    const choice = { balance: 'roundrobin', hashType: 'maglev', hashBalanceFactor: 0, stick: undefined } as const;
    const moves = { moveRate: 100, rebalance: 'off' } as const;
    const usual = {
      ...choice,
      ...moves,
      allBackups: false,
      minUp: 0,
      onMarkedDown: 'keep',
      onMarkedUp: 'keep',
    } as const;
    const all: BackendRules & SupervisionRules = { ...usual, ...rules };
    const backend = new Backend<Waiter>(all, created, seededRandom(1));
    this.backends.set(name, backend);
    const declared = created.map((server, index) => this.#declareServer(server, servers[index]));
    return {
      name,
      backend,
      rules: all,
      observe: observe === 'off' ? undefined : { ...OBSERVE, ...observe },
      servers: declared,
    };
  }

  #declareServer(server: Server, staged: StagedServer | undefined): DeclaredServer {
    const { check = {}, track, slowstartMs = 0 } = staged ?? {};
    const probe = new StagedGateway(this.clock);
    this.gateways.set(server.name, probe);
    const isChecked = check !== 'off' && track === undefined;
    return { server, track, slowstartMs, check: isChecked ? { rules: { ...CHECK, ...check }, probe } : undefined };
  }

  #keep(name: EventName, values: ValuesOf<FieldTable>): void {
    this.#lines.push(factsOfEvent(name).message(values));
  }
}

/** Where so many new sessions go. */
export function placesOf(stage: SupervisedStage, count: number, backend = 'smsc'): string {
  const names = Array.from({ length: count }, (_, number) => {
    const placement = stage.backend(backend).place(requester(number), [], stage.clock.nowMs());
    return placement.kind === 'placed' ? placement.server.name : placement.kind === 'none' ? placement.why : 'queued';
  });
  return [...new Set(names)].sort().join(' ');
}
