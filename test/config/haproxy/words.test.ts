import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { wordsOf } from '../../../src/config/haproxy/words.js';

const variables: Readonly<Record<string, string>> = { HOST: '10.0.0.7', TWO: 'a b' };

function cut(line: string) {
  return wordsOf(line, (name) => variables[name]);
}

describe('a line is cut into words', () => {
  const table: [string, string[]][] = [
    ['', []],
    ['   # a comment', []],
    ['\tbind  *:9999\r', ['bind', '*:9999']],
    ['timeout client 1h#one hour', ['timeout', 'client', '1h']],
    [String.raw`a\ b\#c\\d\"e`, ['a b#c\\d"e']],
    [String.raw`a\qb \r\n\t\x41`, ['a\\qb', '\r\n\tA']],
    ['"a #b" c', ['a #b', 'c']],
    [String.raw`"a\x41\" \$HOST"`, ['aA" $HOST']],
    [String.raw`'a\x41 $HOST "' b`, ['a\\x41 $HOST "', 'b']],
    ['x"y z"\'u v\'w', ['xy zu vw']],
    ['"" b', ['', 'b']],
    ['"$HOST:1" "${HOST}:2"', ['10.0.0.7:1', '10.0.0.7:2']],
    ['"${NONE-127.0.0.1}:1" "${NONE}"', ['127.0.0.1:1', '']],
    ['"$TWO"', ['a b']],
    ['${HOST}', ['${HOST}']],
    [String.raw`maxconn \ `, ['maxconn', ' ']],
  ];
  for (const [line, expected] of table) {
    it(JSON.stringify(line), () => {
      const result = cut(line);
      assert.equal(result.kind, 'words');
      assert.deepEqual(
        result.words.map(({ text }) => text),
        expected,
      );
    });
  }

  it('each of which knows its column', () => {
    const result = cut('  bind "*:1" x');
    assert.deepEqual(result.kind === 'words' && result.words.map(({ column }) => column), [3, 8, 14]);
  });
});

describe('a line that is none', () => {
  const table: [string, number, RegExp][] = [
    ['log "abc', 5, /the quote " is not closed/],
    ["log 'abc", 5, /the quote ' is not closed/],
    [String.raw`send a\xZZ`, 7, /expected two hex digits/],
    [String.raw`send \x80`, 6, /\\x80 is no text; to send bytes write tcp-check send-binary/],
    [String.raw`send \x00`, 6, /\\x00 is no text/],
    ['log "${A b}"', 6, /expected a variable such as/],
    ['log "${.LINE}"', 6, /cmpp-lb has no variable \.LINE/],
  ];
  for (const [line, column, message] of table) {
    it(line, () => {
      const result = cut(line);
      assert.equal(result.kind, 'fault');
      assert.equal(result.column, column);
      assert.match(result.message, message);
    });
  }
});

it('words in strong quotes come out as they went in', () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !/['\n\r]/.test(text));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const result = cut(words.map((text) => `'${text}'`).join(' '));
      assert.deepEqual(result.kind === 'words' && result.words.map(({ text }) => text), words);
    }),
  );
});

it('never throws, whatever the line', () => {
  const unit = fc.constantFrom(...'a b " \' \\ x 4 $ { } - #'.split(' '), ' ', '\t');
  fc.assert(fc.property(fc.string({ unit }), (line) => void cut(line)));
});
