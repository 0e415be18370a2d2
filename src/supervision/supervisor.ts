/**
 * Joins health with the balancer, which do not know each other: what probes, live traffic and the operator say of a
 * server goes to its backend, and to the servers that track it.
 */

import type { Backend } from '../balancer/backend.js';
import type { Waiter } from '../balancer/placing-state.js';
import { isUsable } from '../balancer/server.js';
import type { Server, Wish } from '../balancer/server.js';
import { Checker } from '../health/checker.js';
import type { Transition } from '../health/health.js';
import { mayEject } from '../health/in-band.js';
import type { Evidence } from '../health/in-band.js';
import type { Probe, ProbeOutcome } from '../health/probe.js';
import type { CheckRules, ObserveRules } from '../health/rules.js';
import { firstPauses } from '../health/schedule.js';
import type { Log } from '../log/log.js';
import { stackOf } from '../log/event.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { BackendSupervisor } from './backend-supervisor.js';
import type { Driven, SupervisionRules } from './backend-supervisor.js';
import { SupervisedServer } from './supervised-server.js';
import { TrafficWatch } from './traffic-watch.js';

export interface SupervisedBackend {
  readonly name: string;
  readonly backend: Backend<Waiter>;
  readonly rules: SupervisionRules;
  /** Undefined: live traffic says nothing. */
  readonly observe: ObserveRules | undefined;
  readonly servers: readonly DeclaredServer[];
}

export interface DeclaredServer {
  readonly server: Server;
  readonly check: { readonly rules: CheckRules; readonly probe: Probe } | undefined;
  readonly track: { readonly backend: string; readonly server: string } | undefined;
  readonly slowstartMs: number;
}

export interface SupervisorParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, 'event'>;
  readonly sessions: () => Iterable<Driven>;
}

/** How often the sessions are asked what they see of their servers. */
const LOOK_MS = 500;
/** Why a server is in maintenance from the start. */
const DISABLED = 'disabled in the configuration';

export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #backends = new Map<string, BackendSupervisor>();
  readonly #observeRules = new Map<string, ObserveRules>();
  /** By their servers, in order of declaration. */
  readonly #servers = new Map<Server, SupervisedServer>();
  readonly #watch = new TrafficWatch();
  #cancelLook: (() => void) | undefined;

  constructor(backends: readonly SupervisedBackend[], parts: SupervisorParts) {
    this.#parts = parts;
    const { clock, log, sessions } = parts;
    for (const { name, backend, rules, observe, servers } of backends) {
      this.#backends.set(name, new BackendSupervisor({ name, backend, rules, clock, log, sessions }));
      if (observe !== undefined) this.#observeRules.set(name, observe);
      for (const declared of servers) this.#declare(name, declared, observe);
    }
    for (const { name, servers } of backends) {
      for (const { server, track } of servers) {
        if (track !== undefined) this.#server(name, server.name).tracked = this.#server(track.backend, track.server);
      }
    }
  }

  /** Begins to check. What is up or down by `init-state`, or in maintenance from the start, is so from now on. */
  start(): void {
    const all = [...this.#servers.values()];
    // Those first: whoever tracks one is down for that reason, whatever the health of it.
    for (const supervised of all.filter(({ server }) => server.wish === 'maint')) {
      supervised.checker?.suspend();
      this.#spread(supervised, DISABLED);
    }
    for (const supervised of all) {
      if (supervised.checker !== undefined) this.#spread(supervised, supervised.checker.health.why);
      if (supervised.server.wish !== 'ready') this.#backend(supervised).wishChanged(supervised, DISABLED);
    }
    const checkers = all.flatMap(({ checker }) => checker ?? []);
    const pauses = firstPauses(checkers.map(({ rules }) => rules));
    for (const [index, checker] of checkers.entries()) checker.start(pauses[index] ?? 0);
    if (this.#watch.isNeeded) this.#lookLater();
  }

  stop(): void {
    this.#cancelLook?.();
    for (const { checker } of this.#servers.values()) checker?.stop();
    for (const backend of this.#backends.values()) backend.stop();
  }

  /** Undefined where no such server is declared. */
  find(backend: string, server: string): SupervisedServer | undefined {
    return [...this.#servers.values()].find((each) => each.backend === backend && each.server.name === server);
  }

  /** What the operator wants of a server. Live sessions stay in any case. */
  setWish(supervised: SupervisedServer, wish: Wish, why: string): void {
    const { checker, server } = supervised;
    const before = server.wish;
    if (before === wish) return;
    server.wish = wish;
    if (wish === 'maint') checker?.suspend();
    else if (before === 'maint' && supervised.isProbed) checker?.resume();
    this.#backend(supervised).wishChanged(supervised, why);
    this.#spread(supervised, why);
  }

  setWeight(supervised: SupervisedServer, weight: number, why: string): void {
    supervised.server.weight = weight;
    this.#backend(supervised).wishChanged(supervised, why);
  }

  setMaxconn(supervised: SupervisedServer, maxconn: number, why: string): void {
    supervised.server.maxconn = maxconn;
    this.#backend(supervised).wishChanged(supervised, why);
  }

  /** The server is somewhere else now: what is known of it is found out anew. */
  moved({ checker, isProbed, server }: SupervisedServer): void {
    if (checker === undefined || !isProbed || server.wish === 'maint') return;
    // Ends a connection to the former place, if the probe keeps one.
    checker.suspend();
    checker.goOn();
  }

  /** Has the server probed or not, with the health that it has. Returns false for one that is not checked itself. */
  setProbed(supervised: SupervisedServer, isProbed: boolean): boolean {
    const { checker, server } = supervised;
    if (checker === undefined) return false;
    supervised.isProbed = isProbed;
    if (!isProbed) checker.suspend();
    else if (server.wish !== 'maint') checker.goOn();
    return true;
  }

  /** Puts a checked server up or down, until its probes say otherwise. Returns false for one that is not checked itself. */
  force(supervised: SupervisedServer, to: 'up' | 'down'): boolean {
    const transition = supervised.checker?.force(to);
    if (transition !== undefined) this.#spread(supervised, supervised.health?.why ?? '');
    return transition !== undefined;
  }

  #declare(backend: string, { server, check, slowstartMs }: DeclaredServer, observe: ObserveRules | undefined): void {
    const { clock, log, random } = this.#parts;
    const watcher = {
      probed: (outcome: ProbeOutcome, transition: Transition) => this.#probed(supervised, outcome, transition),
      failed: (error: unknown) => log.event('internal-error', { session: undefined, stack: stackOf(error) }),
    };
    const checker = check && new Checker({ ...check, clock, random, watcher });
    const supervised: SupervisedServer = new SupervisedServer({
      backend,
      server,
      checker,
      slowstartMs,
      nowMs: clock.nowMs(),
    });
    this.#servers.set(server, supervised);
    if (observe !== undefined && checker !== undefined) this.#watch.observe(server, observe);
  }

  #probed(supervised: SupervisedServer, outcome: ProbeOutcome, { kind }: Transition): void {
    const { clock, log } = this.#parts;
    const { backend, server, status } = supervised;
    const { durationMs: checkMs, status: found, text: why } = outcome;
    // A connection alone is accepted by the system too, whatever its program does.
    if (found === 'L7OK') this.#watch.cleared(server, clock.nowMs());
    if (kind === 'step') log.event('server-health', { backend, server: server.name, status, why, checkMs });
    if (kind === 'up' || kind === 'down') this.#spread(supervised, why);
  }

  /** Tells the backend of a server, and those of all that track it, that its state may be another one. */
  #spread(supervised: SupervisedServer, why: string): void {
    const sharing = this.#sharing(supervised, why).filter(([each]) => each.server.isUp !== each.isUp);
    // Of all of them first, so that nobody who leaves one is placed on another that goes down with it.
    for (const [{ server, isUp }] of sharing) server.isUp = isUp;
    for (const [each, because] of sharing) this.#backend(each).healthChanged(each, because);
  }

  /** The server, and all that track it, each with the reason for a change of its state. */
  #sharing(supervised: SupervisedServer, why: string): (readonly [SupervisedServer, string])[] {
    const others = [...this.#servers.values()].filter(({ tracked }) => tracked === supervised);
    return [[supervised, why], ...others.flatMap((other) => this.#sharing(other, `${supervised.name}: ${why}`))];
  }

  #lookLater(): void {
    const { clock, sessions } = this.#parts;
    const dueMs = clock.nowMs() + LOOK_MS;
    this.#cancelLook = clock.after(LOOK_MS, () => {
      this.#lookLater();
      // A process that was busy or asleep has not read yet what was answered meanwhile: the next look is soon enough.
      if (clock.nowMs() - dueMs > LOOK_MS) return;
      const found = this.#watch.look(sessions(), clock.nowMs());
      for (const [server, evidence] of found) this.#heed(server, evidence);
    });
  }

  #heed(server: Server, evidence: Evidence): void {
    const supervised = this.#servers.get(server);
    if (supervised === undefined || !server.isUp || server.wish === 'maint') return;
    if (evidence.kind === 'suspect' || !this.#mayEject(supervised)) supervised.checker?.probeSoon();
    else if (evidence.kind === 'eject' && supervised.checker?.eject(evidence.text).kind === 'down') {
      this.#spread(supervised, evidence.text);
    }
  }

  #mayEject({ backend }: SupervisedServer): boolean {
    const rules = this.#observeRules.get(backend);
    const all = [...this.#servers.values()].filter((each) => each.backend === backend);
    const downNow = all.filter(({ server }) => !isUsable(server)).length;
    return rules !== undefined && mayEject(rules, { servers: all.length, downNow });
  }

  #backend({ backend }: SupervisedServer): BackendSupervisor {
    const found = this.#backends.get(backend);
    if (found === undefined) throw new Error(`no backend ${backend}`);
    return found;
  }

  #server(backend: string, server: string): SupervisedServer {
    const found = this.find(backend, server);
    if (found === undefined) throw new Error(`the configuration was not checked: no server ${backend}/${server}`);
    return found;
  }
}
