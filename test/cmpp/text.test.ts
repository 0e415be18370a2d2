import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeText, encodeText } from '../../src/cmpp/text.js';

function bytesOf(text: string, msgFmt: number): Uint8Array {
  const encoded = encodeText(text, msgFmt);
  assert.ok(encoded.kind === 'encoded', `${text} has characters that ${msgFmt} lacks`);
  return encoded.bytes;
}

describe('Text', () => {
  const known: readonly (readonly [number, string, readonly number[]])[] = [
    [0, 'Hi~', [0x48, 0x69, 0x7e]],
    [4, '00ff7F', [0x00, 0xff, 0x7f]],
    [8, '中A', [0x4e, 0x2d, 0x00, 0x41]],
    [8, '😀', [0xd8, 0x3d, 0xde, 0x00]],
    [15, '中A', [0xd6, 0xd0, 0x41]],
    [15, '€', [0xa2, 0xe3]],
    [15, '😀', [0x94, 0x39, 0xfc, 0x36]],
    [0x18, '中', [0x4e, 0x2d]],
  ];
  for (const [msgFmt, text, bytes] of known) {
    it(`${text} in format ${msgFmt} has the bytes of its alphabet`, () => {
      assert.deepEqual(bytesOf(text, msgFmt), Uint8Array.from(bytes));
    });
  }

  it('reads back as what was written, in every alphabet that has its characters', () => {
    const unicode = fc.string({ unit: 'binary', maxLength: 100 }).filter((text) => !text.includes('\ue5e5'));
    const ascii = fc.string({ unit: 'binary-ascii', maxLength: 100 });
    const sent = fc.oneof(
      fc.tuple(ascii, fc.constantFrom(0, 0x10)),
      fc.tuple(unicode, fc.constantFrom(8, 15, 0x18)),
      fc.tuple(fc.stringMatching(/^(?:[0-9a-f]{2}){0,70}$/), fc.constantFrom(3, 4)),
    );
    fc.assert(fc.property(sent, ([text, msgFmt]) => assert.equal(decodeText(bytesOf(text, msgFmt), msgFmt), text)));
  });

  const unmappable: readonly (readonly [number, string, readonly string[]])[] = [
    [0, 'a中b€中', ['中', '€']],
    [0, '😀', ['😀']],
    [8, 'a\ud83db', ['\ud83d']],
    [15, '\ude00', ['\ude00']],
    [15, '\ue5e5', ['\ue5e5']],
    [4, '0x1', ['x']],
    [4, '123', ['3']],
  ];
  for (const [msgFmt, text, characters] of unmappable) {
    it(`${JSON.stringify(text)} in format ${msgFmt} is refused with the characters that it lacks`, () => {
      assert.deepEqual(encodeText(text, msgFmt), { kind: 'unmappable', characters });
    });
  }

  it('of bytes that are no characters shows where they were', () => {
    assert.equal(decodeText(Uint8Array.of(0x41, 0xd6, 0x42), 0), 'A\ufffdB');
    assert.equal(decodeText(Uint8Array.of(0x4e, 0x2d, 0x4e), 8), '中\ufffd');
    assert.equal(decodeText(Uint8Array.of(0xd6, 0xd0, 0xd6), 15), '中\ufffd');
    assert.equal(decodeText(Uint8Array.of(0xfe, 0xff, 0x4e, 0x2d), 8), '\ufeff中');
  });

  it('is read from whatever bytes in whatever format', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(255), (bytes, msgFmt) => {
        assert.equal(typeof decodeText(bytes, msgFmt), 'string');
      }),
    );
  });
});
