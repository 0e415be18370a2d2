import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText } from '../../../src/cmpp/text.js';
import { readUserData } from '../../../src/cmpp/user-data-header.js';
import { submitsOf } from '../../../src/simulator/sp/outgoing-sms.js';
import type { OutgoingSms } from '../../../src/simulator/sp/outgoing-sms.js';

const sender = { account: '900001', srcId: '10690001', serviceId: 'TEST', wantsReport: true };

function written(text: string, msgFmt: OutgoingSms['msgFmt'], to = ['13800138000']) {
  const submits = submitsOf({ to, text, msgFmt }, sender, 9);
  assert.ok(submits.kind === 'submits');
  return submits.submits;
}

describe('an SMS to send', () => {
  const formats = [
    { msgFmt: 'auto', text: 'hello', written: 0 },
    { msgFmt: 'auto', text: '你好', written: 8 },
    { msgFmt: 0, text: 'hello', written: 0 },
    { msgFmt: 3, text: '00ff', written: 3 },
    { msgFmt: 4, text: '00ff', written: 4 },
    { msgFmt: 8, text: '你好😀', written: 8 },
    { msgFmt: 15, text: '你好abc', written: 15 },
  ] as const;
  for (const { msgFmt, text, written: expected } of formats) {
    it(`"${text}" with Msg_Fmt ${msgFmt} is written with ${expected} and reads the same`, () => {
      const [submit, ...more] = written(text, msgFmt);
      assert.equal(more.length, 0);
      assert.equal(submit?.msgFmt, expected);
      assert.equal(decodeText(submit?.msgContent ?? new Uint8Array(), expected), text);
      assert.deepEqual([submit?.pkTotal, submit?.pkNumber, submit?.tpUdhi], [1, 1, 0]);
    });
  }

  it('that is long goes in parts with one reference of 8 bits', () => {
    const text = '你好'.repeat(100);
    const submits = written(text, 'auto');
    assert.equal(submits.length, 3);
    const parts = submits.map(({ tpUdhi, msgContent }) => readUserData(tpUdhi, msgContent));
    assert.deepEqual(
      parts.map(({ concatenation }) => concatenation),
      [1, 2, 3].map((number) => ({ reference: 9, referenceBits: 8, total: 3, number })),
    );
    assert.equal(parts.map(({ body }) => decodeText(body, 8)).join(''), text);
  });

  it('carries the account, the numbers and the wish for a report', () => {
    const [submit] = written('hi', 'auto', ['13800138000', '13800138001']);
    assert.equal(submit?.msgSrc, '900001');
    assert.equal(submit?.srcId, '10690001');
    assert.equal(submit?.registeredDelivery, 1);
    assert.deepEqual(submit?.destTerminalIds, ['13800138000', '13800138001']);
  });

  const refusals = [
    { why: 'characters that ASCII lacks', sms: { text: '你好a', msgFmt: 0 }, says: /^ASCII has no "你", "好": .*8/ },
    { why: 'letters in hexadecimal', sms: { text: '0x', msgFmt: 4 }, says: /^binary has no "x": .*hexadecimal/ },
    { why: 'a number too long', sms: { to: ['1'.repeat(22)], text: 'a', msgFmt: 0 }, says: /21 bytes/ },
    { why: 'too many numbers', sms: { to: Array<string>(100).fill('1'), text: 'a', msgFmt: 0 }, says: /100 entries/ },
    { why: 'a text too long', sms: { text: 'a'.repeat(134 * 255 + 1), msgFmt: 0 }, says: /256 parts/ },
  ] as const;
  for (const { why, sms, says } of refusals) {
    it(`is refused for ${why}, in words that name it`, () => {
      const submits = submitsOf({ to: ['13800138000'], ...sms }, sender, 0);
      assert.ok(submits.kind === 'refused');
      assert.match(submits.why, says);
    });
  }
});
