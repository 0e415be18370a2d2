/** How a simulated gateway behaves towards probes and sessions, and when that changes, drawn from a seed. Pure. */

import type { ProbeLimits } from '../../../src/health/probe.js';
import type { Draw } from '../draw.js';
import type { CheckPlan } from './plan.js';

export interface GatewayManner {
  readonly name: 'well' | 'slow' | 'hangs' | 'dead' | 'unreachable' | 'slams' | 'rejects' | 'busy' | 'stuck';
  /** What becomes of a new connection; `slammed`: it is opened, and closed at once. */
  readonly dial: 'opened' | 'slammed' | 'refused' | 'silent';
  /** Infinity: it never answers. */
  readonly answerMs: number;
  readonly loginStatus: number;
  readonly isBusy: boolean;
  /** It answers everything but SUBMIT. */
  readonly isStuck: boolean;
  /** What happens to the connections that there are when it begins to behave so. */
  readonly breaks: boolean;
}

export interface GatewayChange {
  readonly atMs: number;
  readonly manner: GatewayManner;
}

const WELL: GatewayManner = {
  name: 'well',
  dial: 'opened',
  answerMs: 2,
  loginStatus: 0,
  isBusy: false,
  isStuck: false,
  breaks: false,
};

const BAD = { slow: 2, hangs: 4, dead: 4, unreachable: 2, slams: 1, rejects: 1, busy: 2, stuck: 2 } as const;

/** The first one is what it is like from the start. */
export function drawGatewayChanges(draw: Draw, endsAtMs: number): readonly GatewayChange[] {
  const changes: GatewayChange[] = [{ atMs: 0, manner: draw.percent(85) ? WELL : drawBad(draw) }];
  const times = Array.from({ length: draw.pick([0, 1, 2, 4, 8]) }, () => draw.below(endsAtMs)).sort((a, b) => a - b);
  for (const atMs of times) changes.push({ atMs, manner: draw.percent(45) ? WELL : drawBad(draw) });
  if (draw.percent(10)) changes.push(...flapping(draw, endsAtMs));
  return changes.sort((one, other) => one.atMs - other.atMs);
}

function flapping(draw: Draw, endsAtMs: number): GatewayChange[] {
  const fromMs = draw.below(endsAtMs);
  const periodMs = draw.pick([150, 700, 1900]);
  const bad = drawBad(draw);
  return Array.from({ length: draw.between(2, 10) }, (_, nth) => ({
    atMs: fromMs + nth * periodMs,
    manner: nth % 2 === 0 ? bad : WELL,
  }));
}

function drawBad(draw: Draw): GatewayManner {
  const name = draw.weighted(BAD);
  switch (name) {
    case 'slow':
      return { ...WELL, name, answerMs: draw.pick([60, 150, 450, 1200, 3000]) };
    case 'hangs':
      return { ...WELL, name, answerMs: Infinity };
    case 'dead':
      return { ...WELL, name, answerMs: Infinity, dial: 'refused', breaks: true };
    case 'unreachable':
      return { ...WELL, name, answerMs: Infinity, dial: 'silent' };
    case 'slams':
      return { ...WELL, name, answerMs: Infinity, dial: 'slammed', breaks: true };
    case 'rejects':
      return { ...WELL, name, loginStatus: 3 };
    case 'busy':
      return { ...WELL, name, isBusy: true };
    case 'stuck':
      return { ...WELL, name, isStuck: true };
  }
}

/** Whether a probe passes that meets this manner from its beginning to its end; `isKept`: it has a login already. */
export function passesProbe(
  { settings }: CheckPlan,
  { answerMs, dial, loginStatus }: GatewayManner,
  latencyMs: number,
  limits: ProbeLimits,
  isKept: boolean,
): boolean {
  const isOpened = dial === 'opened' || dial === 'slammed';
  if (settings.kind === 'tcp') return isOpened && latencyMs <= limits.wholeMs;
  const exchangeMs = answerMs + latencyMs;
  const exchanges = isKept || (settings.account === undefined && loginStatus !== 0) ? 1 : 2;
  const wholeMs = (isKept ? 0 : latencyMs) + exchanges * exchangeMs;
  if (exchangeMs > limits.answerMs || wholeMs > limits.wholeMs) return false;
  return isKept || (dial === 'opened' && (loginStatus === 0 || settings.account === undefined));
}
