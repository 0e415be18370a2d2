/** Drives the probes of one server, and is the one door by which its health changes. */

import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { HealthRecord, NO_TRANSITION } from './health.js';
import type { ShownHealth, Transition } from './health.js';
import type { Probe, ProbeOutcome } from './probe.js';
import type { CheckRules } from './rules.js';
import { limitsOf, pauseAfter, pauseInTransition } from './schedule.js';

/** From the start of one probe to that of the next, however often it is suspected. */
const LEAST_INTERVAL_MS = 250;

interface CheckWatcher {
  /** A probe has come to an end. */
  probed(outcome: ProbeOutcome, transition: Transition): void;
  /** A probe threw: a bug. The server's health is as before, and the probes go on. */
  failed(error: unknown): void;
}

/** How a server is checked. */
export interface Check {
  readonly probe: Probe;
  readonly rules: CheckRules;
}

export interface CheckerParts extends Check {
  readonly clock: Clock;
  readonly random: Random;
  readonly watcher: CheckWatcher;
}

type State =
  | { readonly kind: 'new' }
  /** In maintenance. */
  | { readonly kind: 'suspended' }
  | { readonly kind: 'waiting'; readonly dueMs: number; readonly cancel: () => void }
  | { readonly kind: 'probing'; readonly startedAtMs: number }
  | { readonly kind: 'ended' };

export class Checker {
  #parts: CheckerParts;
  readonly #record: HealthRecord;
  #state: State = { kind: 'new' };
  #startedAtMs = -Infinity;

  constructor(parts: CheckerParts) {
    this.#parts = parts;
    this.#record = new HealthRecord(parts.rules, parts.clock.nowMs());
  }

  get rules(): CheckRules {
    return this.#parts.rules;
  }

  get health(): ShownHealth {
    return this.#record;
  }

  /** It waits for `start`. */
  get isNew(): boolean {
    return this.#state.kind === 'new';
  }

  /** The first probe begins after `pauseMs`; one that is suspended already waits for `resume`. */
  start(pauseMs: number): void {
    if (this.#state.kind === 'new') this.#wait(pauseMs);
  }

  /** Checks in another way, with the health that it has; a probe that is under way is given up, and the next is soon. */
  use({ probe, rules }: Check): void {
    const { kind } = this.#state;
    const isRunning = kind === 'waiting' || kind === 'probing';
    // With the former probe still in place, which may keep a connection open.
    if (isRunning) this.suspend();
    this.#parts = { ...this.#parts, probe, rules };
    this.#record.use(rules);
    if (isRunning) this.goOn();
  }

  /** Ends the probes for good, and gives up the one that is under way. */
  stop(): void {
    this.#leave({ kind: 'ended' });
  }

  /** The server is suspected: the next probe begins at once, unless one is under way or began a moment ago. */
  probeSoon(): void {
    this.#waitAtMost(0);
  }

  /** Maintenance: no probe until `resume`. */
  suspend(): void {
    if (this.#state.kind !== 'ended') this.#leave({ kind: 'suspended' });
  }

  /** The server leaves maintenance, one failure from down. */
  resume(): Transition {
    if (this.#state.kind !== 'suspended') return NO_TRANSITION;
    this.goOn();
    return this.#record.leftMaintenance(this.#parts.clock.nowMs());
  }

  /** Probes again, after `suspend`, with the health that it had. */
  goOn(): void {
    if (this.#state.kind !== 'suspended') return;
    const { random, rules } = this.#parts;
    // Sessions may come at once, so the probe does too; but not those of all the servers that leave it together.
    const mostMs = Math.min(rules.fastinterMs, LEAST_INTERVAL_MS);
    this.#wait((mostMs * random.below(1000)) / 1000);
  }

  /** The operator's word; the probes go on, and may change it again. */
  force(to: 'up' | 'down'): Transition {
    const { clock, random, rules } = this.#parts;
    this.#waitAtMost(pauseInTransition(rules, random));
    return this.#record.forced(to, clock.nowMs());
  }

  /** Live traffic's word; the next probe decides. In maintenance there is nothing to decide. */
  eject(text: string): Transition {
    if (this.#state.kind === 'suspended') return NO_TRANSITION;
    const { clock, random, rules } = this.#parts;
    const transition = this.#record.ejected(text, clock.nowMs());
    // One that is down already is left to its `downinter`, however often the traffic says so.
    if (transition.kind === 'down') this.#waitAtMost(pauseInTransition(rules, random));
    return transition;
  }

  #leave(next: State): void {
    const left = this.#state;
    this.#state = next;
    if (left.kind === 'waiting') left.cancel();
    // Between two probes as well: it may have kept a connection open.
    if (left.kind === 'waiting' || left.kind === 'probing') this.#giveUpProbe();
  }

  #wait(pauseMs: number): void {
    const { clock } = this.#parts;
    const cancel = clock.after(pauseMs, () => this.#begin());
    this.#state = { kind: 'waiting', dueMs: clock.nowMs() + pauseMs, cancel };
  }

  /** Makes a pause shorter, but not longer. */
  #waitAtMost(pauseMs: number): void {
    const state = this.#state;
    if (state.kind !== 'waiting') return;
    const nowMs = this.#parts.clock.nowMs();
    const dueMs = Math.max(nowMs + pauseMs, this.#startedAtMs + LEAST_INTERVAL_MS);
    if (dueMs >= state.dueMs) return;
    state.cancel();
    this.#wait(dueMs - nowMs);
  }

  #begin(): void {
    const { clock, probe, rules } = this.#parts;
    const probing: State = { kind: 'probing', startedAtMs: clock.nowMs() };
    this.#state = probing;
    this.#startedAtMs = probing.startedAtMs;
    try {
      probe.run(limitsOf(rules), (outcome) => {
        // What was given up may still have an end; it is no longer ours.
        if (this.#state === probing) this.#end(probing.startedAtMs, outcome);
      });
    } catch (error) {
      if (this.#state !== probing) return;
      this.#giveUpProbe();
      this.#waitAfter(probing.startedAtMs, undefined);
      this.#parts.watcher.failed(error);
    }
  }

  #end(startedAtMs: number, outcome: ProbeOutcome): void {
    const { clock, watcher } = this.#parts;
    const transition = this.#record.probed(outcome, clock.nowMs());
    // Before the watcher is told, since what it does then may be to suspend or to stop.
    this.#waitAfter(startedAtMs, outcome);
    watcher.probed(outcome, transition);
  }

  #waitAfter(startedAtMs: number, outcome: ProbeOutcome | undefined): void {
    const { clock, random, rules } = this.#parts;
    const ended = { startedAtMs, status: outcome?.status };
    this.#wait(pauseAfter(ended, this.#record.counter, clock.nowMs(), rules, random));
  }

  /** A probe that cannot even be stopped must not keep others from going on. */
  #giveUpProbe(): void {
    const { probe, watcher } = this.#parts;
    try {
      probe.stop();
    } catch (error) {
      watcher.failed(error);
    }
  }
}
