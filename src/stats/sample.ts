/** What the charts show, read from two snapshots: what passed between them, and what is there now. Pure. */

import type { Values } from './history.js';
import type { Snapshot } from './snapshot.js';

/** The charts, in their order, and the series of each: one, or one a server (`sessions:smsc/server1`). */
export const CHARTS = [
  { name: 'messages', series: ['submit', 'deliver'] },
  { name: 'latency', series: ['latency'] },
  { name: 'sessions', series: ['sessions'] },
] as const;

/** What has passed since the start. */
export interface Passed {
  readonly atMs: number;
  readonly submits: number;
  readonly delivers: number;
  /** SUBMITs beyond the limits of their account. */
  readonly limited: number;
  /** How many SUBMITs each server has answered, and how long that took them together. */
  readonly answers: ReadonlyMap<string, { readonly count: number; readonly sumMs: number }>;
}

const SECOND_MS = 1000;
const SUBMIT = 'SUBMIT';
const DELIVER = 'DELIVER';

export function passedBy({ frontends, backends }: Snapshot, atMs: number): Passed {
  return {
    atMs,
    submits: frontends.reduce((sum, { pdusIn }) => sum + (pdusIn[SUBMIT] ?? 0), 0),
    delivers: frontends.reduce((sum, { pdusOut }) => sum + (pdusOut[DELIVER] ?? 0), 0),
    limited: frontends.reduce((sum, { limited }) => sum + limited.rejected + limited.delayed, 0),
    answers: new Map(
      backends.flatMap(({ name: backend, servers }) =>
        servers.map(({ name, submitLatency }) => [`${backend}/${name}`, submitLatency] as const),
      ),
    ),
  };
}

export interface Rates {
  readonly submit: number | null;
  readonly deliver: number | null;
  readonly limited: number | null;
}

/** Messages a second; null where counters were cleared meanwhile. */
export function ratesBetween(before: Passed, now: Passed): Rates {
  const perSecond = (count: number): number | null =>
    count < 0 || now.atMs <= before.atMs ? null : (count * SECOND_MS) / (now.atMs - before.atMs);
  return {
    submit: perSecond(now.submits - before.submits),
    deliver: perSecond(now.delivers - before.delivers),
    limited: perSecond(now.limited - before.limited),
  };
}

/** The average time to a SUBMIT's answer of each server, in milliseconds; null where none was answered meanwhile. */
export function latenciesBetween(before: Passed, now: Passed): Values {
  const averages = Array.from(now.answers, ([server, { count, sumMs }]): [string, number | null] => {
    const { count: countBefore = 0, sumMs: sumBefore = 0 } = before.answers.get(server) ?? {};
    // Fewer than before: they were cleared.
    return [`latency:${server}`, count > countBefore ? (sumMs - sumBefore) / (count - countBefore) : null];
  });
  return Object.fromEntries(averages);
}

export function sampleOf({ backends }: Snapshot, rates: Rates, latencies: Values): Values {
  const moving = backends.reduce((sum, { movingNow }) => sum + movingNow, 0);
  const held = backends.reduce((sum, { heldNow }) => sum + heldNow, 0);
  const servers = backends.flatMap(({ name: backend, servers: all }) =>
    all.flatMap(({ name, check, sessionsNow }): [string, number | null][] => [
      [`sessions:${backend}/${name}`, sessionsNow],
      ...(check === null
        ? []
        : [[`check:${backend}/${name}`, check.hasPassed ? check.durationMs : null] as [string, number | null]]),
    ]),
  );
  return { ...rates, moving, held, ...latencies, ...Object.fromEntries(servers) };
}
