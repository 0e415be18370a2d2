/** Starts the simulators on real sockets for a test, on ports that the system chooses. */

import type { TestContext } from 'node:test';
import { startSmsc } from '../../src/simulator/smsc/smsc.js';
import type { RunningSmsc } from '../../src/simulator/smsc/smsc.js';
import type { SmscSettings } from '../../src/simulator/smsc/settings.js';
import { submitsOf } from '../../src/simulator/sp/outgoing-sms.js';
import type { OutgoingSms, SubmitBody } from '../../src/simulator/sp/outgoing-sms.js';
import { sendMessages } from '../../src/simulator/sp/send-messages.js';
import type { SendOptions } from '../../src/simulator/sp/send-messages.js';
import { NotedLines } from './noted-lines.js';

export const LOOPBACK = '127.0.0.1';

export interface SmscForTest extends RunningSmsc {
  readonly lines: NotedLines;
  /** Of its first gateway. */
  readonly port: number;
}

/** Closed when the test is over. Reports come at once unless the settings say otherwise. */
export async function startSmscForTest(
  test: TestContext,
  settings: Partial<SmscSettings> = {},
  gateways = 1,
): Promise<SmscForTest> {
  const lines = new NotedLines();
  const smsc = await startSmsc({
    listen: Array.from({ length: gateways }, () => ({ host: LOOPBACK, port: 0 })),
    settings: { reports: { delayMs: 0, stat: 'DELIVRD' }, ...settings },
    say: lines.say,
  });
  test.after(() => smsc.close());
  return { ...smsc, lines, port: smsc.ports[0] ?? 0 };
}

export function submitsTo(text: string, sms: Partial<OutgoingSms> = {}, wantsReport = true): readonly SubmitBody[] {
  const sender = { account: '900001', srcId: '10690001', serviceId: 'TEST', wantsReport };
  const written = submitsOf({ to: ['13800138000'], msgFmt: 'auto', text, ...sms }, sender, 7);
  if (written.kind === 'refused') throw new RangeError(written.why);
  return written.submits;
}

/** Sends by one session of account 900001 and notes the lines. */
export function sendForTest(port: number, submits: readonly SubmitBody[], options: Partial<SendOptions> = {}) {
  const lines = new NotedLines();
  const sending = sendMessages({
    server: { host: LOOPBACK, port },
    login: { account: '900001', secret: 'opensesame' },
    submits,
    waitMs: 10_000,
    say: lines.say,
    ...options,
  });
  return { ...sending, lines };
}
