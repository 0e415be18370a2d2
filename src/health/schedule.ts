/**
 * When probes begin, and how long they may take. Pure.
 *
 * What it promises: a server that was fully up and stalls is down within `fall` x `inter` (one and a half `inter` when
 * `fall` is 1). The worst moment is right after a probe has passed: then it takes a pause of `inter` and `fall` probes
 * that run into their time, one after the other. HAProxy takes the pause before each of them, and so nearly twice as long.
 */

import type { Random } from '../runtime/random.js';
import { fullyUp, isUp } from './health.js';
import type { CheckStatus, ProbeLimits } from './probe.js';
import type { CheckRules } from './rules.js';

/** A pause is shortened by chance, by so many thousandths. Only shortened: lengthened, it would break the promise. */
const LEAST_SHORTER = 20;
const MOST_SHORTER = 75;
/**
 * A pause between two probes ends on a tick, so that those of many servers which are due near each other begin in one
 * turn of the event loop: a process that wakes for each of them finds its caches cold each time. It is cut short to the
 * tick before, so that the two together take 10 % at most.
 *
 * This puts no servers in step. On which tick a probe begins is left to chance: the pauses of one server end on three
 * different ticks at least, and where those of several end on the same one, their next are drawn anew. So the servers
 * stay spread over all ticks of an interval, each with about a fortieth of them.
 */
const TICKS_PER_INTERVAL = 40;

/** A probe that has come to an end. */
export interface EndedProbe {
  readonly startedAtMs: number;
  /** What it found; undefined if it was broken off and found nothing. */
  readonly status: CheckStatus | undefined;
}

/** How long a probe may take in whole, so that `fall` of them and the pause before the first fit into the promise. */
export function longestProbeMs({ interMs, fall }: Pick<CheckRules, 'interMs' | 'fall'>): number {
  return fall === 1 ? interMs / 2 : (interMs * (fall - 1)) / fall;
}

export function limitsOf(rules: CheckRules): ProbeLimits {
  return { wholeMs: longestProbeMs(rules), answerMs: rules.timeoutMs };
}

/** How long from now until the next probe begins; `counter` is that of the server's health after this one. */
export function pauseAfter(
  { startedAtMs, status }: EndedProbe,
  counter: number,
  nowMs: number,
  rules: CheckRules,
  random: Random,
): number {
  const hasRunOut = status === 'L4TOUT' || status === 'L7TOUT';
  const usualMs = usualInterval(counter, rules);
  // It has waited already. If its own limit is less than a probe may take in whole, the rest of that is waited out, so
  // that a server is not put down for a short halt by `fall` short probes in a row.
  const intervalMs = hasRunOut && isUp(counter, rules) ? Math.min(usualMs, limitsOf(rules).wholeMs) : usualMs;
  const dueMs = startedAtMs + shortened(intervalMs, random);
  return Math.max(0, tickBefore(dueMs, intervalMs) - nowMs);
}

/** How long at most until the next probe of a server that was put up or down by other means than a probe. */
export function pauseInTransition({ interMs, fastinterMs }: CheckRules, random: Random): number {
  return shortened(Math.min(interMs, fastinterMs), random);
}

/** The pauses before the first probes of servers that are checked so: spread evenly over the shortest interval, as HAProxy does. */
export function firstPauses(checks: readonly CheckRules[]): readonly number[] {
  const intervalsMs = checks.flatMap(({ interMs, fastinterMs, downinterMs }) => [interMs, fastinterMs, downinterMs]);
  const shortestMs = Math.min(...intervalsMs);
  return checks.map((_, index) => (index * shortestMs) / checks.length);
}

/** From the start of one probe to that of the next. */
function usualInterval(counter: number, rules: CheckRules): number {
  if (counter === fullyUp(rules)) return rules.interMs;
  return counter === 0 ? rules.downinterMs : rules.fastinterMs;
}

function shortened(intervalMs: number, random: Random): number {
  const thousandths = LEAST_SHORTER + random.below(MOST_SHORTER - LEAST_SHORTER + 1);
  return intervalMs * (1 - thousandths / 1000);
}

/** The clock's own zero is that of all servers' ticks. */
function tickBefore(dueMs: number, intervalMs: number): number {
  const tickMs = intervalMs / TICKS_PER_INTERVAL;
  return Math.floor(dueMs / tickMs) * tickMs;
}
