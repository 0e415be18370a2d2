import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alphabetOf, contentLimitBytes, messageClassOf } from '../../src/cmpp/message-format.js';
import type { Alphabet } from '../../src/cmpp/message-format.js';

const formats: readonly (readonly [number, Alphabet, number | undefined, string])[] = [
  [0, 'ascii', undefined, 'ASCII'],
  [3, 'binary', undefined, 'write card'],
  [4, 'binary', undefined, 'binary'],
  [8, 'ucs2', undefined, 'UCS2'],
  [15, 'gb18030', undefined, 'Chinese'],
  [0x10, 'ascii', 0, 'ASCII that shows at once'],
  [0x15, 'binary', 1, 'binary for the phone'],
  [0x18, 'ucs2', 0, 'UCS2 that shows at once'],
  [0x1a, 'ucs2', 2, 'UCS2 for the SIM card'],
  [0x1f, 'gb18030', 3, 'Chinese for another device'],
  [0x58, 'ucs2', 0, 'UCS2 that shows at once and is then deleted'],
  [0x28, 'binary', undefined, 'compressed UCS2'],
  [0x80, 'binary', undefined, 'reserved by GSM'],
  [0xc8, 'ascii', undefined, 'a message waiting, not stored'],
  [0xd0, 'ascii', undefined, 'a message waiting, stored'],
  [0xe0, 'ucs2', undefined, 'a message waiting, in UCS2'],
  [0xf0, 'ascii', 0, 'ASCII with a class'],
  [0xf6, 'binary', 2, 'binary with a class'],
];

describe('Msg_Fmt', () => {
  for (const [msgFmt, alphabet, messageClass, what] of formats) {
    it(`${msgFmt} is ${what}`, () => {
      assert.equal(alphabetOf(msgFmt), alphabet);
      assert.equal(messageClassOf(msgFmt), messageClass);
    });
  }

  it('0 allows 159 bytes of content, and any other 140', () => {
    assert.deepEqual([0, 4, 8, 15, 0x10].map(contentLimitBytes), [159, 140, 140, 140, 140]);
  });
});
