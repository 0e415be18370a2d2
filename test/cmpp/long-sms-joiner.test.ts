import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LongSmsJoiner } from '../../src/cmpp/long-sms-joiner.js';
import type { IncompleteSms, SmsFragment } from '../../src/cmpp/long-sms-joiner.js';
import { splitText } from '../../src/cmpp/long-sms.js';
import { MsgFmt } from '../../src/cmpp/message-format.js';
import { decodeText } from '../../src/cmpp/text.js';

const limits = { mostMessages: 3, longestWaitMs: 1000 };
const route = { account: '900001', sender: '10690001', receiver: '13800000000' };

function joinerWithLog(given = limits) {
  const givenUp: IncompleteSms[] = [];
  return { joiner: new LongSmsJoiner(given, (sms) => void givenUp.push(sms)), givenUp };
}

function fragmentsOf(text: string, reference: number, referenceBits: 8 | 16 = 8): SmsFragment[] {
  const split = splitText(text, MsgFmt.ucs2, { reference, referenceBits });
  assert.ok(split.kind === 'parts');
  return split.parts.map(({ tpUdhi, msgContent }) => ({ ...route, tpUdhi, msgContent }));
}

/** Part `number` of 3, whose text is one byte. */
function fragment(number: number, reference = 1, byte = number): SmsFragment {
  return { ...route, tpUdhi: 1, msgContent: Uint8Array.of(5, 0, 3, reference, 3, number, byte) };
}

describe('LongSmsJoiner', () => {
  it('gives the text back when the last part has come, in whatever order they come', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 71, maxLength: 700, size: 'max' });
    fc.assert(
      fc.property(text, fc.constantFrom(8 as const, 16 as const), fc.infiniteStream(fc.nat()), (text, bits, chance) => {
        const { joiner, givenUp } = joinerWithLog();
        const parts = fragmentsOf(text, 0x1234, bits);
        const keyed = parts.map((part) => ({ part, key: chance.next().value }));
        const shuffled = keyed.toSorted((one, other) => one.key - other.key).map(({ part }) => part);
        for (const part of shuffled.slice(0, -1)) assert.equal(joiner.push(part, 0).kind, 'waiting');
        const last = shuffled.at(-1);
        assert.ok(last !== undefined);
        const joined = joiner.push(last, 0);
        assert.ok(joined.kind === 'whole');
        assert.equal(decodeText(joined.content, MsgFmt.ucs2), text);
        assert.equal(joiner.waitingNow, 0);
        assert.deepEqual(givenUp, []);
      }),
    );
  });

  it('joins parts whose TP_udhi is 0x40 and whose Pk fields say 1 of 1', () => {
    const { joiner } = joinerWithLog();
    const parts = fragmentsOf('中'.repeat(100), 7).map((part) => ({ ...part, tpUdhi: 0x40, pkTotal: 1, pkNumber: 1 }));
    assert.deepEqual(
      parts.map((part) => joiner.push(part, 0).kind),
      ['waiting', 'whole'],
    );
  });

  it('hands out at once what is no part, without its header', () => {
    const { joiner } = joinerWithLog();
    const plain = { ...route, tpUdhi: 0, msgContent: Uint8Array.of(65) };
    const ports = { ...route, tpUdhi: 1, msgContent: Uint8Array.of(6, 5, 4, 1, 2, 3, 4, 65) };
    for (const sms of [plain, ports]) {
      assert.deepEqual(joiner.push(sms, 0), { kind: 'whole', content: Uint8Array.of(65) });
    }
  });

  it('says which parts are missing, and takes a part that comes again for a duplicate', () => {
    const { joiner } = joinerWithLog();
    assert.deepEqual(joiner.push(fragment(2), 0), { kind: 'waiting', missing: [1, 3] });
    assert.deepEqual(joiner.push(fragment(2), 0), { kind: 'duplicate' });
    assert.deepEqual(joiner.push(fragment(3), 0), { kind: 'waiting', missing: [1] });
    assert.deepEqual(joiner.push(fragment(1), 0), { kind: 'whole', content: Uint8Array.of(1, 2, 3) });
  });

  it('keeps messages apart that differ in account, sender, receiver, reference or total', () => {
    const { joiner } = joinerWithLog({ ...limits, mostMessages: 10 });
    const others: SmsFragment[] = [
      { ...fragment(1), account: '900002' },
      { ...fragment(1), sender: '10690002' },
      { ...fragment(1), receiver: '13800000001' },
      fragment(1, 2),
      { ...route, tpUdhi: 1, msgContent: Uint8Array.of(5, 0, 3, 1, 4, 1, 65) },
      { ...route, tpUdhi: 1, msgContent: Uint8Array.of(6, 8, 4, 0, 1, 3, 1, 65) },
    ];
    for (const sms of [fragment(1), ...others]) assert.equal(joiner.push(sms, 0).kind, 'waiting');
    assert.equal(joiner.waitingNow, 7);
  });

  it('gives up a message whose parts do not all come in time', () => {
    const { joiner, givenUp } = joinerWithLog();
    joiner.push(fragment(1), 0);
    joiner.push(fragment(3), 900);
    joiner.expire(999);
    assert.equal(joiner.waitingNow, 1);
    joiner.expire(1000);
    assert.equal(joiner.waitingNow, 0);
    assert.deepEqual(givenUp, [{ ...route, reference: 1, total: 3, missing: [2], why: 'too-old' }]);
  });

  it('gives up the old message first when a part of it comes too late', () => {
    const { joiner, givenUp } = joinerWithLog();
    joiner.push(fragment(1), 0);
    assert.deepEqual(joiner.push(fragment(2), 1000), { kind: 'waiting', missing: [1, 3] });
    assert.deepEqual(
      givenUp.map(({ why }) => why),
      ['too-old'],
    );
  });

  it('gives up the oldest message when one more would be too many', () => {
    const { joiner, givenUp } = joinerWithLog();
    for (const reference of [1, 2, 3, 4]) joiner.push(fragment(1, reference), reference);
    assert.equal(joiner.waitingNow, 3);
    assert.deepEqual(givenUp, [{ ...route, reference: 1, total: 3, missing: [2, 3], why: 'too-many' }]);
  });

  it('begins anew when a reference comes again with another text', () => {
    const { joiner, givenUp } = joinerWithLog();
    joiner.push(fragment(1), 0);
    assert.deepEqual(joiner.push(fragment(1, 1, 99), 1), { kind: 'waiting', missing: [2, 3] });
    assert.deepEqual(
      givenUp.map(({ why }) => why),
      ['reference-reused'],
    );
    joiner.push(fragment(2), 1);
    assert.deepEqual(joiner.push(fragment(3), 1), { kind: 'whole', content: Uint8Array.of(99, 2, 3) });
  });

  it("does not keep the caller's bytes", () => {
    const { joiner } = joinerWithLog();
    const [one, two, three] = [fragment(1), fragment(2), fragment(3)];
    joiner.push(one, 0);
    one.msgContent.fill(0);
    joiner.push(two, 0);
    assert.deepEqual(joiner.push(three, 0), { kind: 'whole', content: Uint8Array.of(1, 2, 3) });
  });
});
