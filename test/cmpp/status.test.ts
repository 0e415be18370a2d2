import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectStatusName, deliverResultName, statName, submitResultName } from '../../src/cmpp/status.js';

describe('The name', () => {
  it("of a CONNECT_RESP's Status is the specification's or the field's", () => {
    const codes = [0, 1, 2, 3, 4, 56, 6, 4294967295];
    assert.deepEqual(codes.map(connectStatusName), [
      'ok',
      'bad structure',
      'illegal source address',
      'auth error',
      'version too high',
      "more than the account's connections (超过帐号设置接口数)",
      'other error',
      'other error',
    ]);
  });

  it("of a SUBMIT_RESP's Result tells the specification's codes, the field's and the vendors'", () => {
    const codes = [0, 8, 13, 77, 250, 14, 100, 199, 200];
    assert.deepEqual(codes.map(submitResultName), [
      'ok',
      'flow control',
      'bad Dest_terminal_Id',
      'too many SUBMITs (超过最大Submit提交数)',
      'queue full (消息队列满)',
      'other error',
      "error of the vendor's own",
      "error of the vendor's own",
      'other error',
    ]);
  });

  it("of a DELIVER_RESP's Result ends at 8", () => {
    assert.deepEqual([0, 8, 9, 77].map(deliverResultName), ['ok', 'flow control', 'other error', 'other error']);
  });

  it("of a status report's Stat goes by the word, or by the system before the colon", () => {
    const stats = ['DELIVRD', 'EXPIRED', 'MB:0045', 'IC:0001', 'ZZ:0001', 'MB', ''];
    assert.deepEqual(stats.map(statName), [
      'delivered',
      'not delivered in time',
      'refused by the SMSC',
      'no status report from the next gateway',
      'not in the specification',
      'not in the specification',
      'not in the specification',
    ]);
  });
});
