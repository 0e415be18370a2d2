/**
 * The frontends that run: makes them from a configuration, and makes them follow another one.
 *
 * An address that both have stays bound, also if it leads to another frontend now. A frontend that is removed gives its
 * addresses back, and stays until its last session has ended.
 */

import type { Accounts } from '../balancer/accounts.js';
import type { DriverParts } from '../proxy/session-driver.js';
import type { ShownFrontend } from '../admin/snapshot-parts.js';
import { FrontendPlaces } from '../balancer/admission.js';
import type { Admission } from '../balancer/admission.js';
import { modes } from '../balancer/mode.js';
import type { FrontendConfig, ListenConfig } from '../config/config.js';
import type { Log } from '../log/log.js';
import type { BackendService } from '../proxy/backend-service.js';
import type { Entrance } from '../proxy/balancer.js';
import { Frontend } from '../proxy/frontend.js';
import type { FrontendRules } from '../proxy/frontend.js';
import type { Transport } from '../proxy/transport.js';
import type { Clock } from '../runtime/clock.js';
import { EntranceCounters } from '../stats/counters.js';
import type { SessionTotals } from '../stats/session-totals.js';
import { Traffic } from '../stats/traffic.js';
import { Gate, keyOf } from './gate.js';

export interface EntrancesParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly transport: Transport;
  readonly accounts: Accounts;
  readonly admission: Admission;
  readonly totals: SessionTotals;
}

/** For each frontend its gates, in the order of its addresses; `fresh` are those that were bound for it. */
export interface Opened {
  readonly kind: 'opened';
  readonly gates: ReadonlyMap<string, readonly Gate[]>;
  readonly fresh: readonly Gate[];
}

interface Member {
  readonly frontend: Frontend;
  config: FrontendConfig;
  gates: readonly Gate[];
  /** It has been removed. */
  isLeaving: boolean;
}

export class Entrances {
  /** What has passed through frontends that are gone. */
  readonly former = new Traffic();
  readonly #parts: EntrancesParts;
  /** By name, in the order of the file; those that are leaving come last. */
  readonly #members = new Map<string, Member>();
  #lastId = 0;

  constructor(parts: EntrancesParts) {
    this.#parts = parts;
  }

  get all(): Entrance[] {
    return Array.from(this.#members.values(), ({ frontend, gates }) => {
      return { frontend, listeners: gates.map(({ listener }) => listener) };
    });
  }

  /** Sessions of a frontend, which may not be there. */
  sessionsOf(name: string): number {
    return this.#members.get(name)?.frontend.parts.places.sessionsNow ?? 0;
  }

  /** Binds the addresses of these frontends that are not bound yet. If one can't be, none is; returns why. */
  async open(frontends: readonly FrontendConfig[]): Promise<Opened | { kind: 'fault'; message: string }> {
    const bound = this.#boundGates();
    const fresh: Gate[] = [];
    const gates = new Map<string, readonly Gate[]>();
    for (const { name, listen, backlog } of frontends) {
      const own = listen.map((config) => take(bound, config) ?? new Gate(config, backlog, this.#gateParts));
      gates.set(name, own);
      const fault = await this.#bind(own, fresh);
      if (fault === undefined) continue;
      for (const gate of fresh) gate.close();
      return { kind: 'fault', message: `frontend ${name}: ${fault}` };
    }
    return { kind: 'opened', gates, fresh };
  }

  /** Goes by these frontends from now on. `opened` is what `open` has made of them. */
  use(frontends: readonly FrontendConfig[], opened: Opened, serviceOf: (backend: string) => BackendService): void {
    const unused = new Set([...this.#members.values()].flatMap(({ gates }) => gates));
    const leaving = [...this.#members].filter(([name]) => !frontends.some((config) => config.name === name));
    const declared = frontends.map((config): [string, Member] => {
      const gates = opened.gates.get(config.name) ?? [];
      for (const gate of gates) unused.delete(gate);
      return [config.name, this.#declare(config, gates, opened, serviceOf(config.defaultBackend))];
    });
    for (const gate of unused) gate.close();
    for (const [, member] of leaving) Object.assign(member, { isLeaving: true, gates: [] });
    this.#members.clear();
    for (const [name, member] of [...declared, ...leaving]) this.#members.set(name, member);
  }

  /** Forgets the frontends that were removed and have nobody any more. Returns whether one is still leaving. */
  sweep(): boolean {
    let isLeft = false;
    for (const [name, { frontend, isLeaving }] of this.#members) {
      const [guest] = frontend.guests;
      if (!isLeaving) continue;
      if (guest === undefined) {
        this.former.add(frontend.parts.counters.traffic);
        this.#members.delete(name);
      } else isLeft = true;
    }
    return isLeft;
  }

  shown(): ShownFrontend[] {
    return Array.from(this.#members.values(), ({ frontend, config, gates }) => {
      const { name, mode, defaultBackend } = config;
      const { places, counters } = frontend.parts;
      const listeners = gates.map(({ listener }) => listener);
      return { name, mode, defaultBackend, places, counters, listeners, guests: () => frontend.guests };
    });
  }

  get #gateParts() {
    const { admission, clock, log, transport } = this.#parts;
    return { clock, log, transport, hasRoom: (connections: number) => admission.hasRoom(connections) };
  }

  #boundGates(): Map<string, Gate[]> {
    const bound = new Map<string, Gate[]>();
    for (const { gates } of this.#members.values()) {
      for (const gate of gates) bound.set(gate.key, [...(bound.get(gate.key) ?? []), gate]);
    }
    return bound;
  }

  /** Binds those that never were, and adds them to `fresh`. Returns why one could not be. */
  async #bind(gates: readonly Gate[], fresh: Gate[]): Promise<string | undefined> {
    for (const gate of gates.filter(({ isNew }) => isNew)) {
      const bound = await gate.bind();
      if (bound.kind === 'fault') return `${bound.message}${this.#holderText(gate)}`;
      fresh.push(gate);
    }
    return undefined;
  }

  /** `*:9999` cannot be bound beside 127.0.0.1:9999, and the system does not say that it is we who hold it. */
  #holderText({ port }: Gate): string {
    if (port === undefined) return '';
    const holds = (gate: Gate): boolean => gate.port === port && gate.listener.isOpen;
    const holder = [...this.#members.values()].find(({ gates }) => gates.some(holds));
    if (holder === undefined) return '';
    const { name } = holder.config;
    return `. Frontend ${name} of this balancer listens on port ${port}: take that address out with one reload, and put the new one in with the next`;
  }

  #declare(config: FrontendConfig, gates: readonly Gate[], { fresh }: Opened, service: BackendService): Member {
    const rules = rulesOf(config, service, this.#parts);
    const known = this.#members.get(config.name);
    const former = known === undefined || known.isLeaving ? undefined : known.config;
    const frontend = known?.frontend ?? this.#create(config, rules);
    // The operator has disabled the frontend: its new addresses wait with the others.
    const isDisabled =
      known !== undefined && known.gates.length > 0 && !known.gates.some((gate) => gate.listener.isOpen);
    frontend.use(rules);
    const { places } = frontend.parts;
    if (former?.maxconn !== config.maxconn) places.maxconn = config.maxconn;
    if (former?.sourceMaxconn !== config.sourceMaxconn) frontend.limitSources(config.sourceMaxconn);
    for (const [index, listen] of config.listen.entries()) gates[index]?.lead(frontend, listen);
    for (const gate of gates.filter((each) => fresh.includes(each))) {
      if (isDisabled) gate.close();
      else this.#parts.log.event('listening', { frontend: config.name, address: gate.listener.address });
    }
    return { frontend, config, gates, isLeaving: false };
  }

  #create({ name, maxconn, sourceMaxconn }: FrontendConfig, rules: FrontendRules): Frontend {
    const { admission, clock, log, totals } = this.#parts;
    const places = new FrontendPlaces(maxconn, sourceMaxconn);
    return new Frontend({
      ...rules,
      name,
      admission,
      places,
      clock,
      log,
      totals,
      counters: new EntranceCounters(),
      nextId: () => (this.#lastId += 1),
      sessionsNow: () => ({ process: admission.sessionsNow, frontend: places.sessionsNow }),
    });
  }
}

/** A gate that is bound to this address, and that nobody has taken yet. */
function take(gates: ReadonlyMap<string, Gate[]>, { address }: ListenConfig): Gate | undefined {
  return gates.get(keyOf(address))?.shift();
}

function rulesOf(config: FrontendConfig, service: BackendService, parts: EntrancesParts): FrontendRules {
  const { accounts, clock, transport } = parts;
  const { loginTimeoutMs: clientLoginTimeoutMs, clientTimeoutMs, clientFinTimeoutMs, maxFrameBytes } = config;
  const own = { clientLoginTimeoutMs, clientTimeoutMs, clientFinTimeoutMs, maxFrameBytes };
  const heartbeat = { client: config.heartbeat, server: service.rules.heartbeat };
  const rules = { ...service.rules, ...own, heartbeat };
  const signLogin: DriverParts['signLogin'] = (login) => accounts.signLogin(login);
  const common = { mode: modes[config.mode], backend: service.backend, accounts, signLogin };
  const driverParts = { ...common, rules, clock, transport };
  return { driverParts, service, dontlognull: config.dontlognull };
}
