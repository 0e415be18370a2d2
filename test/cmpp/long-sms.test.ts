import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { splitText } from '../../src/cmpp/long-sms.js';
import type { LongSmsReference, SmsPart } from '../../src/cmpp/long-sms.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { decodeText } from '../../src/cmpp/text.js';
import { readUserData } from '../../src/cmpp/user-data-header.js';

const eightBit: LongSmsReference = { reference: 0xab, referenceBits: 8 };
const sixteenBit: LongSmsReference = { reference: 0xabcd, referenceBits: 16 };

function partsOf(text: string, msgFmt: number, reference = eightBit): readonly SmsPart[] {
  const split = splitText(text, msgFmt, reference);
  assert.ok(split.kind === 'parts', split.kind);
  return split.parts;
}

const bodiesOf = (parts: readonly SmsPart[]) => parts.map((part) => readUserData(part.tpUdhi, part.msgContent).body);

/** How many characters of the text, or digits of the binary, each part has. */
const cuts: readonly (readonly [string, string, number, LongSmsReference, readonly number[]])[] = [
  ['159 of ASCII', 'a'.repeat(159), 0, eightBit, [159]],
  ['160 of ASCII', 'a'.repeat(160), 0, eightBit, [134, 26]],
  ['70 of UCS2', '中'.repeat(70), 8, eightBit, [70]],
  ['71 of UCS2', '中'.repeat(71), 8, eightBit, [67, 4]],
  ['134 of UCS2', '中'.repeat(134), 8, eightBit, [67, 67]],
  ['71 of UCS2 with a wide reference', '中'.repeat(71), 8, sixteenBit, [66, 5]],
  ['70 of GB18030', '中'.repeat(70), 15, eightBit, [70]],
  ['71 of GB18030', '中'.repeat(71), 15, eightBit, [67, 4]],
  ['71 of GB18030 of which the first is one byte', `a${'中'.repeat(70)}`, 15, eightBit, [67, 4]],
  ['70 bytes of binary', '00'.repeat(70), 4, eightBit, [140]],
  ['141 bytes of binary', '00'.repeat(141), 4, eightBit, [268, 14]],
  ['nothing', '', 8, eightBit, [0]],
];

describe('A text', () => {
  for (const [what, text, msgFmt, reference, characters] of cuts) {
    it(`of ${what} is cut into parts of ${characters.join(' and ')}`, () => {
      const bodies = bodiesOf(partsOf(text, msgFmt, reference));
      assert.deepEqual(
        bodies.map((body) => decodeText(body, msgFmt).length),
        characters,
      );
    });
  }

  it('that fits has no header', () => {
    assert.deepEqual(partsOf('hi', 0), [{ pkTotal: 1, pkNumber: 1, tpUdhi: 0, msgContent: Uint8Array.of(0x68, 0x69) }]);
  });

  it('that does not fit says in every part which it is', () => {
    for (const reference of [eightBit, sixteenBit]) {
      const parts = partsOf('中'.repeat(150), 8, reference);
      assert.equal(parts.length, 3);
      for (const [index, part] of parts.entries()) {
        assert.deepEqual([part.pkTotal, part.pkNumber, part.tpUdhi], [3, index + 1, 1]);
        const { concatenation } = readUserData(part.tpUdhi, part.msgContent);
        assert.deepEqual(concatenation, { ...reference, total: 3, number: index + 1 });
      }
    }
  });

  it('is never cut within a character, not even one of two halves or four bytes', () => {
    const character = fc.constantFrom('a', '中', '😀', '€', '𠮷', 'é');
    const text = fc
      .array(character, { minLength: 100, maxLength: 600, size: 'max' })
      .map((characters) => characters.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(8, 15), fc.constantFrom(eightBit, sixteenBit), (text, msgFmt, reference) => {
        const parts = partsOf(text, msgFmt, reference);
        for (const part of parts) assert.ok(part.msgContent.length <= 140);
        // Each part is decoded alone: a cut character would show as U+FFFD, or as half a pair.
        const texts = bodiesOf(parts).map((body) => decodeText(body, msgFmt));
        for (const text of texts) assert.doesNotMatch(text, /\p{Surrogate}|\ufffd/u);
        assert.equal(texts.join(''), text);
      }),
    );
  });

  it('gives the fields that a SUBMIT takes', () => {
    const [first] = partsOf('中'.repeat(71), 8);
    assert.ok(first !== undefined);
    const submit = makePdu('submit', 1, { ...first, msgFmt: 8, destTerminalIds: ['13800000000'] });
    assert.equal(frameOf(submit, '3.0').length, 12 + 151 + 32 + 140);
  });

  it('with characters that the format lacks is refused with them', () => {
    assert.deepEqual(splitText('a中', 0, eightBit), { kind: 'unmappable', characters: ['中'] });
  });

  it('of more than 255 parts is refused with their number', () => {
    assert.equal(partsOf('a'.repeat(255 * 134), 0).length, 255);
    assert.deepEqual(splitText('a'.repeat(255 * 134 + 1), 0, eightBit), { kind: 'too-long', partsNeeded: 256 });
  });
});
