/** How healthy a server is: the counter of HAProxy 2.6, and the record of one server that is kept by it. Pure. */

import type { ProbeOutcome } from './probe.js';
import type { InitState, RiseAndFall } from './rules.js';

/**
 * The counter goes from 0 (fully down) to this (fully up), and from `rise` on the server is up. So the one number also
 * says how many more failures, or passes, it takes to change that.
 */
export function fullyUp({ rise, fall }: RiseAndFall): number {
  return rise + fall - 1;
}

export function isUp(counter: number, { rise }: RiseAndFall): boolean {
  return counter >= rise;
}

/** What each init-state means. `up` is one failure from down, as HAProxy begins, and as it leaves maintenance. */
const INITIAL_COUNTERS: Readonly<Record<InitState, (rules: RiseAndFall) => number>> = {
  'fully-up': fullyUp,
  up: ({ rise }) => rise,
  down: ({ rise }) => rise - 1,
  'fully-down': () => 0,
};

export function initialCounter(state: InitState, rules: RiseAndFall): number {
  return INITIAL_COUNTERS[state](rules);
}

/** One pass brings a server that is up to the full counter, and one failure a server that is down to zero. */
export function afterProbe(counter: number, hasPassed: boolean, rules: RiseAndFall): number {
  if (!hasPassed) return isUp(counter - 1, rules) ? counter - 1 : 0;
  return isUp(counter + 1, rules) ? fullyUp(rules) : counter + 1;
}

/** Down, but so that one pass is enough. A server that is down already comes no nearer to being up by it. */
export function afterEjection(counter: number, { rise }: RiseAndFall): number {
  return Math.min(counter, rise - 1);
}

/** HAProxy's status words: `UP`, `UP 2/3`, `DOWN 1/2`, `DOWN`. */
export function healthWord(counter: number, rules: RiseAndFall): string {
  if (counter === fullyUp(rules)) return 'UP';
  if (counter === 0) return 'DOWN';
  return isUp(counter, rules) ? `UP ${counter - rules.rise + 1}/${rules.fall}` : `DOWN ${counter}/${rules.rise}`;
}

/**
 * The counter under other rules: up stays up and down stays down. What is fully so stays fully so; in between, as many
 * failures or passes are missing as before, as far as the rules have so many.
 */
export function afterRules(counter: number, before: RiseAndFall, now: RiseAndFall): number {
  if (!isUp(counter, before)) return Math.min(counter, now.rise - 1);
  if (counter === fullyUp(before)) return fullyUp(now);
  return Math.min(now.rise + counter - before.rise, fullyUp(now));
}

/** What came of a change: `up` and `down` are what others must act on, a `step` is only on the way there. */
export interface Transition {
  readonly kind: 'none' | 'step' | 'up' | 'down';
}

export const NO_TRANSITION: Transition = { kind: 'none' };

/** The record as whoever shows it sees it. */
export type ShownHealth = Omit<HealthRecord, 'use' | 'probed' | 'forced' | 'ejected' | 'leftMaintenance'>;

/** The health of one server, with all that is shown of it. */
export class HealthRecord {
  #rules: RiseAndFall;
  #counter: number;
  #checks = 0;
  #failures = 0;
  #timesDown = 0;
  /** Of the times down that are over. */
  #downtimeMs = 0;
  #changedAtMs: number;
  #why: string;
  #lastOutcome: ProbeOutcome | undefined;

  constructor(rules: RiseAndFall & { readonly initState: InitState }, nowMs: number) {
    this.#rules = rules;
    this.#counter = initialCounter(rules.initState, rules);
    this.#changedAtMs = nowMs;
    this.#why = `init-state ${rules.initState}`;
  }

  get counter(): number {
    return this.#counter;
  }

  get isUp(): boolean {
    return isUp(this.#counter, this.#rules);
  }

  get word(): string {
    return healthWord(this.#counter, this.#rules);
  }

  /** Probes that came to an end. */
  get checks(): number {
    return this.#checks;
  }

  /** Probes that failed while it was not fully down already: HAProxy's `chkfail`, though its manual says `while it is up`. */
  get failures(): number {
    return this.#failures;
  }

  /** How often it went from up to down: `chkdown`. */
  get timesDown(): number {
    return this.#timesDown;
  }

  /** When it last went from up to down or back, or began: `lastchg` counts from here. */
  get changedAtMs(): number {
    return this.#changedAtMs;
  }

  /** What made it go up or down then. */
  get why(): string {
    return this.#why;
  }

  get lastOutcome(): ProbeOutcome | undefined {
    return this.#lastOutcome;
  }

  /** How long it has been down in all, until now: `downtime`. */
  downtimeMs(nowMs: number): number {
    return this.isUp ? this.#downtimeMs : this.#downtimeMs + nowMs - this.#changedAtMs;
  }

  /** It goes by other rules, as healthy as it was. */
  use(rules: RiseAndFall): void {
    this.#counter = afterRules(this.#counter, this.#rules, rules);
    this.#rules = rules;
  }

  probed(outcome: ProbeOutcome, nowMs: number): Transition {
    this.#checks += 1;
    this.#lastOutcome = outcome;
    if (outcome.status === 'SOCKERR') return NO_TRANSITION;
    if (!outcome.hasPassed && this.#counter > 0) this.#failures += 1;
    return this.#moveTo(afterProbe(this.#counter, outcome.hasPassed, this.#rules), outcome.text, nowMs);
  }

  /** The operator says that it is up or down, until the probes say otherwise. */
  forced(to: 'up' | 'down', nowMs: number): Transition {
    return this.#moveTo(to === 'up' ? fullyUp(this.#rules) : 0, `set ${to} by the operator`, nowMs);
  }

  /** Live traffic says that it is down. */
  ejected(text: string, nowMs: number): Transition {
    return this.#moveTo(afterEjection(this.#counter, this.#rules), text, nowMs);
  }

  leftMaintenance(nowMs: number): Transition {
    return this.#moveTo(initialCounter('up', this.#rules), 'left maintenance', nowMs);
  }

  /** The one place that changes the counter, so that everything that is shown agrees with it. */
  #moveTo(counter: number, why: string, nowMs: number): Transition {
    const hasChanged = counter !== this.#counter;
    const wasUp = this.isUp;
    const downtimeMs = this.downtimeMs(nowMs);
    this.#counter = counter;
    if (this.isUp === wasUp) return hasChanged ? { kind: 'step' } : NO_TRANSITION;
    this.#downtimeMs = downtimeMs;
    this.#changedAtMs = nowMs;
    this.#why = why;
    if (wasUp) this.#timesDown += 1;
    return { kind: wasUp ? 'down' : 'up' };
  }
}
