/** Reads `stick-table` and `stick on`. Pure. */

import { refused } from './keyword.js';
import type { KeywordTable, Use } from './keyword.js';
import type { Proxy } from './proxy.js';
import { duration, size } from './values.js';

const TYPES = ['ip', 'ipv6', 'integer', 'string', 'binary'];

/** Parameters that a table has beside its type, and how many words follow each. */
const PARAMETERS = ['size', 'expire', 'len', 'store', 'peers', 'nopurge', 'srvkey', 'write-to'];

/** Source_Addr stands behind the 12 bytes of the header (specification 3.0, 7.4.1.1). */
const ACCOUNT_SAMPLE = /^req\.payload\(12,6\)$/;

function readTable({ place, words, remarks }: Use, { settings }: Proxy): void {
  const parameters = [...words];
  while (parameters[0] !== undefined) {
    const [name] = parameters.splice(0, 1);
    const word = name?.text ?? '';
    const at = { ...place, column: name?.column ?? place.column };
    if (word === 'nopurge') {
      remarks.problem(at, 'a full table forgets the entry that is without a session for longest; remove it');
      continue;
    }
    const [value] = parameters.splice(0, 1);
    const text = value?.text ?? '';
    const valueAt = { ...at, column: value?.column ?? at.column };
    if (word === 'type') {
      if (!TYPES.includes(text)) remarks.problem(valueAt, `expected a type: ${TYPES.join(', ')}`);
      // A length may follow the type of a string without a word of its own before it.
      else if (/^len$/.test(parameters[0]?.text ?? '')) parameters.splice(0, 2);
    } else if (word === 'size' || word === 'expire') {
      const reader = word === 'size' ? size : duration;
      const read = reader.read(text);
      if (read === undefined) remarks.problem(valueAt, `expected ${reader.what}, got ${JSON.stringify(text)}`);
      else settings.set(`stick.${word}`, { value: read, place: valueAt, ...comment(word) });
    } else if (word === 'store') {
      remarks.note(at, 'nothing is counted in a table; cmpp-lb counts by frontend, server and account');
    } else if (word === 'peers') {
      remarks.note(at, 'one process holds the whole table; there is nobody to share it with');
    } else {
      remarks.problem(at, `expected one of ${PARAMETERS.slice(0, 5).join(', ')}, got ${JSON.stringify(word)}`);
    }
  }
  if (!settings.has('stick.size') && !words.some(({ text }) => text === 'size'))
    remarks.problem(place, 'expected a size, such as size 200k');
}

function comment(word: 'size' | 'expire'): { readonly comment?: string } {
  return word === 'size'
    ? {}
    : { comment: 'counts from the end of the last session, so that no living one is forgotten' };
}

function readStickOn({ place, words, remarks }: Use, { settings }: Proxy): void {
  const [sample, option] = words;
  const text = sample?.text ?? '';
  const on = text === 'src' ? 'source' : ACCOUNT_SAMPLE.test(text) ? 'account' : undefined;
  const at = { ...place, column: sample?.column ?? place.column };
  if (on === undefined) {
    const message = `cmpp-lb remembers the source (src) or, in mode cmpp, the account (req.payload(12,6)), not ${JSON.stringify(text)}; write one of them`;
    remarks.problem(at, message);
  } else if (option !== undefined) {
    const message = 'a backend remembers all its sessions in a table of its own; write stick on src alone';
    remarks.problem({ ...place, column: option.column }, message);
  } else if (settings.has('stick.on')) {
    remarks.problem(place, 'a backend remembers by one key only; remove this line or the other');
  } else {
    settings.set('stick.on', { value: on, place: at });
  }
}

const ONE_LINE = 'write stick on src, which remembers and finds again';

export const stickKeywords: KeywordTable<Proxy> = {
  'stick-table': {
    kind: 'key',
    side: 'both',
    words: [1, Infinity],
    expected: 'a type and a size',
    read: readTable,
  },
  'stick on': { kind: 'key', side: 'backend', words: [1, Infinity], expected: 'src', read: readStickOn },
  'stick match': refused(ONE_LINE),
  'stick store-request': refused(ONE_LINE),
  'stick store-response': refused('cmpp-lb remembers by what the client says; write stick on src'),
};
