import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_MAX_FRAME_BYTES } from '../../src/cmpp/framer.js';
import { CommandId, writeHeader, writeUint32 } from '../../src/cmpp/header.js';
import { decode, encode, frameOf, makePdu, submitVersion } from '../../src/cmpp/pdu.js';
import { bareNumber } from '../../src/cmpp/phone-number.js';
import { accountOf } from '../../src/cmpp/source-addr.js';
import { readStatusReport, writeStatusReport } from '../../src/cmpp/status-report.js';
import { VERSIONS } from '../../src/cmpp/version.js';
import type { Version } from '../../src/cmpp/version.js';

function otherThan(version: Version): Version {
  return version === '2.0' ? '3.0' : '2.0';
}

const numbersOf = (count: number) => Array.from({ length: count }, (_, index) => String(13800000000 + index));

describe('What peers in the field do otherwise', () => {
  it('an ACTIVE_TEST_RESP without its reserved byte is read, and we always write it', () => {
    const short = new Uint8Array(12);
    writeHeader(short, CommandId.activeTestResp, 5);
    for (const version of VERSIONS) {
      const pdu = makePdu('activeTestResp', 5);
      assert.deepEqual(decode(short, version), { kind: 'pdu', version, pdu });
      assert.equal(frameOf(pdu, version).length, 13);
    }
  });

  it("an answer of the other edition's length is read as that edition's", () => {
    for (const version of VERSIONS) {
      const answers = [
        makePdu('connectResp', 1, { status: 3 }),
        makePdu('submitResp', 1, { msgId: 9n, result: 8 }),
        makePdu('deliverResp', 1, { msgId: 9n, result: 8 }),
        makePdu('cancelResp', 1, { successId: 1 }),
        makePdu('fwdResp', 1, { msgId: 9n, pkTotal: 1, pkNumber: 1, result: 8 }),
      ];
      for (const pdu of answers) {
        assert.deepEqual(decode(frameOf(pdu, otherThan(version)), version), {
          kind: 'pdu',
          version: otherThan(version),
          pdu,
        });
      }
    }
  });

  it("a SUBMIT of the other edition is malformed in a session, but tells which edition's it is", () => {
    for (const version of VERSIONS) {
      for (const count of [1, 2, 99]) {
        const pdu = makePdu('submit', 1, { destTerminalIds: numbersOf(count), msgContent: new Uint8Array(30) });
        const frame = frameOf(pdu, version);
        assert.equal(submitVersion(frame), version);
        assert.equal(decode(frame, otherThan(version)).kind, 'malformed');
      }
    }
  });

  it('a SUBMIT that adds up in neither edition tells nothing', () => {
    const frame = frameOf(makePdu('submit', 1, { destTerminalIds: ['1'] }), '3.0');
    assert.equal(submitVersion(frame.slice(0, -1)), undefined);
    assert.equal(submitVersion(frame.slice(0, 12)), undefined);
  });

  it('a SUBMIT that by chance adds up in both editions tells nothing', () => {
    const frame = new Uint8Array(163);
    // In 2.0 one destination and 4 bytes of content, in 3.0 none and none.
    frame[128] = 1;
    frame[150] = 4;
    writeHeader(frame, CommandId.submit, 1);
    for (const version of VERSIONS) assert.equal(decode(frame, version).kind, 'pdu');
    assert.equal(submitVersion(frame), undefined);
  });

  it('a status report is read by its own length, in sessions of either edition', () => {
    const report = {
      msgId: 0x1122334455667788n,
      stat: 'DELIVRD',
      submitTime: '2602101330',
      doneTime: '2602101331',
      destTerminalId: '13800000000',
      smscSequence: 77,
    };
    for (const [version, lengthBytes] of [['2.0', 60] as const, ['3.0', 71] as const]) {
      const written = writeStatusReport(report, version);
      assert.ok(written.kind === 'bytes');
      assert.equal(written.bytes.length, lengthBytes);
      for (const session of VERSIONS) {
        const deliver = makePdu('deliver', 1, { registeredDelivery: 1, msgContent: written.bytes });
        const decoded = decode(frameOf(deliver, session), session);
        assert.ok(decoded.kind === 'pdu' && decoded.pdu.command === 'deliver');
        assert.deepEqual(readStatusReport(decoded.pdu.msgContent), { kind: 'report', version, report });
      }
    }
  });

  it('a status report of any other length is malformed', () => {
    for (const lengthBytes of [0, 1, 59, 61, 70, 72, 255]) {
      assert.equal(readStatusReport(new Uint8Array(lengthBytes)).kind, 'malformed', `${lengthBytes} bytes`);
    }
  });

  it('a status report that its fields cannot hold is refused', () => {
    const report = { msgId: 1n, stat: 'DELIVERED', submitTime: '', doneTime: '', destTerminalId: '', smscSequence: 0 };
    const why = 'stat: "DELIVERED" is longer than 7 bytes';
    assert.deepEqual(writeStatusReport(report, '3.0'), { kind: 'refused', why });
  });

  it('a Total_Length without the header is malformed', () => {
    const frame = frameOf(makePdu('connect', 1), '2.0');
    writeUint32(frame, 0, 27);
    assert.deepEqual(decode(frame, '2.0'), { kind: 'malformed', why: 'Total_Length 27 of a frame of 39 bytes' });
  });

  it('a frame with bytes after its last field is malformed', () => {
    const frame = new Uint8Array(14);
    writeHeader(frame, CommandId.activeTestResp, 1);
    const why = 'the last field ends at byte 13 of 14';
    assert.deepEqual(decode(frame, '3.0'), { kind: 'malformed', why });
  });

  it('a frame too short for a field names the field', () => {
    const frame = frameOf(makePdu('submit', 1, { destTerminalIds: numbersOf(3) }), '2.0').slice(0, 150);
    writeHeader(frame, CommandId.submit, 1);
    const why = 'destTerminalIds at byte 128 takes 64 bytes, 22 are left';
    assert.deepEqual(decode(frame, '2.0'), { kind: 'malformed', why });
  });

  it('a command that is nobody to an SP is unknown', () => {
    const frame = new Uint8Array(12);
    for (const commandId of [CommandId.mtRoute, 0x00000003, 0xff, 0xffffffff]) {
      writeHeader(frame, commandId, 1);
      assert.deepEqual(decode(frame, '3.0'), { kind: 'unknown-command', commandId });
    }
  });

  it('numbers 21 bytes apart in the 32-byte places of a 3.0 group are read as they stand', () => {
    const frame = frameOf(makePdu('submit', 1, { destTerminalIds: ['', '', ''] }), '3.0');
    for (const [index, number] of numbersOf(3).entries()) {
      frame.set(Buffer.from(number, 'latin1'), 141 + index * 21);
    }
    const decoded = decode(frame, '3.0');
    assert.ok(decoded.kind === 'pdu' && decoded.pdu.command === 'submit');
    assert.deepEqual(decoded.pdu.destTerminalIds, [
      `13800000000${'\0'.repeat(10)}13800000001`,
      `${'\0'.repeat(10)}13800000002`,
      '',
    ]);
    assert.deepEqual(frameOf(decoded.pdu, '3.0'), frame);
  });

  it("a Fee_terminal_Id of 21 digits 0 is kept, as 2.0's clients send it", () => {
    const pdu = makePdu('submit', 1, { destTerminalIds: ['1'], feeTerminalId: '0'.repeat(21) });
    assert.deepEqual(decode(frameOf(pdu, '2.0'), '2.0'), { kind: 'pdu', version: '2.0', pdu });
  });

  it('more destinations than the specification allows are read, and not written', () => {
    const frame = new Uint8Array(12 + 126 + 21 * 200);
    writeHeader(frame, CommandId.submit, 1);
    frame[128] = 200;
    const decoded = decode(frame, '2.0');
    assert.ok(decoded.kind === 'pdu' && decoded.pdu.command === 'submit');
    assert.equal(decoded.pdu.destTerminalIds.length, 200);
    assert.equal(encode(decoded.pdu, '2.0').kind, 'refused');
  });

  it('the largest legal SUBMIT fits into the largest frame that we take', () => {
    const pdu = makePdu('submit', 1, { destTerminalIds: numbersOf(99), msgContent: new Uint8Array(140) });
    assert.equal(frameOf(pdu, '3.0').length, 3471);
    assert.ok(DEFAULT_MAX_FRAME_BYTES > 3471);
  });

  it('spaces and zeros after a Source_Addr are not part of the account', () => {
    for (const sourceAddr of ['9001', '9001  ', '9001 \0', '9001\0 ', '9001\0\0']) {
      assert.equal(accountOf(sourceAddr), '9001');
    }
    assert.equal(accountOf(' 9001'), ' 9001');
    assert.equal(accountOf('      '), '');
  });

  it('a country code before a mobile number is not part of the number', () => {
    for (const number of ['13800000000', '8613800000000', '+8613800000000', '008613800000000']) {
      assert.equal(bareNumber(number), '13800000000');
    }
    for (const number of ['86', '10690086', '8610086', '86138000000001', '+4917000000000', '']) {
      assert.equal(bareNumber(number), number);
    }
  });
});
