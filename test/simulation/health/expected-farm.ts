/**
 * All servers and backends as the operator may expect them, for the witness: who may take sessions, and every line that
 * the log should say, in order. It follows causes (a probe, an order, an ejection) and asks nothing of the code under test.
 */

import type { Wish } from '../../../src/balancer/server.js';
import type { ProbeOutcome } from '../../../src/health/probe.js';
import type { EventName } from '../../../src/log/event.js';
import { ExpectedHealth } from './expected-health.js';
import type { BackendPlan, ServerPlan } from './plan.js';

/** A line of the log, without what only the moment of writing can tell: how many sessions the server has. */
export interface ExpectedLine {
  readonly name: EventName;
  readonly values: Readonly<Record<string, unknown>>;
  /** Whose sessions the line counts. */
  readonly sessionsOf: ExpectedServer | undefined;
}

export interface ExpectedServer {
  readonly backend: ExpectedBackend;
  readonly plan: ServerPlan;
  readonly name: string;
  readonly own: ExpectedHealth | undefined;
  tracked: ExpectedServer | undefined;
  wish: Wish;
  weight: number;
  /** What the log has said of it last, and since when. */
  saidUp: boolean;
  saidAtMs: number;
}

export interface ExpectedBackend {
  readonly plan: BackendPlan;
  readonly servers: ExpectedServer[];
  saidAccepts: boolean;
}

export class ExpectedFarm {
  readonly servers: readonly ExpectedServer[];
  readonly backends: readonly ExpectedBackend[];
  readonly #lines: ExpectedLine[] = [];

  constructor(plans: readonly BackendPlan[]) {
    this.backends = plans.map((plan) => {
      const backend: ExpectedBackend = { plan, servers: [], saidAccepts: true };
      backend.servers.push(...plan.servers.map((server) => expectedServer(backend, server)));
      return backend;
    });
    this.servers = this.backends.flatMap(({ servers }) => servers);
    for (const server of this.servers) {
      const { track } = server.plan;
      if (track !== undefined) server.tracked = this.find(track.backend, track.server);
    }
  }

  find(backend: string, server: string): ExpectedServer {
    const found = this.servers.find(({ name }) => name === `${backend}/${server}`);
    if (found === undefined) throw new Error(`no server ${backend}/${server}`);
    return found;
  }

  /** The line that must be written next. */
  nextLine(): ExpectedLine | undefined {
    return this.#lines.shift();
  }

  get linesLeft(): number {
    return this.#lines.length;
  }

  started(nowMs: number): void {
    this.#sayAll(
      this.servers.map((server) => [server, whyAtStart(server)]),
      nowMs,
    );
    for (const server of this.servers.filter(({ wish }) => wish !== 'ready')) this.#sayWish(server, DISABLED);
    for (const backend of this.backends) this.#sayAccepts(backend);
  }

  probed(server: ExpectedServer, { durationMs, hasPassed, text }: ProbeOutcome, nowMs: number): void {
    const change = server.own?.probed(hasPassed, text, nowMs);
    if (change === 'step') this.#line('server-health', server, { why: text, checkMs: durationMs });
    if (change === 'up' || change === 'down') this.#spread(server, text, nowMs);
  }

  ejected(server: ExpectedServer, why: string, nowMs: number): void {
    if (server.own?.ejected(why, nowMs) === 'down') this.#spread(server, why, nowMs);
  }

  forced(server: ExpectedServer, to: 'up' | 'down', nowMs: number): void {
    if (server.own === undefined) return;
    server.own.forced(to, nowMs);
    this.#spread(server, server.own.why, nowMs);
  }

  wished(server: ExpectedServer, wish: Wish, why: string, nowMs: number): void {
    const before = server.wish;
    if (before === wish) return;
    server.wish = wish;
    if (before === 'maint') server.own?.leftMaintenance(nowMs);
    this.#sayWish(server, why);
    this.#spread(server, why, nowMs);
  }

  weighed(server: ExpectedServer, weight: number, why: string): void {
    server.weight = weight;
    this.#sayWish(server, why);
  }

  #spread(server: ExpectedServer, why: string, nowMs: number): void {
    this.#sayAll(this.#sharing(server, why), nowMs);
  }

  /** Those that go together are all what they are now before anything is said of the first. */
  #sayAll(all: readonly (readonly [ExpectedServer, string])[], nowMs: number): void {
    const changed = all.filter(([each]) => each.saidUp !== isUp(each));
    for (const [each] of changed) each.saidUp = isUp(each);
    for (const [each, because] of changed) this.#say(each, because, nowMs);
  }

  #sharing(server: ExpectedServer, why: string): (readonly [ExpectedServer, string])[] {
    const others = this.servers.filter(({ tracked }) => tracked === server);
    return [[server, why], ...others.flatMap((other) => this.#sharing(other, `${server.name}: ${why}`))];
  }

  #say(server: ExpectedServer, why: string, nowMs: number): void {
    const { backend, saidAtMs, saidUp: nowUp } = server;
    server.saidAtMs = nowMs;
    if (nowUp) this.#line('server-up', server, { why, ...upNow(backend), downMs: nowMs - saidAtMs });
    else {
      const sessionsGo = backend.plan.rules.onMarkedDown;
      this.#line('server-down', server, { why, ...upNow(backend), sessionsGo }, server);
    }
    this.#sayAccepts(backend);
  }

  #sayWish(server: ExpectedServer, why: string): void {
    this.#line('server-wish', server, { why, ...upNow(server.backend) }, server);
    this.#sayAccepts(server.backend);
  }

  #sayAccepts(backend: ExpectedBackend): void {
    const nowAccepts = candidates(backend).length >= Math.max(1, backend.plan.rules.minUp);
    if (backend.saidAccepts === nowAccepts) return;
    backend.saidAccepts = nowAccepts;
    const { name, rules } = backend.plan;
    const values = { backend: name, ...upNow(backend), ...(nowAccepts ? {} : { minUp: rules.minUp }) };
    this.#lines.push({ name: nowAccepts ? 'backend-accepts' : 'backend-refuses', values, sessionsOf: undefined });
  }

  #line(
    name: EventName,
    server: ExpectedServer,
    values: Readonly<Record<string, unknown>>,
    sessionsOf?: ExpectedServer,
  ): void {
    const all = { backend: server.backend.plan.name, server: server.plan.name, status: status(server), ...values };
    this.#lines.push({ name, values: all, sessionsOf });
  }
}

const DISABLED = 'disabled in the configuration';

function whyAtStart({ own, tracked, wish }: ExpectedServer): string {
  if (tracked !== undefined) return `${tracked.name}: ${whyAtStart(tracked)}`;
  return wish === 'maint' ? DISABLED : (own?.why ?? 'not checked');
}

/** Whether it is up in truth, whatever has been said of it. */
export function isUp(server: ExpectedServer): boolean {
  return maintainer(server) === undefined && (healthOf(server)?.isUp ?? true);
}

/** HAProxy's words. */
export function status(server: ExpectedServer): string {
  if (server.wish === 'maint') return 'MAINT';
  const via = maintainer(server);
  if (via !== undefined) return `MAINT (via ${via.name})`;
  if (isUp(server) && (server.wish === 'drain' || server.weight === 0)) return 'DRAIN';
  return healthOf(server)?.word ?? 'no check';
}

/** Whether a new session may go there at this moment. */
export function mayTake(server: ExpectedServer): boolean {
  const choices = candidates(server.backend, isUp);
  return choices.includes(server) && choices.length >= server.backend.plan.rules.minUp;
}

/** Whether it is out of use, for whatever reason: what the floor on ejections counts. */
export function isOut({ saidUp, weight, wish }: ExpectedServer): boolean {
  return !saidUp || weight === 0 || wish !== 'ready';
}

function candidates(backend: ExpectedBackend, knownUp = ({ saidUp }: ExpectedServer) => saidUp): ExpectedServer[] {
  const usable = backend.servers.filter((server) => knownUp(server) && server.wish === 'ready' && server.weight > 0);
  const main = usable.filter(({ plan }) => !plan.backup);
  if (main.length > 0) return main;
  return backend.plan.rules.allBackups ? usable : usable.slice(0, 1);
}

function upNow({ servers }: ExpectedBackend): { readonly upNow: number; readonly servers: number } {
  return { upNow: servers.filter((server) => !isOut(server)).length, servers: servers.length };
}

function healthOf({ own, tracked }: ExpectedServer): ExpectedHealth | undefined {
  return own ?? (tracked && healthOf(tracked));
}

function maintainer({ tracked }: ExpectedServer): ExpectedServer | undefined {
  return tracked === undefined || tracked.wish === 'maint' ? tracked : maintainer(tracked);
}

function expectedServer(backend: ExpectedBackend, plan: ServerPlan): ExpectedServer {
  const { check, name, weight, wish } = plan;
  return {
    backend,
    plan,
    name: `${backend.plan.name}/${name}`,
    own: check && new ExpectedHealth(check.rules),
    tracked: undefined,
    wish,
    weight,
    saidUp: true,
    saidAtMs: 0,
  };
}
