/**
 * The health of one server as HAProxy's manual tells it, for the witness: how many probes in a row have failed or passed,
 * and when it was down. Naive on purpose, and without the counter of the code under test. Pure.
 */

import type { CheckRules } from '../../../src/health/rules.js';

interface DownSpan {
  readonly fromMs: number;
  untilMs: number;
}

/** Whether a change is one that is only shown, or one that others must act on. */
export type Change = 'none' | 'step' | 'up' | 'down';

export class ExpectedHealth {
  readonly #rules: CheckRules;
  isUp: boolean;
  /** In a row: failures of a server that is up, passes of one that is down. */
  #against: number;
  readonly #spans: DownSpan[] = [];
  checks = 0;
  failures = 0;
  timesDown = 0;
  changedAtMs = 0;
  why: string;

  constructor(rules: CheckRules) {
    const { fall, initState, rise } = rules;
    this.#rules = rules;
    this.isUp = initState === 'fully-up' || initState === 'up';
    this.#against = { 'fully-up': 0, up: fall - 1, down: rise - 1, 'fully-down': 0 }[initState];
    this.why = `init-state ${initState}`;
    if (!this.isUp) this.#spans.push({ fromMs: 0, untilMs: Infinity });
  }

  get word(): string {
    const { fall, rise } = this.#rules;
    if (this.#against === 0) return this.isUp ? 'UP' : 'DOWN';
    return this.isUp ? `UP ${fall - this.#against}/${fall}` : `DOWN ${this.#against}/${rise}`;
  }

  downtimeMs(nowMs: number): number {
    return this.#spans.reduce((sum, { fromMs, untilMs }) => sum + Math.min(untilMs, nowMs) - fromMs, 0);
  }

  probed(hasPassed: boolean, why: string, nowMs: number): Change {
    this.checks += 1;
    if (!hasPassed && this.word !== 'DOWN') this.failures += 1;
    const before = this.word;
    if (hasPassed === this.isUp) this.#against = 0;
    else this.#against += 1;
    if (this.#against === (this.isUp ? this.#rules.fall : this.#rules.rise)) return this.#turn(0, why, nowMs);
    return this.word === before ? 'none' : 'step';
  }

  forced(to: 'up' | 'down', nowMs: number): Change {
    if (this.isUp !== (to === 'up')) return this.#turn(0, `set ${to} by the operator`, nowMs);
    this.#against = 0;
    return 'none';
  }

  ejected(why: string, nowMs: number): Change {
    return this.isUp ? this.#turn(this.#rules.rise - 1, why, nowMs) : 'none';
  }

  leftMaintenance(nowMs: number): Change {
    if (!this.isUp) return this.#turn(this.#rules.fall - 1, 'left maintenance', nowMs);
    this.#against = this.#rules.fall - 1;
    return 'none';
  }

  #turn(against: number, why: string, nowMs: number): Change {
    this.isUp = !this.isUp;
    this.#against = against;
    this.why = why;
    this.changedAtMs = nowMs;
    const last = this.#spans.at(-1);
    if (this.isUp && last !== undefined) last.untilMs = nowMs;
    if (!this.isUp) {
      this.timesDown += 1;
      this.#spans.push({ fromMs: nowMs, untilMs: Infinity });
    }
    return this.isUp ? 'up' : 'down';
  }
}
