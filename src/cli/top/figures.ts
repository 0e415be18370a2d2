/** What `cmpp-lb top` knows of the balancer at one moment: the answers to its questions, read into values. Pure. */

import * as z from 'zod';
import { asciiText } from '../../log/escape.js';

const counts = z.record(z.string(), z.number());
/** Whatever the balancer says, nothing of it steers the terminal. */
const text = z.string().transform(asciiText);

const traffic = {
  name: text,
  sessionsNow: z.number(),
  sessionsLimit: z.number().nullable(),
  rateNow: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  pdusIn: counts,
  pdusOut: counts,
  unansweredNow: z.number(),
};
const moves = z.object({ left: z.number(), arrived: z.number(), failed: z.number(), inDoubt: z.number() });
const place = {
  ...traffic,
  mode: text,
  status: text,
  weight: z.number(),
  queuedNow: z.number(),
  movingNow: z.number(),
  heldNow: z.number(),
  moves,
};
const limited = z.object({ rejected: z.number(), delayed: z.number() });
const check = z.object({ status: text.nullable(), text: text.nullable(), durationMs: z.number().nullable() });

/** The part of a snapshot that is shown; what a newer balancer has beside it is passed over. */
const snapshotSchema = z.object({
  process: z.object({
    version: text,
    pid: z.number(),
    node: text,
    uptimeMs: z.number(),
    isStopping: z.boolean(),
    sessionsNow: z.number(),
    sessionsLimit: z.number().nullable(),
    rateNow: z.number(),
    idlePercent: z.number(),
  }),
  frontends: z.array(
    z.object({
      ...traffic,
      isOpen: z.boolean(),
      limited,
    }),
  ),
  backends: z.array(
    z.object({ ...place, accepts: z.boolean(), servers: z.array(z.object({ ...place, check: check.nullable() })) }),
  ),
  /** Those with the most sessions. */
  accounts: z.object({ leading: z.array(z.object({ name: text, limited })) }),
});

type Snapshot = z.output<typeof snapshotSchema>;
export type ServerFigures = Snapshot['backends'][number]['servers'][number];
export type TrafficFigures = Pick<
  Snapshot['frontends'][number],
  'bytesIn' | 'bytesOut' | 'pdusIn' | 'pdusOut' | 'unansweredNow'
>;

/** A line of `show sess`. */
export interface SessionFigures {
  /** As the log calls it. */
  readonly id: number;
  readonly account: string;
  readonly source: string;
  readonly frontend: string;
  /** BACKEND/SERVER, or `-` before it has one. */
  readonly server: string;
  readonly age: string;
  readonly state: string;
}

export interface Figures extends Snapshot {
  /** By the clock of who asked. */
  readonly takenMs: number;
  /** In the order in which they came; undefined where they were not asked for. */
  readonly sessions: readonly SessionFigures[] | undefined;
}

/** Undefined where it is no snapshot that this version understands. */
export function readFigures(takenMs: number, snapshot: string, sessions: string | undefined): Figures | undefined {
  const parsed = snapshotSchema.safeParse(jsonOf(snapshot));
  return (
    parsed.data && { ...parsed.data, takenMs, sessions: sessions === undefined ? undefined : readSessions(sessions) }
  );
}

function jsonOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function readSessions(lines: string): SessionFigures[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const pairs = new Map(
        Array.from(line.matchAll(/ ([a-z]+)=([^ ]*)/g), ([, key = '', value = '']) => [key, value]),
      );
      const word = (key: string): string => asciiText(pairs.get(key) ?? '-');
      const server = word('srv');
      return {
        id: Number(pairs.get('id')),
        account: word('account'),
        source: word('src'),
        frontend: word('fe'),
        server: server === '<none>' ? '-' : `${word('be')}/${server}`,
        age: word('age'),
        state: word('state'),
      };
    });
}

/** A second's worth of what passes; undefined where there is nothing to compare with. */
export interface Rates {
  readonly submits: number;
  readonly delivers: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What was counted between two moments; never negative, as counters may have been cleared. */
export function ratesOf(now: TrafficFigures, before: TrafficFigures | undefined, passedMs: number): Rates | undefined {
  if (before === undefined || passedMs <= 0) return undefined;
  const perSecond = (read: (figures: TrafficFigures) => number): number =>
    Math.max(0, ((read(now) - read(before)) * 1000) / passedMs);
  return {
    submits: perSecond(({ pdusIn }) => pdusIn['SUBMIT'] ?? 0),
    delivers: perSecond(({ pdusOut }) => pdusOut['DELIVER'] ?? 0),
    bytesIn: perSecond(({ bytesIn }) => bytesIn),
    bytesOut: perSecond(({ bytesOut }) => bytesOut),
  };
}

/** The same for JSON: every frontend, backend and server with its rates, null where there is nothing to compare with. */
export function ratedFigures(now: Figures, before: Figures | undefined): unknown {
  const passedMs = before === undefined ? 0 : now.takenMs - before.takenMs;
  const rated = <Some extends TrafficFigures & { readonly name: string }>(
    some: Some,
    earlier: readonly Some[] = [],
  ) => {
    const rates = ratesOf(
      some,
      earlier.find(({ name }) => name === some.name),
      passedMs,
    );
    return { ...some, perSecond: rates ?? null };
  };
  return {
    process: now.process,
    frontends: now.frontends.map((frontend) => rated(frontend, before?.frontends)),
    backends: now.backends.map((backend) => {
      const earlier = before?.backends.find(({ name }) => name === backend.name);
      const servers = backend.servers.map((server) => rated(server, earlier?.servers));
      return { ...rated(backend, before?.backends), servers };
    }),
  };
}

/** An account that is logged in, from its sessions. */
export interface AccountFigures {
  readonly account: string;
  readonly sessions: number;
  readonly sources: number;
  /** `smsc/s1:3 smsc/s2:1`, the most first. */
  readonly servers: string;
}

export function accountsOf(sessions: readonly SessionFigures[]): AccountFigures[] {
  const byAccount = new Map<string, SessionFigures[]>();
  for (const session of sessions) {
    const { account } = session;
    if (account === '-') continue;
    const own = byAccount.get(account);
    if (own === undefined) byAccount.set(account, [session]);
    else own.push(session);
  }
  return Array.from(byAccount, ([account, own]) => ({
    account,
    sessions: own.length,
    // Without the port.
    sources: new Set(own.map(({ source }) => source.replace(/:\d+$/, ''))).size,
    servers: countsText(own.map(({ server }) => server)),
  }));
}

function countsText(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([word, count]) => `${word}:${count}`)
    .join(' ');
}
