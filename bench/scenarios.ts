/** What is measured: the one table of scenarios, the figures each gives, and the goals. Pure. */

import type { Load, Observation } from './measurement.js';
import type { Pace } from './load-programs.js';

/** `at-most` binds our own median; `times-haproxy` the median of ours divided by HAProxy's of the same run. */
interface Goal {
  readonly kind: 'at-most' | 'times-haproxy';
  readonly limit: number;
}

export interface Figure {
  readonly name: string;
  /** Digits after the point. */
  readonly digits: number;
  /** Undefined: shown for comparison only. */
  readonly goal: Goal | undefined;
  /** The figure of one run, from the observations of the scenario's loads, in their order. */
  of(observations: readonly Observation[]): number;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly loads: readonly Load[];
  readonly figures: readonly Figure[];
}

type TrafficObservation = Extract<Observation, { kind: 'traffic' }>;

const MANY_SESSIONS = 7900;
/** Percent of one CPU. */
const CHECKS_GOAL: Goal = { kind: 'at-most', limit: 5 };

export const scenarios: readonly Scenario[] = [
  {
    name: 'one-in-flight',
    about: '64 sessions, one SUBMIT in flight on each, 2 s',
    loads: [traffic(64, { kind: 'window', window: 1 })],
    figures: [cpuRatio(2.9)],
  },
  {
    name: 'saturated',
    about: '64 sessions, windows of 16 full, 2 s',
    loads: [traffic(64, { kind: 'window', window: 16 })],
    figures: [cpuRatio(2.5)],
  },
  {
    name: 'paced',
    about: '10,000 SUBMITs/s over 200 sessions, 2 s',
    loads: [traffic(200, { kind: 'rate', perSecond: 10_000 })],
    figures: [
      latency('latency p50, µs', 'p50Us', undefined),
      latency('latency p99, µs', 'p99Us', { kind: 'times-haproxy', limit: 2 }),
      latency('latency max, µs', 'maxUs', undefined),
    ],
  },
  {
    name: 'login-storm',
    about: '7,900 sessions log in at once and stay idle',
    loads: [{ kind: 'idle', sessions: MANY_SESSIONS, settleS: 1, idleS: 2 }],
    figures: [
      {
        name: 'all logged in, s',
        digits: 2,
        goal: { kind: 'at-most', limit: 1.5 },
        of: ([only]) => idleOf(only).loginS,
      },
      {
        name: 'memory per idle session, kB',
        digits: 1,
        goal: { kind: 'at-most', limit: 10 },
        of: ([only]) => idleOf(only).kbPerSession,
      },
      { name: 'CPU while idle, ms/s', digits: 2, goal: undefined, of: ([only]) => idleOf(only).cpuMsPerS },
    ],
  },
  {
    name: 'scaling',
    about: '5,000 SUBMITs/s over 10 and over 7,900 sessions, 2 s each, warmed up',
    loads: [10, MANY_SESSIONS].map((sessions) => ({
      ...traffic(sessions, { kind: 'rate', perSecond: 5000 }),
      hasWarmUp: true,
    })),
    figures: [
      growth('balancer CPU / SMSC CPU, 7,900 / 10', { kind: 'at-most', limit: 1.2 }, cpuToServer),
      growth('balancer CPU per message, 7,900 / 10', undefined, (load) => load.balancerUsPerMessage),
      growth('SMSC CPU per message, 7,900 / 10', undefined, (load) => load.serverUsPerMessage),
    ],
  },
  {
    name: 'checks',
    about: '200 servers, each checked once a second with CONNECT, ACTIVE_TEST and TERMINATE, no session',
    loads: [{ kind: 'checks', sessions: 0, servers: 200, startS: 5, laterS: 10 }],
    figures: [
      { name: 'CPU in the first 5 s, %', digits: 1, goal: CHECKS_GOAL, of: ([only]) => checksOf(only).startPercent },
      { name: 'CPU in the next 10 s, %', digits: 1, goal: CHECKS_GOAL, of: ([only]) => checksOf(only).laterPercent },
    ],
  },
];

/** The same load for a trial of the benchmark itself: too short for figures that mean anything. */
export function shortened(load: Load): Load {
  if (load.kind === 'idle') return { ...load, settleS: 0.3, idleS: 0.5 };
  return load.kind === 'checks' ? { ...load, startS: 2, laterS: 1 } : { ...load, trafficS: 0.5 };
}

/** Descriptors that a balancer needs for a scenario: two a session, one a check, and some of its own; the others need half. */
export function descriptorsFor(scenario: Scenario): number {
  const needs = scenario.loads.map((load) => 2 * load.sessions + (load.kind === 'checks' ? load.servers : 0));
  return Math.max(...needs) + 200;
}

function traffic(sessions: number, pace: Pace): Extract<Load, { kind: 'traffic' }> {
  return { kind: 'traffic', sessions, pace, trafficS: 2, hasWarmUp: false };
}

function cpuRatio(limit: number): Figure {
  return {
    name: 'balancer CPU / SMSC CPU',
    digits: 2,
    goal: { kind: 'at-most', limit },
    of: ([only]) => cpuToServer(trafficOf(only)),
  };
}

function cpuToServer(observed: TrafficObservation): number {
  return observed.balancerUsPerMessage / observed.serverUsPerMessage;
}

/** How many times larger something is under the second load than under the first. */
function growth(name: string, goal: Goal | undefined, pick: (observed: TrafficObservation) => number): Figure {
  return { name, digits: 2, goal, of: ([few, many]) => pick(trafficOf(many)) / pick(trafficOf(few)) };
}

function latency(name: string, key: 'p50Us' | 'p99Us' | 'maxUs', goal: Goal | undefined): Figure {
  return { name, digits: 0, goal, of: ([only]) => trafficOf(only)[key] };
}

function trafficOf(observation: Observation | undefined): TrafficObservation {
  if (observation?.kind !== 'traffic') throw new Error('This figure needs a load of kind traffic.');
  return observation;
}

function idleOf(observation: Observation | undefined): Extract<Observation, { kind: 'idle' }> {
  if (observation?.kind !== 'idle') throw new Error('This figure needs a load of kind idle.');
  return observation;
}

function checksOf(observation: Observation | undefined): Extract<Observation, { kind: 'checks' }> {
  if (observation?.kind !== 'checks') throw new Error('This figure needs a load of kind checks.');
  return observation;
}
