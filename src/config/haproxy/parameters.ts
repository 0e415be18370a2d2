/** Reads the parameters behind an address, each with as many words as its table says. Pure. */

import { apply, unknownKeyword } from './keyword.js';
import type { KeywordTable, Use, WithSettings } from './keyword.js';

export function readParameters(use: Use, table: KeywordTable<WithSettings>, target: WithSettings): void {
  const words = [...use.words];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const name = word.text;
    const isNegated = !Object.hasOwn(table, name) && name.startsWith('no-');
    const meaning = Object.hasOwn(table, name) ? table[name] : isNegated ? table[name.slice('no-'.length)] : undefined;
    const place = { ...use.place, column: word.column, words: `${use.place.words}: ${name}` };
    if (meaning === undefined) {
      use.remarks.problem(place, unknownKeyword(name, Object.keys(table)));
      return;
    }
    const own = isNegated ? [] : words.splice(0, meaning.words[1]);
    // What is undone has no value behind it.
    apply(isNegated ? { ...meaning, words: [0, 0] } : meaning, { ...use, place, words: own }, target, isNegated);
  }
}
