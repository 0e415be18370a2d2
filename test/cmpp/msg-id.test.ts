import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatMsgId, msgIdOf, msgIdParts, msgIdsOfGroup, parseMsgId } from '../../src/cmpp/msg-id.js';

const anyId = fc.bigInt(0n, 0xffffffffffffffffn);
const parts = { month: 2, day: 10, hour: 13, minute: 30, second: 59, gatewayCode: 106900, sequence: 65535 };

describe('A Msg_Id', () => {
  it('has its parts where the specification says', () => {
    const { month, day, hour, minute, second, gatewayCode, sequence } = parts;
    const expected =
      (BigInt(month) << 60n) |
      (BigInt(day) << 55n) |
      (BigInt(hour) << 50n) |
      (BigInt(minute) << 44n) |
      (BigInt(second) << 38n) |
      (BigInt(gatewayCode) << 16n) |
      BigInt(sequence);
    assert.equal(msgIdOf(parts), expected);
    assert.deepEqual(msgIdParts(expected), parts);
  });

  it('is the same again from its parts and from its text, whatever a gateway put into it', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        assert.equal(msgIdOf(msgIdParts(id)), id);
        assert.equal(parseMsgId(formatMsgId(id)), id);
      }),
    );
  });

  it('wraps a part that is counted on beyond its bits, and leaves the others alone', () => {
    assert.deepEqual(msgIdParts(msgIdOf({ ...parts, sequence: 65536 + 7 })), { ...parts, sequence: 7 });
  });

  it('reads as the digits that gateways log', () => {
    assert.equal(formatMsgId(msgIdOf(parts)), '0210133059010690065535');
  });

  it('is not read from a text that is none', () => {
    for (const text of [
      '',
      '0210133059',
      '021013305901069006553x',
      '1610133059010690065535',
      '0210133059010690065536',
    ]) {
      assert.equal(parseMsgId(text), undefined);
    }
  });
});

describe('The ids of a group', () => {
  it('follow the first, and wrap within the sequence', () => {
    const first = msgIdOf({ ...parts, sequence: 65534 });
    const sequences = msgIdsOfGroup(first, 4).map((id) => msgIdParts(id).sequence);
    assert.deepEqual(sequences, [65534, 65535, 0, 1]);
    for (const id of msgIdsOfGroup(first, 4)) assert.equal(id >> 16n, first >> 16n);
  });

  it('are as many as destinations, the first one first, and none twice', () => {
    fc.assert(
      fc.property(anyId, fc.integer({ min: 1, max: 99 }), (first, count) => {
        const ids = msgIdsOfGroup(first, count);
        assert.equal(ids[0], first);
        assert.equal(new Set(ids).size, count);
      }),
    );
  });
});
