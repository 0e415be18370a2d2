/** Finds what a statement's keyword means, and does it. Pure. */

import { nearest } from '../nearest.js';
import { apply, unknownKeyword } from './keyword.js';
import type { KeywordTable, Meaning, Side } from './keyword.js';
import type { Place, Remarks } from './place.js';
import type { Statement } from './sections.js';
import type { Word } from './words.js';

/** The section that a statement is read for. */
export interface StatementTarget<Target> {
  /** Such as `backend smsc`. */
  readonly title: string;
  readonly table: KeywordTable<Target>;
  readonly target: Target;
  readonly hasSide: (side: Side) => boolean;
  readonly remarks: Remarks;
}

interface Found<Target> {
  /** One word or two. */
  readonly keyword: string;
  readonly meaning: Meaning<Target>;
  readonly rest: readonly Word[];
}

export function readStatement<Target>({ line, words }: Statement, into: StatementTarget<Target>): void {
  const { title, table, target, remarks } = into;
  // `default option …` takes back what was said above, as `no option …` does where the default is off.
  const isNegated = words[0].text === 'no' || words[0].text === 'default';
  const said = isNegated ? words.slice(1) : words;
  const [first] = said;
  const at: Place = { line, column: (first ?? words[0]).column, words: title };
  const found = find(said, table);
  if (found === undefined) {
    remarks.problem(at, unknownStatement(said, table));
    return;
  }
  const { keyword, meaning, rest } = found;
  const place = { ...at, words: `${title}: ${keyword}` };
  if (isNegated && !isTakenBack(keyword, meaning)) {
    remarks.problem(place, 'cannot be taken back with no; remove the line that says it');
  } else if (!into.hasSide(meaning.side)) {
    const [kind] = title.split(' ');
    remarks.warning(
      place,
      `has no effect in a ${kind}, in HAProxy neither; write it in a ${meaning.side}, or remove it`,
    );
  } else {
    apply(meaning, { place, words: rest, remarks }, target, isNegated);
  }
}

/** HAProxy knows `no` before options, `log` and a few words of `global` that have no meaning here. */
function isTakenBack<Target>(keyword: string, { kind }: Meaning<Target>): boolean {
  return keyword.startsWith('option ') || keyword === 'log' || kind === 'note';
}

function find<Target>(
  [first, second, ...rest]: readonly Word[],
  table: KeywordTable<Target>,
): Found<Target> | undefined {
  const one = first?.text ?? '';
  const two = `${one} ${second?.text ?? ''}`;
  const pair = Object.hasOwn(table, two) ? table[two] : undefined;
  if (pair !== undefined) return { keyword: two, meaning: pair, rest };
  const pattern = Object.keys(table).find((name) => name.endsWith('*') && one.startsWith(name.slice(0, -1)));
  const meaning = Object.hasOwn(table, one) ? table[one] : pattern === undefined ? undefined : table[pattern];
  return meaning && { keyword: one, meaning, rest: second === undefined ? [] : [second, ...rest] };
}

/** `option tcplogg` is an unknown option, and `tcplog` is near to it. */
function unknownStatement<Target>([first, second]: readonly Word[], table: KeywordTable<Target>): string {
  const one = first?.text ?? '';
  const family = Object.keys(table).flatMap((name) => (name.startsWith(`${one} `) ? [name.slice(one.length + 1)] : []));
  if (family.length === 0)
    return unknownKeyword(one, [...new Set(Object.keys(table).map((name) => name.split(' ')[0] ?? ''))]);
  const meant = nearest(second?.text ?? '', family);
  if (second === undefined) return `expected a word behind ${one}, such as ${one} ${family[0]}`;
  const advice = meant === undefined ? `known here: ${family.join(', ')}` : `did you mean ${meant}?`;
  return `unknown ${one} ${JSON.stringify(second.text.slice(0, 60))}; ${advice}`;
}
