import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CommandId, readHeader, writeHeader } from '../../src/cmpp/header.js';
import { decode, encode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Pdu } from '../../src/cmpp/pdu.js';
import { VERSIONS } from '../../src/cmpp/version.js';
import { anyPdu } from '../support/pdu-arbitrary.js';

const anyVersion = fc.constantFrom(...VERSIONS);

describe('A PDU', () => {
  for (const version of VERSIONS) {
    it(`reads in ${version} as what was written`, () => {
      fc.assert(
        fc.property(anyPdu(version), (pdu) => {
          assert.deepEqual(decode(frameOf(pdu, version), version), { kind: 'pdu', version, pdu });
        }),
        { numRuns: 1000 },
      );
    });

    it(`writes in ${version} the very bytes that it was read from`, () => {
      const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 });
      fc.assert(
        fc.property(anyPdu(version), changes, (pdu, changes) => {
          const frame = frameOf(pdu, version);
          const bodyBytes = frame.length - 12;
          for (const [at, byte] of changes) if (bodyBytes > 0) frame[12 + (at % bodyBytes)] = byte;
          const decoded = decode(frame, version);
          if (decoded.kind !== 'pdu') return;
          const encoded = encode(decoded.pdu, version);
          // No destination, or more than 99, is read but not written.
          if (encoded.kind === 'frame') assert.deepEqual(encoded.frame, frame);
          else assert.match(encoded.why, /^dest.*entries are not 1 to 99$/);
        }),
        { numRuns: 1000 },
      );
    });
  }

  it('keeps its values when the buffer that it was read from is used again', () => {
    const pdu = makePdu('deliver', 1, { destId: '1069', msgContent: Uint8Array.of(1, 2, 3) });
    const buffer = Buffer.from(frameOf(pdu, '3.0'));
    const decoded = decode(buffer, '3.0');
    buffer.fill(0xff);
    assert.deepEqual(decoded, { kind: 'pdu', version: '3.0', pdu });
  });

  it('of whatever bytes never makes the reader throw', () => {
    const ids = Object.values(CommandId);
    fc.assert(
      fc.property(
        anyVersion,
        fc.constantFrom(...ids),
        fc.uint8Array({ maxLength: 600, size: 'max' }),
        (version, id, body) => {
          decode(body, version);
          const frame = new Uint8Array(12 + body.length);
          frame.set(body, 12);
          writeHeader(frame, id, 1);
          assert.notEqual(decode(frame, version), undefined);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('cut anywhere is malformed, but for the answers that may be shorter', () => {
    fc.assert(
      fc.property(
        anyVersion.chain((version) => fc.tuple(fc.constant(version), anyPdu(version), fc.nat())),
        (drawn) => {
          const [version, pdu, cut] = drawn;
          const whole = frameOf(pdu, version);
          const frame = whole.slice(0, cut % whole.length);
          if (frame.length >= 12) writeHeader(frame, readHeader(whole).commandId, pdu.sequenceId);
          const { kind } = decode(frame, version);
          if (pdu.command === 'activeTestResp' && frame.length === 12) assert.equal(kind, 'pdu');
          else if (pdu.command === 'nackResp' && frame.length >= 12) assert.equal(kind, 'pdu');
          else if (kind === 'pdu') assert.equal(whole.length - frame.length, 3, 'only the other edition is shorter');
        },
      ),
    );
  });

  it('with fields that nothing was said of has zeros and empty texts there', () => {
    const pdu = makePdu('deliver', 7, { destId: '10690001' });
    assert.equal(pdu.command, 'deliver');
    assert.equal(pdu.sequenceId, 7);
    assert.equal(pdu.msgId, 0n);
    assert.equal(pdu.destId, '10690001');
    assert.equal(pdu.srcTerminalId, '');
    assert.deepEqual(pdu.msgContent, new Uint8Array(0));
  });
});

/** Frame lengths, the header included: in 2.0 and in 3.0. */
const lengths: readonly (readonly [Pdu, number, number])[] = [
  [makePdu('connect', 1), 39, 39],
  [makePdu('connectResp', 1), 30, 33],
  [makePdu('terminate', 1), 12, 12],
  [makePdu('terminateResp', 1), 12, 12],
  [makePdu('submitResp', 1), 21, 24],
  [makePdu('deliverResp', 1), 21, 24],
  [makePdu('query', 1), 39, 39],
  [makePdu('queryResp', 1), 63, 63],
  [makePdu('cancel', 1), 20, 20],
  [makePdu('cancelResp', 1), 13, 16],
  [makePdu('activeTest', 1), 12, 12],
  [makePdu('activeTestResp', 1), 13, 13],
  [makePdu('fwdResp', 1), 23, 26],
];

describe("A frame's length", () => {
  for (const [pdu, in20, in30] of lengths) {
    it(`of ${pdu.command} is ${in20} bytes in 2.0 and ${in30} in 3.0`, () => {
      assert.equal(frameOf(pdu, '2.0').length, in20);
      assert.equal(frameOf(pdu, '3.0').length, in30);
    });
  }

  const groups = [1, 2, 50, 99].flatMap((n) => [0, 1, 30, 140, 159].map((contentBytes) => ({ n, contentBytes })));
  for (const { n, contentBytes } of groups) {
    it(`of a message of ${contentBytes} bytes to ${n} follows the specification's sums`, () => {
      const msgContent = new Uint8Array(contentBytes);
      const numbers = Array.from({ length: n }, (_, index) => `138${String(index).padStart(8, '0')}`);
      const submit = makePdu('submit', 1, { destTerminalIds: numbers, msgContent });
      assert.equal(frameOf(submit, '2.0').length, 12 + 126 + 21 * n + contentBytes);
      assert.equal(frameOf(submit, '3.0').length, 12 + 151 + 32 * n + contentBytes);
      const fwd = makePdu('fwd', 1, { destIds: numbers, msgContent });
      assert.equal(frameOf(fwd, '2.0').length, 12 + 140 + 21 * n + contentBytes);
      assert.equal(frameOf(fwd, '3.0').length, 12 + 252 + 21 * n + contentBytes);
      const deliver = makePdu('deliver', 1, { msgContent });
      assert.equal(frameOf(deliver, '2.0').length, 12 + 73 + contentBytes);
      assert.equal(frameOf(deliver, '3.0').length, 12 + 97 + contentBytes);
    });
  }

  it('puts the counts of a SUBMIT where the specification says', () => {
    const submit = makePdu('submit', 1, { destTerminalIds: ['1', '2', '3'], msgContent: new Uint8Array(77) });
    const [frame20, frame30] = [frameOf(submit, '2.0'), frameOf(submit, '3.0')];
    assert.deepEqual([frame20[128], frame20[129 + 3 * 21]], [3, 77]);
    assert.deepEqual([frame30[140], frame30[142 + 3 * 32]], [3, 77]);
  });
});

describe('A PDU that the wire cannot hold', () => {
  const submit = makePdu('submit', 1, { destTerminalIds: ['13800000000'] });
  const refusals: readonly (readonly [string, Pdu, string])[] = [
    ['a number too large', { ...submit, msgLevel: 256 }, 'msgLevel: 256 is not 0 to 255'],
    ['a number below zero', { ...submit, tpPid: -1 }, 'tpPid: -1 is not 0 to 255'],
    ['a fraction', { ...submit, pkTotal: 0.5 }, 'pkTotal: 0.5 is not 0 to 255'],
    ['an id beyond 64 bits', { ...submit, msgId: 2n ** 64n }, 'msgId: 18446744073709551616 is not 0 to 2^64-1'],
    ['a text too long', { ...submit, msgSrc: '9000011' }, 'msgSrc: "9000011" is longer than 6 bytes'],
    ['a text that is not Latin-1', { ...submit, serviceId: '短信' }, 'serviceId: "短" is not a Latin-1 character'],
    ['no destination', { ...submit, destTerminalIds: [] }, 'destTerminalIds: 0 entries are not 1 to 99'],
    [
      'too many destinations',
      { ...submit, destTerminalIds: Array.from({ length: 100 }, () => '1') },
      'destTerminalIds: 100 entries are not 1 to 99',
    ],
    [
      'a destination too long',
      { ...submit, destTerminalIds: ['1', '1'.repeat(22)] },
      `destTerminalIds: "${'1'.repeat(22)}" is longer than 21 bytes`,
    ],
    ['content too long', { ...submit, msgContent: new Uint8Array(256) }, 'msgContent: 256 bytes are more than 255'],
    ['a field of 3.0', { ...submit, destTerminalType: 1 }, 'destTerminalType: 1 is not 0 to 0'],
    ['a sequence number too large', { ...submit, sequenceId: 2 ** 32 }, 'sequenceId: 4294967296 is not a uint32'],
    [
      'an authenticator of another length',
      makePdu('connect', 1, { authenticatorSource: new Uint8Array(15) }),
      'authenticatorSource: 15 bytes are not 16',
    ],
  ];
  for (const [what, pdu, why] of refusals) {
    it(`because of ${what} is refused with the field and the reason`, () => {
      assert.deepEqual(encode(pdu, '2.0'), { kind: 'refused', why });
      assert.throws(() => frameOf(pdu, '2.0'), { name: 'RangeError', message: `${pdu.command}: ${why}` });
    });
  }
});
