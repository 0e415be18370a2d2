/** Draws a screen of `cmpp-lb top`: the figures and the operator's choices become lines. Pure. */

import { ageText } from '../../admin/commands/age.js';
import { cut, fitTable, shortNumber } from './columns.js';
import { ratesOf } from './figures.js';
import type { Figures, Rates, TrafficFigures } from './figures.js';
import { columnsOf, rowsOf } from './rows.js';
import type { Pair, Row, Tone } from './rows.js';
import { chosenOf, views } from './state.js';
import type { Dialog, Shown, TopState } from './state.js';

export interface Line {
  /** ASCII without control characters, at most as long as the screen is wide. */
  readonly text: string;
  readonly tone: Tone | 'heading' | 'alarm' | 'ask';
  readonly isChosen: boolean;
}

export interface Size {
  readonly columns: number;
  /** Infinity for all there is, where nothing scrolls. */
  readonly rows: number;
}

export interface Scene {
  /** Undefined before the first answer. */
  readonly pair: Pair | undefined;
  readonly state: TopState;
  readonly size: Size;
  /** Why the balancer did not answer the last question; undefined if it did. */
  readonly trouble: string | undefined;
}

/** The lines of a screen, and what keys may choose on it. */
export interface Screen {
  readonly lines: readonly Line[];
  readonly shown: Shown;
}

/** Above the table: the process, what passes, the views; and the head of the table itself. */
const LINES_ABOVE = 4;
const LINES_BELOW = 1;

export function drawScreen({ pair, state, size, trouble }: Scene): Screen {
  const room = Math.max(1, size.rows - LINES_ABOVE - LINES_BELOW);
  const head = headLines(pair, trouble).map((line) => ({ ...line, isChosen: false }));
  const rows = pair === undefined ? [] : rowsOf(pair, state);
  const choices = rows.flatMap(({ choice }) => choice ?? []);
  const body = state.dialog?.kind === 'help' ? HELP.map(plainLine) : tableLines(rows, state, size.columns, room);
  const filled = Number.isFinite(size.rows)
    ? [...body, ...Array.from({ length: room + 1 }, () => plainLine(''))]
    : body;
  const lines = [...head, plainLine(viewLine(state, pair)), ...filled.slice(0, room + 1), footLine(state)];
  return {
    lines: lines.map((line) => ({ ...line, text: cut(line.text, size.columns) })),
    shown: { choices, pageRows: room },
  };
}

function headLines(pair: Pair | undefined, trouble: string | undefined): Omit<Line, 'isChosen'>[] {
  const alarm = trouble === undefined ? undefined : `trying again: ${trouble}`;
  if (pair === undefined)
    return [
      { text: alarm ?? 'asking the balancer', tone: 'alarm' },
      { text: '', tone: 'plain' },
    ];
  const { process } = pair.now;
  const { version, pid, node, uptimeMs, isStopping } = process;
  const who = `cmpp-lb ${version} on ${node}, pid ${pid}, up ${ageText(uptimeMs)}${isStopping ? ', stopping' : ''}`;
  return [
    alarm === undefined ? { text: who, tone: 'heading' } : { text: alarm, tone: 'alarm' },
    { text: totalsText(pair), tone: 'plain' },
  ];
}

/** Of all frontends together. */
function totalsText({ now, before }: Pair): string {
  const { sessionsNow, sessionsLimit, rateNow, idlePercent } = now.process;
  const total = sumOf(now);
  const rates = ratesOf(total, before && sumOf(before), before === undefined ? 0 : now.takenMs - before.takenMs);
  const perSecond = (read: (rates: Rates) => number): string => (rates === undefined ? '-' : shortNumber(read(rates)));
  return [
    `sessions ${sessionsNow}${sessionsLimit === null ? '' : `/${sessionsLimit}`}`,
    `new ${rateNow}/s`,
    `SUBMIT ${perSecond(({ submits }) => submits)}/s`,
    `DELIVER ${perSecond(({ delivers }) => delivers)}/s`,
    `window ${total.unansweredNow}`,
    `idle ${Math.round(idlePercent)}%`,
  ].join('  ');
}

/** What is worth a word only while there is some of it. */
function unusual({ now, before }: Pair): string[] {
  const moving = now.backends.reduce((sum, { movingNow }) => sum + movingNow, 0);
  const held = now.backends.reduce((sum, { heldNow }) => sum + heldNow, 0);
  const limited = before === undefined ? 0 : Math.max(0, limitedIn(now) - limitedIn(before));
  const perSecond = before === undefined ? 0 : (limited * 1000) / (now.takenMs - before.takenMs);
  const words: [string, number][] = [
    ['moving', moving],
    ['held', held],
  ];
  const texts = words.filter(([, count]) => count > 0).map(([word, count]) => `${word} ${count}`);
  return limited > 0 ? [...texts, `limited ${shortNumber(perSecond)}/s`] : texts;
}

function limitedIn({ frontends }: Figures): number {
  return frontends.reduce((sum, { limited }) => sum + limited.rejected + limited.delayed, 0);
}

function sumOf({ frontends }: Figures): TrafficFigures {
  const sum = (read: (figures: TrafficFigures) => number): number =>
    frontends.reduce((total, frontend) => total + read(frontend), 0);
  return {
    bytesIn: sum(({ bytesIn }) => bytesIn),
    bytesOut: sum(({ bytesOut }) => bytesOut),
    pdusIn: { SUBMIT: sum(({ pdusIn }) => pdusIn['SUBMIT'] ?? 0) },
    pdusOut: { DELIVER: sum(({ pdusOut }) => pdusOut['DELIVER'] ?? 0) },
    unansweredNow: sum(({ unansweredNow }) => unansweredNow),
  };
}

function viewLine({ view, sort, search, isPaused, dialog }: TopState, pair: Pair | undefined): string {
  const tabs = views.map((name) => (name === view ? `[${name}]` : ` ${name} `)).join('');
  const parts = [tabs, `sort: ${sort[view]}`];
  if (search !== '' || dialog?.kind === 'search') parts.push(`search: ${search}`);
  if (isPaused) parts.push('PAUSED');
  if (pair !== undefined) parts.push(...unusual(pair));
  return parts.join('   ');
}

/** The head of the table, and as many rows as there is room for, the one that the cursor is on among them. */
function tableLines(rows: readonly Row[], state: TopState, width: number, room: number): Line[] {
  const cells = rows.map((row) => row.cells);
  const [head = '', ...texts] = fitTable(columnsOf[state.view], cells, width);
  const chosen = chosenOf(
    state,
    rows.flatMap(({ choice }) => choice ?? []),
  );
  const at = rows.findIndex(({ choice }) => choice !== undefined && choice.key === chosen?.key);
  const first = Number.isFinite(room) ? Math.max(0, Math.min(at - Math.floor(room / 2), rows.length - room)) : 0;
  const lines = rows.map(({ tone }, index): Line => ({
    text: texts[index] ?? '',
    tone,
    isChosen: index === at && Number.isFinite(room),
  }));
  return [{ text: head, tone: 'heading', isChosen: false }, ...lines.slice(first, first + room)];
}

function footLine({ dialog, message }: TopState): Line {
  if (dialog !== undefined) return { text: dialogText(dialog), tone: 'ask', isChosen: false };
  return { ...plainLine(message === '' ? KEYS : message), tone: message === '' ? 'heading' : 'ask' };
}

const KEYS = 'Drain  Keep  Ready  Maint  Weight  Tab:view  /:search  Sort  Pause  ?:help  Quit';

function dialogText(dialog: Dialog): string {
  switch (dialog.kind) {
    case 'help':
      return 'any key goes back';
    case 'search':
      return 'type what to search for; enter keeps it, escape forgets it';
    case 'confirm':
      return dialog.question;
    case 'weight':
      return `weight of ${dialog.server}, 0 to 256 or percent: ${dialog.text}_  enter sets it, escape does not`;
  }
}

const HELP: readonly string[] = [
  'up, down, page up, page down, home, end   choose a row',
  'd   drain the server: no new sessions, and those that it has move to others',
  'k   the same, but those that it has stay',
  'm   maintenance: no new sessions, no checks, those that it has stay',
  'r   ready: it takes sessions again',
  'w   its weight, 0 to 256, or percent of the weight that it was declared with',
  'tab   servers, accounts, sessions',
  '/   show only rows with a text in them; escape shows all',
  's   sort by something else',
  'p   pause, and go on',
  'q   quit',
  '',
  'SUBM/s, DLVR/s   SUBMITs of clients and DELIVERs of servers in a second',
  'WINDOW   requests of clients that wait for an answer',
  'QUEUE   sessions that wait for a place',
  'MOVING, HELD   sessions on their way elsewhere, and whose requests wait',
  'MOVED, DOUBT   sessions that have left it, and SUBMITs that it never answered',
  'LIMITED   SUBMITs beyond the rate or window of their account',
];

function plainLine(text: string): Line {
  return { text, tone: 'plain', isChosen: false };
}
