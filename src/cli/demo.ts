/** `cmpp-lb start --demo`: the balancer between three simulated gateways and an SP, in one process, told as a story. */

import { startBalancer } from '../app.js';
import type { Config } from '../config/config.js';
import { factsOfEvent } from '../log/event.js';
import type { Log } from '../log/log.js';
import { realClock } from '../runtime/clock.js';
import { realRandom } from '../runtime/random.js';
import { startSmsc } from '../simulator/smsc/smsc.js';
import { startSp } from '../simulator/sp/sp.js';
import { stopSignal } from './stop-signal.js';

const SMSC_PORTS = [9315, 9316, 9317];
const BALANCER_PORT = 9999;
const ACCOUNT = '900001';
const TEXT = '您的验证码是 482913，5 分钟内有效。';

const BY_HAND = `
Try it by hand, in another terminal:
  node bin/cmpp-lb.js sp --server 127.0.0.1:${BALANCER_PORT} --to 13800138000 --text "你好，世界"
  node bin/cmpp-lb.js sp --server 127.0.0.1:${BALANCER_PORT} --sessions 50 --rate 500 --duration 10s --source-addresses 127.0.0.2-127.0.0.51
  node bin/cmpp-lb.js sp --help
Ctrl-C ends everything.
`;

/** Returns the sentence that says why the demonstration could not start; undefined when it ran to its end. */
export async function runDemo(config: Config): Promise<string | undefined> {
  const smsc = await startGateways();
  if (typeof smsc === 'string') return smsc;
  const log = spokenLog();
  const started = await startBalancer(config, { clock: realClock, random: realRandom, log });
  if (started.kind === 'fault') {
    await smsc.close();
    return started.message;
  }
  const stopped = stopSignal();
  say('', BY_HAND);
  const sp = startSp({
    server: { host: '127.0.0.1', port: BALANCER_PORT },
    logins: [{ account: ACCOUNT, secret: '' }],
    sms: { to: ['13800138000'], text: TEXT, msgFmt: 'auto' },
    sender: { srcId: '10690001', serviceId: 'DEMO', wantsReport: true },
    submitsPerSecond: 0.5,
    say: (line) => say('sp  ', line),
  });
  await stopped;
  await sp.close();
  await started.balancer.stop(config.global.hardStopAfterMs);
  const { accepted, closed } = started.balancer.totals;
  log.event('stopped', { sessions: accepted, closed });
  await smsc.close();
  return undefined;
}

async function startGateways(): Promise<Awaited<ReturnType<typeof startSmsc>> | string> {
  try {
    const smsc = await startSmsc({
      listen: SMSC_PORTS.map((port) => ({ host: '127.0.0.1', port })),
      say: (line) => say('smsc', line),
    });
    say('smsc', `three gateways listen on 127.0.0.1, ports ${SMSC_PORTS.join(', ')}`);
    return smsc;
  } catch (error) {
    return `the simulated gateways need the ports ${SMSC_PORTS.join(', ')}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The balancer's log as sentences between those of the others. */
function spokenLog(): Log {
  return {
    event: (name, values) => say('lb  ', factsOfEvent(name).message(values)),
    isEnabled: () => true,
    lostLines: 0,
    close: () => Promise.resolve(),
  };
}

function say(who: string, line: string): void {
  process.stdout.write(who === '' ? `${line}\n` : `${who} ${line}\n`);
}
