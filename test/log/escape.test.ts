import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { asciiJson, asciiText, printable } from '../../src/log/escape.js';

const SAFE = /^[!-~]*$/;

/** What `printable` wrote, read back. */
function unescape(text: string): Buffer {
  return Buffer.from(
    text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

describe('printable', () => {
  it('keeps 0x21..0x7e but the backslash, and writes each of the other bytes as \\xNN', () => {
    for (let byte = 0; byte <= 0xff; byte += 1) {
      const isKept = byte >= 0x21 && byte <= 0x7e && byte !== 0x5c;
      const expected = isKept ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
      assert.equal(printable(Uint8Array.of(byte)), expected);
    }
  });

  it('writes only safe characters, from which the bytes can be read back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.match(printable(bytes), SAFE);
        assert.deepEqual(unescape(printable(bytes)), Buffer.from(bytes));
      }),
    );
  });

  it('takes a string as its UTF-8 bytes', () => {
    assert.equal(printable('账号 1'), '\\xe8\\xb4\\xa6\\xe5\\x8f\\xb7\\x201');
  });
});

describe('asciiText', () => {
  it('makes one line of any text, and keeps spaces and what is escaped already', () => {
    assert.equal(asciiText('a b\\x00\nc\u009b31m\x7f网'), 'a b\\x00\\x0ac\\xc2\\x9b31m\\x7f\\xe7\\xbd\\x91');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.match(asciiText(text), /^[ -~]*$/)));
  });
});

describe('asciiJson', () => {
  it('keeps what the JSON means and makes one line of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = asciiJson(JSON.stringify({ text }));
        assert.match(json, /^[ -~]*$/);
        assert.deepEqual(JSON.parse(json), { text });
      }),
    );
  });
});
