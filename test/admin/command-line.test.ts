import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { joinWords, splitCommands } from '../../src/admin/command-line.js';

describe('splitCommands', () => {
  for (const [line, commands] of [
    ['show stat', [['show', 'stat']]],
    ['  show \t stat  \r', [['show', 'stat']]],
    [
      'show info;show version',
      [
        ['show', 'info'],
        ['show', 'version'],
      ],
    ],
    ['show info ; ', [['show', 'info'], []]],
    ['', [[]]],
    [';', [[], []]],
    ['show version\\;x', [['show', 'version;x']]],
    ['show vers\\ ion', [['show', 'vers ion']]],
    ['a\\\\b', [['a\\b']]],
    ['show \\version', [['show', 'version']]],
    ['show "version"', [['show', '"version"']]],
    ['trailing\\', [['trailing\\']]],
  ] as const) {
    it(`takes ${JSON.stringify(line)} apart`, () => {
      assert.deepEqual(splitCommands(line), commands);
    });
  }

  it('finds the words again that joinWords has joined', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        assert.deepEqual(splitCommands(joinWords(words)), [words]);
      }),
    );
  });
});
