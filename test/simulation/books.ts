/** Whether all that the balancer counts agrees with what its sessions hold, at any time, and is nothing at the end. */

import type { Server } from '../../src/balancer/server.js';
import type { Scenario } from './scenario.js';
import type { SimDriver } from './sim-driver.js';
import { SIGHTS } from './sightings.js';
import type { WitnessedFarm } from './witnessed-farm.js';
import type { World } from './world.js';

/** Longer than any entry of a stick table lives. */
const LONG_AFTER_MS = 1_000_000;
const NOBODY = { source: Uint8Array.of(0, 0, 0, 0), account: 'nobody' };

export class Books {
  readonly #world: World;
  readonly #servers: Scenario['servers'];
  readonly #farm: WitnessedFarm;
  /** Sessions that are not closed. */
  #living: SimDriver[] = [];
  #seen = 0;

  constructor(world: World) {
    this.#world = world;
    this.#servers = world.scenario.servers;
    this.#farm = world.farm;
  }

  audit(): string | undefined {
    const { visits, backend } = this.#world;
    if (this.#seen !== visits.size) {
      this.#living.push(...[...visits.keys()].slice(this.#seen));
      this.#seen = visits.size;
    }
    this.#living = this.#living.filter((driver) => driver.ends.length === 0);
    for (const driver of this.#living) driver.learn();
    for (const server of this.#servers) {
      const wrong = this.#auditServer(server) ?? this.#auditSeen(server);
      if (wrong !== undefined) return `${server.name}: ${wrong}`;
    }
    const queued = this.#living.filter(
      ({ witness: { life, search } }) => life.kind === 'placing' && search.kind === 'queued',
    );
    if (backend.queuedNow !== queued.length) return `${backend.queuedNow} are in the queue, and ${queued.length} wait`;
    return this.#auditQueue(queued) ?? this.#auditAdmission();
  }

  atTheEnd(): string | undefined {
    const { scheduler, visits, backend } = this.#world;
    if (scheduler.pending > 0) return `${scheduler.pending} timers are left`;
    for (const driver of visits.keys()) {
      if (driver.session.state.kind !== 'closed') return `session ${driver.id} is left ${driver.session.state.kind}`;
    }
    for (const { name, sessionsNow, unansweredNow } of this.#servers) {
      if (sessionsNow !== 0 || unansweredNow !== 0)
        return `${name} is left with ${sessionsNow} sessions, ${unansweredNow} unanswered`;
    }
    const table = backend.stickTable;
    const laterMs = scheduler.nowMs() + LONG_AFTER_MS;
    // What no session holds runs out; each match clears away a few.
    for (let round = 0; round <= visits.size; round += 1) table?.match(NOBODY, laterMs);
    if (table !== undefined && table.storedNow > 0)
      return `${table.storedNow} entries of the stick table are held by nobody`;
    return this.audit();
  }

  #auditServer(server: Server): string | undefined {
    let places = 0;
    let legs = 0;
    let unanswered = 0;
    for (const {
      witness,
      session,
      legs: { server: leg },
      isDialling,
    } of this.#living) {
      if (witness.place !== server) continue;
      places += 1;
      if (isDialling || leg?.isOpen === true) legs += 1;
      if (session.answer === undefined || session.answer.status === 0) unanswered += witness.traffic.client.unanswered;
    }
    if (server.sessionsNow !== places) return `counts ${server.sessionsNow} sessions, and ${places} have a place`;
    if (server.unansweredNow !== unanswered) return `counts ${server.unansweredNow} unanswered, and owes ${unanswered}`;
    const isLimitKnown = this.#world.scenario.turnsAtMs.length === 0;
    if (isLimitKnown && legs > server.maxconn) return `${legs} connections, maxconn ${server.maxconn}`;
    return undefined;
  }

  /** What a server counts is what all its sessions have seen of it. */
  #auditSeen(server: Server): string | undefined {
    const { seen } = server;
    const witnesses = [...this.#world.visits.keys()].map(({ witness: { sightings } }) => sightings);
    for (const sight of SIGHTS) {
      const least = witnesses.reduce((sum, sightings) => sum + sightings.least(server, sight), 0);
      const most = witnesses.reduce((sum, sightings) => sum + sightings.most(server, sight), 0);
      if (seen[sight] < least || seen[sight] > most) return `counts ${seen[sight]} ${sight}, should be ${least}`;
    }
    return undefined;
  }

  /** Nobody waits where there is nobody to wait for, or for a place that is free: certain where any server will do. */
  #auditQueue(queued: readonly SimDriver[]): string | undefined {
    const { whyNone, candidates } = this.#farm;
    if (whyNone !== undefined && queued.length > 0) return `${queued.length} wait though there is ${whyNone}`;
    const { balance, stick } = this.#world.scenario.backendRules;
    if (balance === 'source' || balance === 'account' || stick !== undefined) return undefined;
    for (const { id, failedTries } of queued) {
      if (failedTries.length > 0) continue;
      const free = candidates.find(({ sessionsNow, maxconn }) => sessionsNow < maxconn);
      if (free !== undefined) return `session ${id} waits though ${free.name} has room`;
    }
    return undefined;
  }

  #auditAdmission(): string | undefined {
    const { admission, places, visits } = this.#world;
    const present = this.#living.map((driver) => visits.get(driver)).filter((visit) => visit !== undefined);
    const withPlace = present.filter(({ hasPlace }) => hasPlace).length;
    if (admission.sessionsNow !== withPlace) return `${admission.sessionsNow} are let in, should be ${withPlace}`;
    if (places.sessionsNow !== withPlace) return `${places.sessionsNow} in the frontend, should be ${withPlace}`;
    if (places.sourceMaxconn === Infinity) return undefined;
    const sources = new Map<string, number>();
    for (const { source } of present) {
      if (source !== undefined) sources.set(source, (sources.get(source) ?? 0) + 1);
    }
    const isSame =
      sources.size === places.bySource.size &&
      [...sources].every(([source, count]) => places.bySource.get(source) === count);
    return isSame ? undefined : 'the counts by source are wrong';
  }
}
