/** Compares all that the supervision of servers does and says with what is expected of it. */

import type { CloseReason } from '../../../src/balancer/close-reason.js';
import type { Server, Wish } from '../../../src/balancer/server.js';
import type { ProbeOutcome } from '../../../src/health/probe.js';
import type { EventName } from '../../../src/log/event.js';
import type { SupervisedServer } from '../../../src/supervision/supervised-server.js';
import { isUp, mayTake, status } from './expected-farm.js';
import type { ExpectedFarm, ExpectedServer } from './expected-farm.js';
import type { Gateway } from './gateway.js';
import { Promises } from './promises.js';
import type { SpVisit } from './sp-visit.js';

const LEAVES: ReadonlySet<CloseReason> = new Set(['server-marked-down', 'backup-released']);
/** How long a client is given to read that it must leave. */
const LEAVE_MS = 1001;

/** A server of the world: as it is expected, as it is, and the gateway behind it. */
export interface WitnessedServer {
  readonly expected: ExpectedServer;
  readonly server: Server;
  readonly gateway: Gateway;
  readonly promises: Promises;
}

export interface WitnessedWorld {
  nowMs(): number;
  /** Those that are not closed. */
  readonly visits: ReadonlySet<SpVisit>;
  supervised(expected: ExpectedServer): SupervisedServer;
  fail(why: string): never;
}

export class HealthWitness {
  readonly farm: ExpectedFarm;
  readonly servers: WitnessedServer[] = [];
  /** What has happened: for a test to see that the worlds have it all. */
  readonly seen = new Set<string>();
  readonly #world: WitnessedWorld;
  /** Set while what happens follows from a cause that the farm has been told of. */
  #hasCause = false;
  #isSupervised = true;
  /** When those who leave for their server's sake were told so. */
  /** The server that has just come up. */
  #cameUp: string | undefined;
  readonly #leaving = new Map<SpVisit, number>();

  constructor(farm: ExpectedFarm, world: WitnessedWorld) {
    this.farm = farm;
    this.#world = world;
  }

  adds(expected: ExpectedServer, server: Server, gateway: Gateway): void {
    this.servers.push({ expected, server, gateway, promises: new Promises(expected, gateway) });
  }

  of(server: Server): WitnessedServer {
    const found = this.servers.find((each) => each.server === server);
    return found ?? this.#world.fail(`no server ${server.name}`);
  }

  /** Nothing is found out from now on. */
  supervisionEnds(): void {
    this.#isSupervised = false;
  }

  starts(act: () => void): void {
    this.#because(() => this.farm.started(this.#world.nowMs()), act);
  }

  probeBegins({ expected, promises }: WitnessedServer): void {
    if (expected.wish === 'maint') this.#world.fail(`${expected.name} is probed in maintenance`);
    const wrong = promises.probeBegins(this.#world.nowMs());
    if (wrong !== undefined) this.#world.fail(`${expected.name} ${wrong}`);
  }

  probed({ expected, promises }: WitnessedServer, outcome: ProbeOutcome, act: () => void): void {
    if (expected.wish === 'maint') this.#world.fail(`${expected.name} is probed in maintenance`);
    promises.probeEnds();
    if (outcome.status === 'L7OK') promises.cleared(this.#world.nowMs());
    this.#because(() => this.farm.probed(expected, outcome, this.#world.nowMs()), act);
  }

  wishes({ expected, promises }: WitnessedServer, wish: Wish, why: string, act: () => void): void {
    const nowMs = this.#world.nowMs();
    const hasLeft = expected.wish === 'maint' && wish !== 'maint';
    promises.ordered(nowMs);
    if (wish === 'maint') promises.enteredMaintenance();
    this.#because(() => this.farm.wished(expected, wish, why, nowMs), act);
    if (hasLeft) promises.leftMaintenance(nowMs);
  }

  weighs({ expected }: WitnessedServer, weight: number, why: string, act: () => void): void {
    this.#because(() => this.farm.weighed(expected, weight, why), act);
  }

  forces({ expected, promises }: WitnessedServer, to: 'up' | 'down', act: () => void): void {
    promises.ordered(this.#world.nowMs());
    promises.turned(this.#world.nowMs());
    this.#because(() => this.farm.forced(expected, to, this.#world.nowMs()), act);
  }

  logged(name: EventName, values: Readonly<Record<string, unknown>>): void {
    if (!this.#hasCause && this.farm.linesLeft === 0 && name === 'server-down') this.#ejected(values);
    const line = this.farm.nextLine();
    if (line === undefined) this.#world.fail(`logs ${textOf(name, values)} without a cause`);
    const { sessionsOf } = line;
    const sessions = sessionsOf === undefined ? {} : { sessions: this.#sessionsOn(sessionsOf) };
    const expected = textOf(line.name, { ...line.values, ...sessions });
    const written = textOf(name, values);
    if (written !== expected) this.#world.fail(`logs ${written}, and should ${expected}`);
    this.seen.add(name);
    if (name === 'server-up') this.#cameUp = `${String(values['backend'])}/${String(values['server'])}`;
  }

  dials(server: Server): void {
    const { expected } = this.of(server);
    if (!mayTake(expected)) this.#world.fail(`a session is placed on ${expected.name}, which is ${status(expected)}`);
  }

  /** After every event. */
  audit(): void {
    if (this.farm.linesLeft > 0) {
      const { name, values } = this.farm.nextLine() ?? { name: '', values: {} };
      this.#world.fail(`does not log ${textOf(name, values)}`);
    }
    for (const each of this.servers) this.#auditServer(each);
    for (const visit of this.#world.visits) this.#auditVisit(visit);
    this.#cameUp = undefined;
  }

  #auditVisit(visit: SpVisit): void {
    const { conversation, state } = visit.session;
    const nowMs = this.#world.nowMs();
    if (state.kind === 'ending' && LEAVES.has(state.reason)) {
      const sinceMs = this.#leaving.get(visit) ?? nowMs;
      if (!this.#leaving.has(visit)) this.#left(visit, state.reason);
      this.#leaving.set(visit, sinceMs);
      if (nowMs > sinceMs + LEAVE_MS) this.#world.fail(`session ${visit.id} has not left since ${sinceMs} ms`);
    }
    if (state.kind !== 'relaying' || conversation === undefined) return;
    const { expected } = this.of(conversation.server);
    const { onMarkedDown, onMarkedUp } = expected.backend.plan.rules;
    if (onMarkedDown === 'close' && !isUp(expected)) {
      this.#world.fail(`session ${visit.id} stays on ${expected.name}, which is ${status(expected)}`);
    }
    const cameUp = expected.backend.servers.find(({ name }) => name === this.#cameUp);
    const mustGo = onMarkedUp !== 'keep' && cameUp?.plan.backup === false && mayTake(cameUp);
    if (mustGo && expected.plan.backup) {
      this.#world.fail(`session ${visit.id} stays on ${expected.name}, though ${cameUp.name} has come up`);
    }
  }

  /** A session was told to leave: a backup only for a server that takes it instead. */
  #left({ id, session }: SpVisit, reason: CloseReason): void {
    this.seen.add(reason);
    const { conversation } = session;
    if (conversation === undefined) return;
    const { expected } = this.of(conversation.server);
    const { backend, plan } = expected;
    if (reason !== 'backup-released') {
      const mustLeave = backend.plan.rules.onMarkedDown === 'close' && !isUp(expected);
      if (!mustLeave) this.#world.fail(`session ${id} left ${expected.name}, which is ${status(expected)}`);
      return;
    }
    const isReleased = backend.servers.some((server) => !server.plan.backup && mayTake(server));
    if (!plan.backup || !isReleased) this.#world.fail(`session ${id} left ${plan.name} for nobody's sake`);
  }

  #auditServer({ expected, gateway, promises, server }: WitnessedServer): void {
    const nowMs = this.#world.nowMs();
    const supervised = this.#world.supervised(expected);
    const { own } = expected;
    const shown = [supervised.status, supervised.isUp, server.isUp, server.sessionsNow, supervised.changedAtMs];
    const right = [status(expected), isUp(expected), isUp(expected), this.#sessionsOn(expected), expected.saidAtMs];
    this.#compare(expected, shown, right);
    const health = supervised.checker?.health;
    if (own !== undefined && health !== undefined) {
      const { changedAtMs, checks, failures, timesDown, why, word } = health;
      const kept = [word, checks, failures, timesDown, changedAtMs, why, Math.round(health.downtimeMs(nowMs))];
      const { changedAtMs: at, checks: probes, failures: failed, timesDown: downs, why: because, word: said } = own;
      this.#compare(expected, kept, [said, probes, failed, downs, at, because, Math.round(own.downtimeMs(nowMs))]);
    }
    if (!this.#isSupervised) return;
    const waitsSinceMs = Math.min(Infinity, ...gateway.owed.map(({ atMs }) => atMs));
    const broken = promises.broken(nowMs, waitsSinceMs);
    if (broken !== undefined) this.#world.fail(`${expected.name} ${broken}`);
  }

  #compare({ name }: ExpectedServer, shown: readonly unknown[], right: readonly unknown[]): void {
    const isRight = shown.every((value, index) => value === right[index]);
    if (!isRight) this.#world.fail(`${name} is [${shown.join(', ')}] and should be [${right.join(', ')}]`);
  }

  /** Nobody but live traffic can have put it down: what it says must be true. */
  #ejected({ backend, server, why }: Readonly<Record<string, unknown>>): void {
    const { expected, promises } =
      this.servers.find((each) => each.expected.name === `${String(backend)}/${String(server)}`) ??
      this.#world.fail(`no server ${String(server)}`);
    const untrue = promises.untrue(String(why), this.#world.nowMs());
    if (untrue !== undefined) this.#world.fail(`${expected.name} is put down by "${String(why)}", but ${untrue}`);
    this.seen.add(
      String(why)
        .replace(/[\d.,]+ ?|m(?=s )|\(.*/g, '')
        .trim(),
    );
    this.farm.ejected(expected, String(why), this.#world.nowMs());
    promises.turned(this.#world.nowMs());
  }

  #because(tellFarm: () => void, act: () => void): void {
    tellFarm();
    this.#hasCause = true;
    act();
    this.#hasCause = false;
    if (this.farm.linesLeft > 0) this.audit();
  }

  #sessionsOn(expected: ExpectedServer): number {
    let sessions = 0;
    for (const { session } of this.#world.visits) {
      const state = session.placing?.state;
      const tried = state === undefined || state.kind === 'idle' || state.kind === 'queued' ? undefined : state.server;
      const server = session.conversation?.server ?? tried;
      if (server !== undefined && this.of(server).expected === expected) sessions += 1;
    }
    return sessions;
  }
}

/** The values in the order of their names; one that both have made by the same sum may differ in the last bit. */
function textOf(name: string, values: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${name} ${JSON.stringify(sorted, (_key, value: unknown) => (typeof value === 'number' ? Math.round(value) : value))}`;
}
