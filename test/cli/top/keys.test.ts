import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeKeys } from '../../../src/cli/top/keys.js';
import type { Key } from '../../../src/cli/top/keys.js';

const ESC = '\u001B';

function wordOf(key: Key): string {
  return key.kind === 'character' ? key.character : `<${key.kind}>`;
}

function wordsOf(text: string): string {
  return decodeKeys(text).keys.map(wordOf).join('');
}

describe('what a terminal sends', () => {
  for (const [sent, keys] of [
    ['dq', 'dq'],
    [`${ESC}[A${ESC}OA${ESC}[B${ESC}OB`, '<up><up><down><down>'],
    [`${ESC}[5~${ESC}[6~${ESC}[H${ESC}OF${ESC}[1~${ESC}[4~`, '<page-up><page-down><home><end><home><end>'],
    [`\t${ESC}[Z\r\n\b\u007F\u0003`, '<tab><back-tab><enter><enter><backspace><backspace><interrupt>'],
    [`${ESC}[20~${ESC}[1;5Cy`, 'y'],
    [`${ESC}${ESC}[Ad`, '<escape><up>d'],
    [`${ESC}d`, '<escape>d'],
    ['您\u0000\u009Bx', 'x'],
  ] as const) {
    it(`${JSON.stringify(sent)} is ${keys}`, () => assert.equal(wordsOf(sent), keys));
  }

  it('may be cut anywhere', () => {
    const pieces = fc.constantFrom('d', `${ESC}[A`, `${ESC}OB`, `${ESC}[6~`, '\t', 'w', `${ESC}[20~`);
    fc.assert(
      fc.property(fc.array(pieces), fc.nat(), (sent, cutAt) => {
        const text = sent.join('');
        const at = cutAt % (text.length + 1);
        const first = decodeKeys(text.slice(0, at));
        const second = decodeKeys(first.rest + text.slice(at));
        assert.deepEqual([...first.keys, ...second.keys].map(wordOf).join(''), wordsOf(text));
        assert.equal(second.rest, '');
      }),
    );
  });

  it('a lone ESC waits for what may follow', () => {
    assert.deepEqual(decodeKeys(`d${ESC}`), { keys: [{ kind: 'character', character: 'd' }], rest: ESC });
    assert.equal(decodeKeys(`${ESC}[`).rest, `${ESC}[`);
    assert.equal(decodeKeys(`${ESC}[1`).rest, `${ESC}[1`);
  });
});
