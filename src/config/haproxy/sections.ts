/** Cuts the text of a haproxy.cfg into sections and their statements. Pure. */

import { nearest } from '../nearest.js';
import type { Place, Remarks } from './place.js';
import { wordsOf } from './words.js';
import type { Variable, Word } from './words.js';

/** Sections that something is read from. */
const READ_SECTIONS = ['global', 'defaults', 'frontend', 'backend', 'listen'] as const;
export type ReadSection = (typeof READ_SECTIONS)[number];

/** Sections of HAProxy that have no meaning here, and why that is no loss, or what is to be done instead. */
export const OTHER_SECTIONS = {
  peers: { isRefused: false, why: 'one process holds the whole stick table; there is nobody to share it with' },
  resolvers: { isRefused: false, why: 'names of servers are looked up by the system, for each connection' },
  userlist: { isRefused: false, why: 'nothing here asks for a password of these' },
  mailers: { isRefused: false, why: 'no mail is sent; let what reads the log send it' },
  cache: { isRefused: false, why: 'only HTTP is cached' },
  'http-errors': { isRefused: false, why: 'only for HTTP' },
  'fcgi-app': { isRefused: false, why: 'only for HTTP' },
  program: { isRefused: true, why: 'cmpp-lb starts no other programs; write a systemd unit for it' },
  ring: { isRefused: true, why: 'lines go straight to the log; write log ADDRESS FACILITY in global' },
  'log-forward': { isRefused: true, why: 'cmpp-lb passes on no logs; leave this section to a syslog server' },
} as const;
export type OtherSection = keyof typeof OTHER_SECTIONS;

export interface Statement {
  readonly line: number;
  /** At least one. */
  readonly words: readonly [Word, ...Word[]];
}

export interface Section {
  readonly kind: ReadSection | OtherSection;
  /** Empty for `global` and for a `defaults` without one. */
  readonly name: string;
  /** The `defaults` section that it names as its own. */
  readonly from: Word | undefined;
  readonly place: Place;
  readonly statements: readonly Statement[];
}

/** Far above any real file. */
const MOST_LINES = 200_000;

export function isSectionKeyword(word: string): word is ReadSection | OtherSection {
  return (READ_SECTIONS as readonly string[]).includes(word) || Object.hasOwn(OTHER_SECTIONS, word);
}

/** How the writer of the file calls a section. */
export function titleOf({ kind, name }: Pick<Section, 'kind' | 'name'>): string {
  return name === '' ? kind : `${kind} ${name}`;
}

export function sectionsOf(text: string, variable: Variable, remarks: Remarks): readonly Section[] {
  const lines = text.split('\n');
  const sections: (Section & { readonly statements: Statement[] })[] = [];
  const reader = new HeadReader(remarks);
  if (lines.length > MOST_LINES) {
    remarks.problem(
      { line: MOST_LINES, column: 1, words: '' },
      `expected at most ${MOST_LINES} lines, got ${lines.length}`,
    );
    return [];
  }
  for (const [index, lineText] of lines.entries()) {
    const line = index + 1;
    const cut = wordsOf(lineText, variable);
    if (cut.kind === 'fault') {
      remarks.problem({ line, column: cut.column, words: '' }, cut.message);
      continue;
    }
    const [keyword, ...rest] = cut.words;
    if (keyword === undefined) continue;
    if (isSectionKeyword(keyword.text)) {
      sections.push({ ...reader.read(keyword.text, keyword, rest, line), statements: [] });
    } else if (keyword.text.startsWith('.')) {
      const message = 'cmpp-lb does not choose between lines; leave in the file those that are meant';
      remarks.problem({ line, column: keyword.column, words: keyword.text }, message);
    } else {
      const section = sections.at(-1);
      if (section === undefined) remarks.problem({ line, column: keyword.column, words: '' }, outside(keyword.text));
      section?.statements.push({ line, words: [keyword, ...rest] });
    }
  }
  return sections;
}

function outside(keyword: string): string {
  const meant = nearest(keyword, READ_SECTIONS);
  return `${JSON.stringify(keyword)} stands before the first section; write ${meant ?? 'global, defaults, frontend, backend or listen'} first`;
}

/** Reads the lines that begin sections, and sees to it that no two have one name. */
class HeadReader {
  readonly #remarks: Remarks;
  readonly #lineOf = new Map<string, number>();

  constructor(remarks: Remarks) {
    this.#remarks = remarks;
  }

  read(kind: ReadSection | OtherSection, keyword: Word, rest: readonly Word[], line: number) {
    const [nameWord, ...others] = rest[0]?.text === 'from' && kind === 'defaults' ? [undefined, ...rest] : rest;
    const name = nameWord?.text ?? '';
    const place = { line, column: (nameWord ?? keyword).column, words: titleOf({ kind, name }) };
    const [fromKeyword, from, extra] = others;
    const isProxy = kind === 'frontend' || kind === 'backend' || kind === 'listen';
    // Objects treat this one key in a way of their own.
    if (name === '__proto__') this.#remarks.problem(place, 'not a name; write another');
    if (isProxy && name === '') this.#remarks.problem(place, `expected a name, such as ${kind} smsc`);
    if (isProxy || kind === 'defaults') {
      const surplus = fromKeyword?.text === 'from' ? extra : fromKeyword;
      if (fromKeyword?.text === 'from' && from === undefined)
        this.#remarks.problem(place, 'expected the name of a defaults section behind from');
      if (surplus !== undefined)
        this.#remarks.problem(
          { ...place, column: surplus.column },
          `unexpected ${JSON.stringify(surplus.text)}; write addresses in bind lines`,
        );
    }
    this.#findTwin(kind, name, place);
    return { kind, name, from: fromKeyword?.text === 'from' ? from : undefined, place };
  }

  /** A listen section is a frontend and a backend. */
  #findTwin(kind: string, name: string, place: Place): void {
    const sides = kind === 'listen' ? ['frontend', 'backend'] : [kind];
    if (name === '') return;
    const twin = sides.map((side) => this.#lineOf.get(`${side} ${name}`)).find((line) => line !== undefined);
    for (const side of sides) this.#lineOf.set(`${side} ${name}`, place.line);
    if (twin !== undefined) this.#remarks.problem(place, `has the name of the section in line ${twin}; write another`);
  }
}
