/** A real probe of a simulated gateway: the witness is told what it found, and knows what it should have found. */

import { createProbe } from '../../../src/health/probe-table.js';
import type { Probe, ProbeLimits, ProbeOutcome } from '../../../src/health/probe.js';
import type { Clock } from '../../../src/runtime/clock.js';
import { passesProbe } from './gateway-manner.js';
import type { Gateway, GatewayLink } from './gateway.js';
import type { CheckPlan } from './plan.js';

export interface ProbeWitness {
  probeBegins(): void;
  /** To be told before the checker is, by `tell`. */
  probed(outcome: ProbeOutcome, tell: () => void): void;
  fail(why: string): never;
}

export class WatchedProbe implements Probe {
  readonly #plan: CheckPlan;
  readonly #gateway: Gateway;
  readonly #clock: Clock;
  readonly #witness: ProbeWitness;
  readonly #inner: Probe;
  #link: GatewayLink | undefined;
  #isWanted = false;

  constructor(plan: CheckPlan, gateway: Gateway, clock: Clock, witness: ProbeWitness) {
    this.#plan = plan;
    this.#gateway = gateway;
    this.#clock = clock;
    this.#witness = witness;
    const openLink = (_port: number | undefined, events: Parameters<Gateway['open']>[1]): GatewayLink => {
      this.#link = gateway.open('probe', events);
      return this.#link;
    };
    const { settings } = plan;
    const parts = { clock, openLink };
    this.#inner = settings.kind === 'tcp' ? createProbe(settings, parts) : createProbe(settings, parts);
  }

  run(limits: ProbeLimits, done: (outcome: ProbeOutcome) => void): void {
    if (this.#isWanted) this.#witness.fail('a probe begins while one is under way');
    this.#isWanted = true;
    this.#witness.probeBegins();
    const { changes, manner } = this.#gateway;
    const startedMs = this.#clock.nowMs();
    const isKept = this.#link?.isOpen === true;
    const isBreaking = this.#link?.isBreaking === true;
    const shouldPass = passesProbe(this.#plan, manner, this.#gateway.latencyMs, limits, isKept);
    this.#inner.run(limits, (outcome) => {
      if (!this.#isWanted) this.#witness.fail('a probe that was given up has found something');
      this.#isWanted = false;
      const tookMs = this.#clock.nowMs() - startedMs;
      if (tookMs > limits.wholeMs + 0.001) this.#witness.fail(`a probe took ${tookMs} ms`);
      // What a gateway that has changed meanwhile gives, is between the two.
      const isPlain = changes === this.#gateway.changes && !isBreaking;
      if (isPlain && outcome.hasPassed !== shouldPass) {
        this.#witness.fail(`a probe of a gateway that is ${manner.name}: ${outcome.status} ${outcome.text}`);
      }
      this.#witness.probed(outcome, () => done(outcome));
    });
  }

  stop(): void {
    this.#isWanted = false;
    this.#inner.stop();
  }
}
