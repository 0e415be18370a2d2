/** The rows of each view of `cmpp-lb top`: which there are, in what order, and what stands in their cells. Pure. */

import { accountsOf, ratesOf } from './figures.js';
import type { Figures, Rates, ServerFigures, SessionFigures, TrafficFigures } from './figures.js';
import { shortNumber } from './columns.js';
import type { Column } from './columns.js';
import type { Choice, TopState, View } from './state.js';

/** The colour of a row says how its server is, as its status does in words. */
export type Tone = 'plain' | 'up' | 'changing' | 'down' | 'drain' | 'maint';

export interface Row {
  readonly cells: readonly string[];
  readonly tone: Tone;
  /** Undefined where the cursor cannot stand. */
  readonly choice: Choice | undefined;
}

/** The figures that are shown, and those before them, if there are any. */
export interface Pair {
  readonly now: Figures;
  readonly before: Figures | undefined;
}

const number = { align: 'right' } as const;

const serverColumns = [
  { title: 'SERVER', align: 'left', leastWidth: 16 },
  { title: 'STATUS', align: 'left' },
  { title: 'WGT', ...number },
  { title: 'SESS', ...number },
  { title: 'NEW/s', ...number, leftOutAs: 5 },
  { title: 'SUBM/s', ...number },
  { title: 'DLVR/s', ...number },
  { title: 'WINDOW', ...number },
  { title: 'QUEUE', ...number, leftOutAs: 2 },
  { title: 'MOVING', ...number, isRare: true },
  { title: 'HELD', ...number, isRare: true },
  { title: 'MOVED', ...number, isRare: true, leftOutAs: 4 },
  { title: 'DOUBT', ...number, isRare: true, leftOutAs: 3 },
  { title: 'LIMITED', ...number, isRare: true, leftOutAs: 3 },
  { title: 'IN B/s', ...number, leftOutAs: 7 },
  { title: 'OUT B/s', ...number, leftOutAs: 6 },
  { title: 'LAST CHECK', align: 'left', leastWidth: 24, leftOutAs: 1 },
] as const satisfies readonly Column[];

export const columnsOf: Readonly<Record<View, readonly Column[]>> = {
  servers: serverColumns,
  accounts: [
    { title: 'ACCOUNT', align: 'left' },
    { title: 'SESS', ...number },
    { title: 'SOURCES', ...number },
    { title: 'LIMITED', ...number, isRare: true },
    { title: 'SERVERS', align: 'left', leastWidth: 20 },
  ],
  sessions: [
    { title: 'ID', ...number },
    { title: 'ACCOUNT', align: 'left' },
    { title: 'SOURCE', align: 'left' },
    { title: 'FRONTEND', align: 'left', leastWidth: 10, leftOutAs: 1 },
    { title: 'SERVER', align: 'left', leastWidth: 16 },
    { title: 'AGE', ...number },
    { title: 'STATE', align: 'left' },
  ],
};

export function rowsOf(pair: Pair, state: TopState): Row[] {
  if (state.view === 'servers') return serverRows(pair, state);
  const sessions = pair.now.sessions ?? [];
  return state.view === 'accounts' ? accountRows(sessions, pair.now, state) : sessionRows(sessions, state);
}

/** The frontends, then each backend with those of its servers that are searched for below it. */
function serverRows({ now, before }: Pair, { sort, search }: TopState): Row[] {
  const passedMs = before === undefined ? 0 : now.takenMs - before.takenMs;
  const rates = (figures: TrafficFigures, earlier: TrafficFigures | undefined) => ratesOf(figures, earlier, passedMs);
  const frontends = now.frontends
    .filter(({ name }) => name.includes(search))
    .map((frontend): Row => {
      const { name, isOpen, sessionsNow, rateNow } = frontend;
      const passing = rates(
        frontend,
        before?.frontends.find((earlier) => earlier.name === name),
      );
      const status = isOpen ? 'OPEN' : 'STOP';
      const limited = frontend.limited.rejected + frontend.limited.delayed;
      const cells = cellsOf({
        SERVER: name,
        STATUS: status,
        SESS: count(sessionsNow),
        'NEW/s': count(rateNow),
        ...passingCells(frontend, passing),
        LIMITED: rare(limited),
      });
      return { cells, tone: isOpen ? 'plain' : 'down', choice: undefined };
    });
  const backends = now.backends.flatMap((backend): Row[] => {
    const earlier = before?.backends.find(({ name }) => name === backend.name);
    const servers = backend.servers
      .map((server) => {
        const twin = earlier?.servers.find(({ name }) => name === server.name);
        return { server, key: `${backend.name}/${server.name}`, passing: rates(server, twin) };
      })
      .filter(({ server, key }) => key.includes(search) || server.status.includes(search))
      .sort(serverOrder(sort.servers));
    if (servers.length === 0) return [];
    const own = rates(backend, earlier);
    const cells = placeCells(backend.name, backend, own, '');
    return [
      { cells, tone: backend.accepts ? 'plain' : 'down', choice: undefined },
      ...servers.map(({ server, key, passing }) => serverRow(server, key, passing)),
    ];
  });
  return [...frontends, ...backends];
}

interface Rated {
  readonly server: ServerFigures;
  readonly passing: Rates | undefined;
}

function serverOrder(by: string): (one: Rated, other: Rated) => number {
  const value = ({ server, passing }: Rated): number => {
    if (by === 'sessions') return server.sessionsNow;
    if (by === 'submits') return passing?.submits ?? 0;
    // All alike, so that they stay in the order of the file.
    return by === 'window' ? server.unansweredNow : 0;
  };
  return (one, other) => value(other) - value(one);
}

function serverRow(server: ServerFigures, key: string, passing: Rates | undefined): Row {
  const { check, status, mode, sessionsNow: sessions } = server;
  const lastCheck = [check?.status, check?.text].filter((part) => part !== null && part !== undefined).join(' ');
  return {
    cells: placeCells(`  ${key}`, server, passing, lastCheck),
    tone: toneOf(status),
    choice: { key, server: { sessions, canMove: mode === 'cmpp' } },
  };
}

function placeCells(
  name: string,
  place: Omit<ServerFigures, 'check'>,
  passing: Rates | undefined,
  lastCheck: string,
): string[] {
  const { status, weight, sessionsNow, rateNow, queuedNow, movingNow, heldNow, moves } = place;
  return cellsOf({
    SERVER: name,
    STATUS: status,
    WGT: count(weight),
    SESS: count(sessionsNow),
    'NEW/s': count(rateNow),
    ...passingCells(place, passing),
    QUEUE: count(queuedNow),
    MOVING: rare(movingNow),
    HELD: rare(heldNow),
    MOVED: rare(moves.left),
    DOUBT: rare(moves.inDoubt),
    'LAST CHECK': lastCheck,
  });
}

type ServerCells = Partial<Record<(typeof serverColumns)[number]['title'], string>>;

function passingCells({ unansweredNow }: TrafficFigures, rates: Rates | undefined): ServerCells {
  return {
    'SUBM/s': rate(rates?.submits),
    'DLVR/s': rate(rates?.delivers),
    WINDOW: count(unansweredNow),
    'IN B/s': rate(rates?.bytesIn),
    'OUT B/s': rate(rates?.bytesOut),
  };
}

function cellsOf(cells: ServerCells): string[] {
  return serverColumns.map(({ title }) => cells[title] ?? '');
}

/** HAProxy's words: `UP 1/3` is going down, `DOWN 1/2` is coming up. */
export function toneOf(status: string): Tone {
  if (/^(UP|DOWN) \d/.test(status)) return 'changing';
  if (status.startsWith('UP')) return 'up';
  if (status.startsWith('DOWN')) return 'down';
  if (status.startsWith('DRAIN') || status.startsWith('NOLB')) return 'drain';
  return status.startsWith('MAINT') ? 'maint' : 'plain';
}

function accountRows(sessions: readonly SessionFigures[], { accounts }: Figures, { sort, search }: TopState): Row[] {
  const limited = new Map(
    accounts.leading.map((each) => [each.name, each.limited.rejected + each.limited.delayed] as const),
  );
  return accountsOf(sessions)
    .filter(({ account }) => account.includes(search))
    .sort((one, other) => {
      const bySessions = sort.accounts === 'sessions' ? other.sessions - one.sessions : 0;
      return bySessions === 0 ? compare(one.account, other.account) : bySessions;
    })
    .map(({ account, sessions: own, sources, servers }) => ({
      cells: [account, String(own), String(sources), rare(limited.get(account) ?? 0), servers],
      tone: 'plain',
      choice: { key: account, server: undefined },
    }));
}

function sessionRows(sessions: readonly SessionFigures[], { sort, search }: TopState): Row[] {
  // Who came first has the lowest number.
  const order = (one: SessionFigures, other: SessionFigures): number => {
    if (sort.sessions === 'account') return compare(one.account, other.account) || one.id - other.id;
    if (sort.sessions === 'server') return compare(one.server, other.server) || one.id - other.id;
    return one.id - other.id;
  };
  return sessions
    .filter(({ account, source, server }) => [account, source, server].some((text) => text.includes(search)))
    .toSorted(order)
    .map(({ id, account, source, frontend, server, age, state }) => ({
      cells: [String(id), account, source, frontend, server, age, state],
      tone: 'plain',
      choice: { key: String(id), server: undefined },
    }));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function count(value: number): string {
  return value > 99_999 ? shortNumber(value) : String(value);
}

/** Nothing to be seen is what is usual. */
function rare(value: number): string {
  return value === 0 ? '' : count(value);
}

function rate(perSecond: number | undefined): string {
  return perSecond === undefined ? '-' : shortNumber(perSecond);
}
