import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readUserData, writeConcatenation } from '../../src/cmpp/user-data-header.js';

const eightBit = { reference: 0xab, referenceBits: 8, total: 3, number: 2 } as const;
const sixteenBit = { reference: 0xabcd, referenceBits: 16, total: 3, number: 2 } as const;

describe('A user data header', () => {
  it('of a part is 6 bytes with a reference of 8 bits and 7 with one of 16', () => {
    assert.deepEqual(writeConcatenation(eightBit), Uint8Array.of(5, 0, 3, 0xab, 3, 2));
    assert.deepEqual(writeConcatenation(sixteenBit), Uint8Array.of(6, 8, 4, 0xab, 0xcd, 3, 2));
  });

  const headers = [
    ['a reference of 8 bits', [5, 0, 3, 0xab, 3, 2, 65, 66], eightBit, [65, 66]],
    ['a reference of 16 bits', [6, 8, 4, 0xab, 0xcd, 3, 2, 65, 66], sixteenBit, [65, 66]],
    ['another element before the part', [11, 5, 4, 1, 2, 3, 4, 0, 3, 0xab, 3, 2, 65], eightBit, [65]],
    ['another element after the part', [8, 0, 3, 0xab, 3, 2, 0x24, 1, 1, 65], eightBit, [65]],
    ['two parts, of which the last counts', [10, 0, 3, 1, 9, 9, 0, 3, 0xab, 3, 2, 65], eightBit, [65]],
    ['ports only', [6, 5, 4, 1, 2, 3, 4, 65], undefined, [65]],
    ['nothing', [0, 65], undefined, [65]],
    ['part 0', [5, 0, 3, 0xab, 3, 0, 65], undefined, [65]],
    ['part 4 of 3', [5, 0, 3, 0xab, 3, 4, 65], undefined, [65]],
    ['a part of the wrong length', [6, 0, 4, 0xab, 3, 2, 1, 65], undefined, [65]],
    ['no body', [5, 0, 3, 0xab, 3, 2], eightBit, []],
  ] as const;
  for (const [what, content, concatenation, body] of headers) {
    for (const tpUdhi of [0x01, 0x40, 0x41]) {
      it(`with ${what} is read with TP_udhi ${tpUdhi}`, () => {
        const read = readUserData(tpUdhi, Uint8Array.from(content));
        assert.deepEqual(read, { concatenation, body: Uint8Array.from(body) });
      });
    }
  }

  it('is not looked for when TP_udhi does not say so', () => {
    const content = Uint8Array.of(5, 0, 3, 0xab, 3, 2, 65);
    for (const tpUdhi of [0x00, 0x02, 0x80]) {
      assert.deepEqual(readUserData(tpUdhi, content), { concatenation: undefined, body: content });
    }
  });

  it('that does not fit is content', () => {
    const contents = [
      [],
      [200, 65, 66],
      [5, 0, 3, 0xab, 3],
      [5, 0, 9, 0xab, 3, 2, 65],
      [1, 0, 65],
      [6, 0, 3, 1, 3, 2, 0],
    ];
    for (const bytes of contents) {
      const content = Uint8Array.from(bytes);
      assert.deepEqual(readUserData(1, content), { concatenation: undefined, body: content });
    }
  });

  it('is searched for in whatever bytes without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (content) => {
        assert.ok(readUserData(1, content).body.length <= content.length);
      }),
    );
  });
});
