import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VERSIONS } from '../../src/cmpp/version.js';
import { sendForTest, startSmscForTest, submitsTo } from './simulators.js';

const secrets = new Map([['900001', 'opensesame']]);

describe('an SP and an SMSC', () => {
  for (const version of VERSIONS) {
    it(`bring an SMS through and report it in ${version}`, async (test) => {
      const smsc = await startSmscForTest(test, { secrets });
      const { outcome, lines } = sendForTest(smsc.port, submitsTo('你好'), { settings: { version } });
      const { isDelivered } = await outcome;
      assert.equal(isDelivered, true);
      const inOrder = [
        /^connected to 127\.0\.0\.1:\d+ from 127\.0\.0\.1:\d+$/,
        new RegExp(`^CONNECT_RESP status 0 \\(ok\\): 900001 is logged in, CMPP ${version}$`),
        /^SUBMIT 1 to 13800138000 \(UCS2\): "你好"$/,
        /^SUBMIT_RESP 1: result 0 \(ok\), Msg_Id \d{22} \(.*, gateway 1, sequence 1\), after [\d.]+ ms$/,
        /^report of 13800138000: DELIVRD \(delivered\), Msg_Id \d{22}, submitted \d{10}, done \d{10}$/,
        /^session ended: terminated by the SP$/,
        /^1 of 1 SUBMITs answered with result 0, 1 of 1 reports say DELIVRD$/,
      ];
      assert.equal(lines.all.length, inOrder.length);
      for (const [index, pattern] of inOrder.entries()) assert.match(lines.all[index] ?? '', pattern);
      await smsc.lines.line(/900001: SMS from 10690001 to 13800138000 \(UCS2\): "你好"$/);
      await smsc.lines.line(/900001: logout, terminated by the SP, after 1 SUBMIT$/);
    });
  }

  const texts = [
    { msgFmt: 0, text: 'hello' },
    { msgFmt: 0, text: 'hello '.repeat(60) },
    { msgFmt: 3, text: '0102' },
    { msgFmt: 4, text: 'ff00' },
    { msgFmt: 8, text: '你好，世界' },
    { msgFmt: 8, text: '你好'.repeat(120) },
    { msgFmt: 15, text: '你好abc' },
    { msgFmt: 15, text: '你好abc'.repeat(60) },
  ];
  for (const { msgFmt, text } of texts) {
    const submits = submitsTo(text, { msgFmt });
    it(`agree on a text of Msg_Fmt ${msgFmt} in ${submits.length} parts`, async (test) => {
      const smsc = await startSmscForTest(test);
      const { outcome } = sendForTest(smsc.port, submits);
      const { isDelivered, figures } = await outcome;
      assert.equal(isDelivered, true);
      assert.equal(figures.reports.came, submits.length);
      const line = await smsc.lines.line(/SMS from/);
      assert.ok(line.endsWith(`: "${text}"`), line);
    });
  }

  it('send to a group by one SUBMIT, with a report of each', async (test) => {
    const smsc = await startSmscForTest(test);
    const to = ['13800138000', '13800138001', '13800138002'];
    const { outcome, lines } = sendForTest(smsc.port, submitsTo('hi', { to }));
    const { isDelivered, figures } = await outcome;
    assert.equal(isDelivered, true);
    assert.deepEqual([figures.submitted, figures.reports.came], [1, 3]);
    for (const number of to) await lines.line(new RegExp(`^report of ${number}: DELIVRD`));
  });

  it('want no report when none is asked for', async (test) => {
    const smsc = await startSmscForTest(test);
    const { outcome, lines } = sendForTest(smsc.port, submitsTo('hi', {}, false));
    assert.equal((await outcome).isDelivered, true);
    assert.equal(lines.all.at(-1), '1 of 1 SUBMITs answered with result 0');
  });

  it('part when the secret is wrong', async (test) => {
    const smsc = await startSmscForTest(test, { secrets });
    const { outcome, lines } = sendForTest(smsc.port, submitsTo('hi'), { login: { account: '900001', secret: 'no' } });
    assert.equal((await outcome).isDelivered, false);
    await lines.line(/^CONNECT_RESP status 3 \(auth error\): 900001 is refused$/);
    await smsc.lines.line(/900001: login from 127\.0\.0\.1:\d+ refused with status 3 \(auth error\)$/);
  });

  it('bring an SMS of a phone to the SP, a long one too', async (test) => {
    const smsc = await startSmscForTest(test, { reports: undefined });
    const sp = sendForTest(smsc.port, submitsTo('hi'));
    await sp.lines.line(/^SUBMIT_RESP 1/);
    const text = '你好，'.repeat(50);
    const deliver = { kind: 'deliver', port: smsc.port, account: '900001', text } as const;
    const stranger = smsc.execute({ ...deliver, account: '900009' });
    assert.deepEqual(stranger, { kind: 'wrong', text: 'account 900009 has no session there' });
    assert.equal(smsc.execute(deliver).kind, 'done');
    assert.equal(await sp.lines.line(/^SMS from/), `SMS from 13900000000 to 10690001 (UCS2): "${text}"`);
    sp.close();
    const { isDelivered, figures } = await sp.outcome;
    assert.equal(isDelivered, false, 'the report did not come');
    assert.deepEqual([figures.messages, figures.reports.missing], [2 + 1, 1]);
  });

  it('end together when the SMSC is stopped', async (test) => {
    const smsc = await startSmscForTest(test, { reports: undefined });
    const sp = sendForTest(smsc.port, submitsTo('hi'));
    await sp.lines.line(/^SUBMIT_RESP 1/);
    await smsc.close();
    assert.equal((await sp.outcome).isDelivered, false);
    await sp.lines.line(/^session ended: terminated by the server$/);
    assert.match(smsc.lines.all.at(-1) ?? '', /900001: logout, terminated by the gateway, after 1 SUBMIT$/);
  });

  it('say in one sentence that nobody listens there', async (test) => {
    const smsc = await startSmscForTest(test);
    await smsc.close();
    const sp = sendForTest(smsc.port, submitsTo('hi'));
    assert.equal((await sp.outcome).isDelivered, false);
    assert.equal(sp.lines.all[0], `127.0.0.1:${smsc.port} refuses connections: nothing listens there`);
  });
});
