/** What becomes of a keyword of haproxy.cfg: the one shape of all entries in the keyword tables. Pure. */

import { nearest } from '../nearest.js';
import type { Place, Remarks } from './place.js';
import type { Word } from './words.js';

/** A value of a key of ours, and where it was said. */
export interface Setting {
  readonly value: string | number | boolean;
  readonly place: Place;
  /** What a reader of the YAML would not know. */
  readonly comment?: string;
}

/** By key, such as `timeout.client`. */
export type Settings = Map<string, Setting>;

export interface WithSettings {
  readonly settings: Settings;
}

/** A keyword in its line. */
export interface Use {
  readonly place: Place;
  readonly words: readonly Word[];
  readonly remarks: Remarks;
}

/** Which sections a keyword acts in; HAProxy passes over it in the others, with a warning. */
export type Side = 'frontend' | 'backend' | 'both';

interface Common {
  /** How many words follow, at least and at most. */
  readonly words: readonly [number, number];
  readonly side: Side;
}

export type Meaning<Target> =
  | (Common & {
      readonly kind: 'key';
      /** What is missing when no word follows: `a duration`. */
      readonly expected: string;
      read(use: Use, target: Target): void;
      /** For `no option …` and `no-…`. */
      undo?(target: Target): void;
    })
  /** Nothing is lost by passing over it, for this reason. */
  | (Common & { readonly kind: 'note'; readonly why: string })
  /** What it asks for is not done here; this is to be done instead. */
  | (Common & { readonly kind: 'refused'; readonly instead: string });

export type KeywordTable<Target> = Readonly<Record<string, Meaning<Target>>>;

export function note(why: string, words: readonly [number, number] = [0, Infinity]): Meaning<unknown> {
  return { kind: 'note', words, side: 'both', why };
}

export function refused(instead: string, words: readonly [number, number] = [0, Infinity]): Meaning<unknown> {
  return { kind: 'refused', words, side: 'both', instead };
}

/** How a word becomes the value of a key: `what` is expected; undefined from `read` says that the word is not that. */
export interface WordReader {
  readonly what: string;
  read(text: string): string | number | undefined;
}

/** The word behind the keyword is the value of `key`. */
export function valued(key: string, reader: WordReader, side: Side = 'both', comment?: string): Meaning<WithSettings> {
  return {
    kind: 'key',
    side,
    words: [1, 1],
    expected: reader.what,
    read: ({ place, words, remarks }, { settings }) => {
      const [word] = words;
      if (word === undefined) return;
      const value = reader.read(word.text);
      const at = { ...place, column: word.column };
      if (value === undefined)
        remarks.problem(at, `expected ${reader.what}, got ${JSON.stringify(word.text.slice(0, 60))}`);
      else settings.set(key, { value, place: at, ...(comment === undefined ? {} : { comment }) });
    },
    undo: ({ settings }) => void settings.delete(key),
  };
}

/** The keyword alone says it. */
export function said(key: string, value: string | boolean, side: Side = 'both'): Meaning<WithSettings> {
  return {
    kind: 'key',
    side,
    words: [0, 0],
    expected: 'nothing',
    read: ({ place }, { settings }) => void settings.set(key, { value, place }),
    undo: ({ settings }) => void settings.delete(key),
  };
}

/** Does what the table says of one use of a keyword. `isNegated` for `no option …` and `no-…`. */
export function apply<Target>(meaning: Meaning<Target>, use: Use, target: Target, isNegated: boolean): void {
  const { place, words, remarks } = use;
  const [least, most] = meaning.words;
  const surplus = words[most];
  if (words.length < least) {
    remarks.problem(place, `expected ${meaning.kind === 'key' ? meaning.expected : 'a value'} behind it, got nothing`);
    return;
  }
  if (surplus !== undefined) {
    const message = `unexpected ${JSON.stringify(surplus.text.slice(0, 60))}; remove it`;
    remarks.problem({ ...place, column: surplus.column }, message);
    return;
  }
  if (meaning.kind === 'key') {
    if (isNegated) meaning.undo?.(target);
    else meaning.read(use, target);
    return;
  }
  if (isNegated) return;
  if (meaning.kind === 'note') remarks.note(place, meaning.why);
  else remarks.problem(place, meaning.instead);
}

/** What to say of a word that is not in the table. */
export function unknownKeyword(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  const advice = meant === undefined ? 'neither HAProxy nor cmpp-lb has it, or it is newer' : `did you mean ${meant}?`;
  return `unknown keyword ${JSON.stringify(word.slice(0, 60))}; ${advice}`;
}
