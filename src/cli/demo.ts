/** `cmpp-lb start --demo`: the balancer between three simulated gateways and an SP, in one process, told as a story. */

import { startBalancer } from '../app.js';
import type { Config } from '../config/config.js';
import { factsOfEvent } from '../log/event.js';
import type { Log } from '../log/log.js';
import { Transport } from '../proxy/transport.js';
import { realClock } from '../runtime/clock.js';
import { realRandom } from '../runtime/random.js';
import { startSmsc } from '../simulator/smsc/smsc.js';
import type { RunningSmsc } from '../simulator/smsc/smsc.js';
import { startSp } from '../simulator/sp/sp.js';

export const DEMO_SMSC_PORTS: readonly number[] = [9315, 9316, 9317];
const ACCOUNT = '900001';
const TEXT = '您的验证码是 482913，5 分钟内有效。';

/** What a gateway says of the balancer's checks, which would be most of what a visitor reads. */
const PROBE_LINE = /^\d+ probe: /;

export interface DemoParts {
  /** Where the simulated gateways listen on 127.0.0.1; 0 lets the system choose. */
  readonly smscPorts: readonly number[];
  /** The balancer's configuration for the gateways' ports. Its first frontend is where the SP connects to. */
  readonly configFor: (smscPorts: readonly number[]) => Config;
  readonly say: (line: string) => void;
  /** Resolves when the demonstration is to end. */
  readonly stopped: Promise<void>;
}

/** Returns the sentence that says why the demonstration could not start; undefined when it ran to its end. */
export async function runDemo({ smscPorts, configFor, say, stopped }: DemoParts): Promise<string | undefined> {
  const smsc = await startGateways(smscPorts, say);
  if (typeof smsc === 'string') return smsc;
  const config = configFor(smsc.ports);
  const log = spokenLog(say);
  const started = await startBalancer(config, {
    clock: realClock,
    random: realRandom,
    transport: new Transport(),
    log,
  });
  if (started.kind === 'fault') {
    await smsc.close();
    return started.message;
  }
  const { balancer } = started;
  const [address = ''] = balancer.addressesOf(config.frontends[0]?.name ?? '');
  const port = Number(address.split(':').at(-1));
  say(byHand(port));
  const sp = startSp({
    server: { host: '127.0.0.1', port },
    logins: [{ account: ACCOUNT, secret: '' }],
    sms: { to: ['13800138000'], text: TEXT, msgFmt: 'auto' },
    sender: { srcId: '10690001', serviceId: 'DEMO', wantsReport: true },
    submitsPerSecond: 0.5,
    say: (line) => say(`sp   ${line}`),
  });
  await stopped;
  await sp.close();
  await balancer.stop(config.global.hardStopAfterMs);
  log.event('stopped', { sessions: balancer.totals.accepted, closed: balancer.totals.closed });
  await smsc.close();
  return undefined;
}

function byHand(port: number): string {
  return `
Try it by hand, in another terminal:
  node bin/cmpp-lb.js sp --server 127.0.0.1:${port} --to 13800138000 --text "你好，世界"
  node bin/cmpp-lb.js sp --server 127.0.0.1:${port} --sessions 50 --rate 500 --duration 10s --source-addresses 127.0.0.2-127.0.0.51
  node bin/cmpp-lb.js sp --help
Ctrl-C ends everything.
`;
}

async function startGateways(ports: readonly number[], say: DemoParts['say']): Promise<RunningSmsc | string> {
  try {
    const smsc = await startSmsc({
      listen: ports.map((port) => ({ host: '127.0.0.1', port })),
      say: (line) => {
        if (!PROBE_LINE.test(line)) say(`smsc ${line}`);
      },
    });
    say(`smsc three gateways listen on 127.0.0.1, ports ${smsc.ports.join(', ')}`);
    say('smsc the balancer logs in to each of them every 5 s, to see that it is alive; that is not shown');
    return smsc;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `the simulated gateways need the ports ${ports.join(', ')}: ${why}`;
  }
}

/** The balancer's log as sentences between those of the others. */
function spokenLog(say: DemoParts['say']): Log {
  return {
    event: (name, values) => say(`lb   ${factsOfEvent(name).message(values)}`),
    isEnabled: () => true,
    lostLines: 0,
    close: () => Promise.resolve(),
  };
}
