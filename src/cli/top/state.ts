/** What the operator has chosen in `cmpp-lb top`, and what a key changes in it. Pure. */

import { sessionsDo } from '../../log/wording.js';
import type { Key } from './keys.js';

export const views = ['servers', 'accounts', 'sessions'] as const;
export type View = (typeof views)[number];

/** What each view may be sorted by; the first is how it begins. */
const sorts: Readonly<Record<View, readonly [string, ...string[]]>> = {
  servers: ['file', 'sessions', 'submits', 'window'],
  accounts: ['sessions', 'account'],
  sessions: ['age', 'account', 'server'],
};

/** Something that keys go to before anything else. */
export type Dialog =
  | { readonly kind: 'help' }
  | { readonly kind: 'search' }
  | { readonly kind: 'confirm'; readonly question: string; readonly command: string }
  | { readonly kind: 'weight'; readonly server: string; readonly text: string };

export interface TopState {
  readonly view: View;
  /** The row that the cursor is on, by its key; the first one where there is none of that key. */
  readonly selected: string | undefined;
  readonly sort: Readonly<Record<View, string>>;
  /** Rows without this text in them are left out. */
  readonly search: string;
  readonly isPaused: boolean;
  readonly dialog: Dialog | undefined;
  /** What the last command came to. */
  readonly message: string;
}

export const initialState: TopState = {
  view: 'servers',
  selected: undefined,
  sort: { servers: sorts.servers[0], accounts: sorts.accounts[0], sessions: sorts.sessions[0] },
  search: '',
  isPaused: false,
  dialog: undefined,
  message: '',
};

/** A row that the cursor can stand on. */
export interface Choice {
  readonly key: string;
  /** Of a server: what a command would meet. */
  readonly server: ChosenServer | undefined;
}

interface ChosenServer {
  readonly sessions: number;
  /** Whether its sessions can move to others. */
  readonly canMove: boolean;
}

/** What is on the screen. */
export interface Shown {
  readonly choices: readonly Choice[];
  /** How many of them fit on it. */
  readonly pageRows: number;
}

export interface Pressed {
  readonly state: TopState;
  readonly action?: { readonly kind: 'quit' } | { readonly kind: 'command'; readonly line: string };
}

const LONGEST_SEARCH_CHARACTERS = 40;
const LONGEST_WEIGHT_CHARACTERS = 4;

export function press(state: TopState, key: Key, shown: Shown): Pressed {
  if (key.kind === 'interrupt') return { state, action: { kind: 'quit' } };
  const { dialog } = state;
  if (dialog?.kind === 'help') return { state: { ...state, dialog: undefined } };
  if (dialog?.kind === 'search') return { state: typeSearch(state, key) };
  if (dialog?.kind === 'confirm') return confirm(state, key, dialog);
  if (dialog?.kind === 'weight') return typeWeight(state, key, dialog);
  return key.kind === 'character'
    ? pressCharacter(state, key.character.toLowerCase(), shown)
    : { state: move(state, key.kind, shown) };
}

function pressCharacter(state: TopState, character: string, shown: Shown): Pressed {
  switch (character) {
    case 'q':
      return { state, action: { kind: 'quit' } };
    case '?':
      return { state: { ...state, dialog: { kind: 'help' } } };
    case '/':
      return { state: { ...state, search: '', dialog: { kind: 'search' } } };
    case 'p':
      return { state: { ...state, isPaused: !state.isPaused } };
    case 's':
      return { state: { ...state, sort: { ...state.sort, [state.view]: nextSort(state) } } };
    default:
      return { state: steer({ ...state, message: '' }, character, shown) };
  }
}

interface Steering {
  readonly question: string;
  readonly command: string;
}

const STEERINGS: Readonly<Record<string, (key: string, server: ChosenServer) => Steering>> = {
  d: (key, server) => ({
    question: `drain ${key}: no new sessions, ${server.canMove ? leaving(server) : staying(server)}`,
    command: `drain server ${key}`,
  }),
  k: (key, server) => ({
    question: `drain ${key}: no new sessions, ${staying(server)}`,
    command: `set server ${key} state drain`,
  }),
  m: (key, server) => ({
    question: `maint ${key}: no new sessions, no checks, ${staying(server)}`,
    command: `set server ${key} state maint`,
  }),
  r: (key) => ({ question: `ready ${key}: it takes sessions again`, command: `set server ${key} state ready` }),
};

function leaving({ sessions }: ChosenServer): string {
  return sessionsDo(sessions, 'move');
}

function staying({ sessions }: ChosenServer): string {
  return sessionsDo(sessions, 'stay');
}

/** Asks before anything is sent. */
function steer(state: TopState, character: string, { choices }: Shown): TopState {
  const chosen = chosenOf(state, choices);
  const steering = Object.hasOwn(STEERINGS, character) ? STEERINGS[character] : undefined;
  if (steering === undefined && character !== 'w') return state;
  if (chosen?.server === undefined) return { ...state, message: 'choose a server first: tab, then the arrows' };
  const { key, server } = chosen;
  if (steering === undefined) return { ...state, dialog: { kind: 'weight', server: key, text: '' } };
  const { question, command } = steering(key, server);
  return { ...state, dialog: { kind: 'confirm', question: `${question}. y/n`, command } };
}

/** Only y is a yes. */
function confirm(state: TopState, key: Key, { command }: Extract<Dialog, { kind: 'confirm' }>): Pressed {
  const closed = { ...state, dialog: undefined };
  return key.kind === 'character' && key.character.toLowerCase() === 'y'
    ? { state: closed, action: { kind: 'command', line: command } }
    : { state: { ...closed, message: 'nothing was done' } };
}

function typeWeight(state: TopState, key: Key, dialog: Extract<Dialog, { kind: 'weight' }>): Pressed {
  const { server, text } = dialog;
  const typed = (next: string): Pressed => ({ state: { ...state, dialog: { ...dialog, text: next } } });
  if (key.kind === 'backspace') return typed(text.slice(0, -1));
  if (key.kind === 'character')
    return /[0-9%]/.test(key.character) && text.length < LONGEST_WEIGHT_CHARACTERS
      ? typed(text + key.character)
      : { state };
  if (key.kind !== 'enter' && key.kind !== 'escape') return { state };
  const closed = { ...state, dialog: undefined };
  return key.kind === 'enter' && text !== ''
    ? { state: closed, action: { kind: 'command', line: `set server ${server} weight ${text}` } }
    : { state: { ...closed, message: 'nothing was done' } };
}

function typeSearch(state: TopState, key: Key): TopState {
  const { search } = state;
  if (key.kind === 'enter') return { ...state, dialog: undefined };
  if (key.kind === 'escape') return { ...state, search: '', dialog: undefined };
  if (key.kind === 'backspace') return { ...state, search: search.slice(0, -1) };
  const isTyped = key.kind === 'character' && search.length < LONGEST_SEARCH_CHARACTERS;
  return isTyped ? { ...state, search: search + key.character } : state;
}

function move(state: TopState, kind: Exclude<Key['kind'], 'character'>, { choices, pageRows }: Shown): TopState {
  if (kind === 'tab' || kind === 'back-tab')
    return { ...state, view: nextView(state.view, kind === 'tab' ? 1 : -1), selected: undefined };
  if (kind === 'escape') return { ...state, search: '', message: '' };
  const steps: Partial<Record<typeof kind, number>> = {
    up: -1,
    down: 1,
    'page-up': -pageRows,
    'page-down': pageRows,
    home: -choices.length,
    end: choices.length,
  };
  const step = steps[kind];
  if (step === undefined) return state;
  const at = Math.max(
    0,
    choices.findIndex(({ key }) => key === state.selected),
  );
  const next = Math.min(choices.length - 1, Math.max(0, at + step));
  return { ...state, selected: choices[next]?.key };
}

export function chosenOf({ selected }: TopState, choices: readonly Choice[]): Choice | undefined {
  return choices.find(({ key }) => key === selected) ?? choices[0];
}

function nextView(view: View, step: 1 | -1): View {
  return views[(views.indexOf(view) + step + views.length) % views.length] ?? view;
}

function nextSort({ view, sort }: TopState): string {
  const known = sorts[view];
  return known[(known.indexOf(sort[view]) + 1) % known.length] ?? known[0];
}
