/**
 * Joins health with the balancer, which do not know each other: what probes, live traffic and the operator say of a
 * server goes to its backend, and to the servers that track it.
 */

import type { Backend } from '../balancer/backend.js';
import type { Waiter } from '../balancer/placing-state.js';
import { isUsable } from '../balancer/server.js';
import type { Server, Wish } from '../balancer/server.js';
import { Checker } from '../health/checker.js';
import type { Check } from '../health/checker.js';
import type { Transition } from '../health/health.js';
import { mayEject } from '../health/in-band.js';
import type { Evidence } from '../health/in-band.js';
import type { ProbeOutcome } from '../health/probe.js';
import type { ObserveRules } from '../health/rules.js';
import { firstPauses } from '../health/schedule.js';
import type { Log } from '../log/log.js';
import { stackOf } from '../log/event.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { BackendSupervisor } from './backend-supervisor.js';
import { Migrations } from './migrations.js';
import type { Driven, SupervisionRules } from './backend-supervisor.js';
import { DISABLED, SupervisedServer } from './supervised-server.js';
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
  /** The same object as long as nothing about it has changed. */
  readonly check: Check | undefined;
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

export class Supervisor {
  readonly migrations: Migrations;
  readonly #parts: SupervisorParts;
  readonly #backends = new Map<string, BackendSupervisor>();
  readonly #observeRules = new Map<string, ObserveRules>();
  /** By their servers, in order of declaration. */
  readonly #servers = new Map<Server, SupervisedServer>();
  readonly #watch = new TrafficWatch();
  #cancelLook: (() => void) | undefined;

  constructor(backends: readonly SupervisedBackend[], parts: SupervisorParts) {
    this.#parts = parts;
    this.migrations = new Migrations(parts);
    this.use(backends);
  }

  /** Goes by what is declared here from now on; `settle` is to be called when all is in place. Others stay as they are. */
  use(backends: readonly SupervisedBackend[]): void {
    const { clock, log, sessions } = this.#parts;
    const { migrations } = this;
    for (const { name, backend, rules, observe, servers } of backends) {
      const known = this.#backends.get(name);
      if (known === undefined)
        this.#backends.set(name, new BackendSupervisor({ name, backend, rules, clock, log, sessions, migrations }));
      else known.use(rules);
      if (observe === undefined) this.#observeRules.delete(name);
      else this.#observeRules.set(name, observe);
      for (const declared of servers) this.#declare(name, declared, observe);
    }
    for (const { name, servers } of backends) {
      for (const { server, track } of servers)
        this.#server(name, server.name).tracked = track && this.#server(track.backend, track.server);
    }
  }

  /** Begins with what is new, and tells of all that is up, down or in maintenance by what is declared now. */
  settle(whyDisabled = DISABLED): void {
    const all = [...this.#servers.values()];
    for (const { checker, isProbed, server } of all) {
      if (server.wish === 'maint') checker?.suspend();
      else if (isProbed) checker?.resume();
    }
    this.#tell(all.map((supervised) => [supervised, supervised.why]));
    for (const supervised of all) {
      const { server, toldWish } = supervised;
      const why = server.wish === 'ready' ? 'not disabled in the configuration any more' : whyDisabled;
      if (server.wish !== toldWish) this.#backend(supervised).wishChanged(supervised, why);
    }
    for (const backend of this.#backends.values()) backend.settled();
    const fresh = all.flatMap(({ checker }) => (checker?.isNew === true ? checker : []));
    const pauses = firstPauses(fresh.map(({ rules }) => rules));
    for (const [index, checker] of fresh.entries()) checker.start(pauses[index] ?? 0);
    if (this.#watch.isNeeded && this.#cancelLook === undefined) this.#lookLater();
  }

  /** Tells of a server that has been removed: it is watched until `forget`. */
  removed(supervised: SupervisedServer): void {
    this.#backend(supervised).removed(supervised);
  }

  /** The last session has left a server that was removed. */
  forget(supervised: SupervisedServer): void {
    const { checker, server } = supervised;
    checker?.stop();
    this.#watch.ignore(server);
    this.#servers.delete(server);
    this.#backend(supervised).forget(server);
  }

  /** None of its servers is left. */
  forgetBackend(name: string): void {
    this.#backends.get(name)?.stop();
    this.#backends.delete(name);
    this.#observeRules.delete(name);
  }

  stop(): void {
    this.#cancelLook?.();
    this.migrations.stopAll();
    for (const { checker } of this.#servers.values()) checker?.stop();
    for (const backend of this.#backends.values()) backend.stop();
  }

  /** Undefined where no such server is declared. */
  find(backend: string, server: string): SupervisedServer | undefined {
    return [...this.#servers.values()].find((each) => each.backend === backend && each.server.name === server);
  }

  /** Whether other servers share the health of this one. */
  isTracked(supervised: SupervisedServer): boolean {
    return [...this.#servers.values()].some(({ tracked }) => tracked === supervised);
  }

  /** What the operator wants of a server. Live sessions stay in any case. */
  setWish(supervised: SupervisedServer, wish: Wish, why: string): void {
    const { checker, server } = supervised;
    const before = server.wish;
    // Whatever is wanted, it is not what its sessions were moved away for; one that was removed is left in any case.
    if (!server.isLeaving) this.migrations.stop(supervised.name);
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
    const nowMs = this.#parts.clock.nowMs();
    const supervised = this.#servers.get(server) ?? new SupervisedServer({ backend, server, slowstartMs, nowMs });
    this.#servers.set(server, supervised);
    supervised.slowstartMs = slowstartMs;
    this.migrations.keep(supervised.name);
    this.#check(supervised, check);
    if (observe !== undefined && check !== undefined) this.#watch.observe(server, observe);
    else this.#watch.ignore(server);
  }

  /** Has it checked so, or not any more. */
  #check(supervised: SupervisedServer, check: Check | undefined): void {
    const { clock, log, random } = this.#parts;
    if (check === supervised.check) return;
    supervised.check = check;
    if (check !== undefined && supervised.checker !== undefined) {
      supervised.checker.use(check);
      return;
    }
    supervised.checker?.stop();
    const watcher = {
      probed: (outcome: ProbeOutcome, transition: Transition) => this.#probed(supervised, outcome, transition),
      failed: (error: unknown) => log.event('internal-error', { session: undefined, stack: stackOf(error) }),
    };
    supervised.checker = check && new Checker({ ...check, clock, random, watcher });
  }

  #probed(supervised: SupervisedServer, outcome: ProbeOutcome, { kind }: Transition): void {
    const { clock, log } = this.#parts;
    const { backend, server, status } = supervised;
    const { durationMs: checkMs, status: found, text: why } = outcome;
    // A connection alone is accepted by the system too, whatever its program does.
    const isUnchecked = found === 'SOCKERR';
    if (isUnchecked && !supervised.isUnchecked)
      log.event('server-unchecked', { backend, server: server.name, status, why });
    supervised.isUnchecked = isUnchecked;
    if (found === 'L7OK') this.#watch.cleared(server, clock.nowMs());
    if (kind === 'step') log.event('server-health', { backend, server: server.name, status, why, checkMs });
    if (kind === 'up' || kind === 'down') this.#spread(supervised, why);
  }

  /** Tells the backend of a server, and those of all that track it, that its state may be another one. */
  #spread(supervised: SupervisedServer, why: string): void {
    this.#tell(this.#sharing(supervised, why));
  }

  /** Tells the backends of those whose state is another one now. */
  #tell(all: readonly (readonly [SupervisedServer, string])[]): void {
    const changed = all.filter(([{ isUp, server }]) => server.isUp !== isUp);
    // Of all of them first, so that nobody who leaves one is placed on another that goes down with it.
    for (const [{ server, isUp }] of changed) server.isUp = isUp;
    for (const [each, why] of changed) this.#backend(each).healthChanged(each, why);
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
    const all = [...this.#servers.values()].filter((each) => each.backend === backend && !each.server.isLeaving);
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
