import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { startSp } from '../../src/simulator/sp/sp.js';
import type { SpOptions } from '../../src/simulator/sp/sp-options.js';
import { NotedLines } from './noted-lines.js';
import { LOOPBACK, startSmscForTest } from './simulators.js';

function startLoad(test: TestContext, port: number, options: Partial<SpOptions> = {}) {
  const lines = new NotedLines();
  const progress = new NotedLines();
  const sp = startSp({
    server: { host: LOOPBACK, port },
    logins: [900001, 900002, 900003, 900004].map((account) => ({ account: String(account), secret: '' })),
    sms: { to: ['13800138000'], text: 'load', msgFmt: 'auto' },
    sender: { srcId: '10690001', serviceId: '', wantsReport: true },
    submitsPerSecond: 400,
    settings: { answerTimeoutMs: 5000 },
    say: lines.say,
    progress: progress.say,
    ...options,
  });
  let closing: ReturnType<typeof sp.close> | undefined;
  const close = async (waitMs?: number) => await (closing ??= sp.close(waitMs));
  test.after(() => close());
  return { figures: sp.figures, lines, progress, close };
}

describe('a load of SPs', () => {
  it('accounts for every SUBMIT and every report', async (test) => {
    const smsc = await startSmscForTest(test, { reports: { delayMs: 20, stat: 'DELIVRD' } });
    const load = startLoad(test, smsc.port);
    const line = await load.progress.line(/^1 s {2}/);
    assert.match(
      line,
      /^1 s {2}sessions 4\/4 {2}sent \d+ {2}\d+\/s {2}in flight \d+ {2}reports \d+\/\d+ {2}errors 0 {2}p50 [\d.]+ ms {2}p99 [\d.]+ ms$/,
    );
    const { isAccountedFor, figures, lines } = await load.close(10_000);
    assert.equal(isAccountedFor, true);
    const { submitted, answered, unanswered, reports } = figures;
    assert.ok(submitted > 0 && submitted <= 500, `${submitted} sent`);
    assert.deepEqual([answered, unanswered, reports.asked, reports.came], [submitted, 0, submitted, submitted]);
    assert.deepEqual(lines.slice(0, 4), [
      `SUBMITs: ${submitted} sent, ${submitted} answered (${submitted} with result 0 (ok)), 0 unanswered`,
      'answers too many: 0 duplicate, 0 late, 0 unknown',
      `reports: ${submitted} asked for, ${submitted} came (${submitted} DELIVRD), 0 missing, 0 unexpected`,
      'sessions: 4 logins, 0 refused, 0 not connected, 0 lost',
    ]);
    assert.match(lines[4] ?? '', /^milliseconds to the answer: p50 [\d.]+, p90 .*, p99 .*, p99\.9 .*, longest [\d.]+$/);
  });

  it('comes from the addresses that it is told to, in turn', async (test) => {
    const smsc = await startSmscForTest(test);
    startLoad(test, smsc.port, { sourceAddresses: ['127.0.0.2', '127.0.0.3'] });
    const logins = await Promise.all(
      [1, 2, 3, 4].map((number) => smsc.lines.line(new RegExp(`90000${number}: login from`))),
    );
    const addresses = logins.map((line) => /from ([\d.]+):/.exec(line)?.[1]);
    assert.deepEqual(addresses, ['127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3']);
  });

  it('logs in again when its sessions are lost, and counts what was lost with them', async (test) => {
    const smsc = await startSmscForTest(test, { reports: undefined });
    const load = startLoad(test, smsc.port, { sender: { srcId: '1', serviceId: '', wantsReport: false } });
    await Promise.all([1, 2, 3, 4].map((number) => load.lines.line(new RegExp(`90000${number} is logged in`))));
    smsc.execute({ kind: 'fault', port: smsc.port, changes: { isSilent: true } });
    await load.lines.next(/^SUBMIT \d/);
    const ended = load.lines.next(/^session ended: reset/);
    smsc.execute({ kind: 'fault', port: smsc.port, changes: { hangUp: 'reset' } });
    await ended;
    smsc.execute({ kind: 'fault', port: smsc.port, changes: undefined });
    await load.lines.next(/^CONNECT_RESP status 0/);
    await load.lines.next(/^SUBMIT_RESP/);
    const { isAccountedFor, figures } = await load.close(10_000);
    assert.equal(isAccountedFor, false);
    assert.equal(figures.sessionsLost, 4);
    assert.ok(figures.logins > 4);
    assert.ok(figures.unanswered > 0);
    assert.equal(figures.submitted, figures.answered + figures.unanswered);
  });

  it('brings reports by the other sessions of an account when one is gone', async (test) => {
    const smsc = await startSmscForTest(test, { reports: { delayMs: 300, stat: 'DELIVRD' } }, 2);
    const other = smsc.ports[1] ?? 0;
    const logins = [{ account: '900001', secret: '' }];
    const one = startLoad(test, smsc.port, { logins, submitsPerSecond: 1 });
    await one.lines.line(/^SUBMIT_RESP/);
    const two = startLoad(test, other, {
      logins,
      submitsPerSecond: 1,
      sender: { srcId: '1', serviceId: '', wantsReport: false },
    });
    await two.lines.line(/^CONNECT_RESP status 0/);
    await one.close();
    await two.lines.line(/^report of 13800138000: DELIVRD/);
  });

  it('sends the parts of a long SMS by one session', async (test) => {
    const smsc = await startSmscForTest(test, { reports: undefined });
    const text = '长短信'.repeat(40);
    const load = startLoad(test, smsc.port, { sms: { to: ['13800138000'], text, msgFmt: 8 }, submitsPerSecond: 40 });
    await smsc.lines.line(/: SMS from/);
    await load.close();
    assert.ok(smsc.lines.all.filter((line) => line.includes('SMS from')).every((line) => line.endsWith(`"${text}"`)));
  });
});
