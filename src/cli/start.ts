/** `cmpp-lb start`: runs the balancer in the foreground until a signal ends it. */

import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { startBalancer } from '../app.js';
import type { ConfigSource, Reloader } from '../assembly/reloader.js';
import type { ConfigResult } from '../config/check-config.js';
import type { Config } from '../config/config.js';
import { findConfigFile, loadConfig, readLimits, shippedConfig } from '../config/load.js';
import { problemText } from '../config/problem.js';
import type { Mode } from '../config/vocabulary.js';
import { createLog } from '../log/log.js';
import type { CreatedLog, Log } from '../log/log.js';
import { localOffsetMinutes } from '../log/timestamp.js';
import { Transport } from '../proxy/transport.js';
import { realClock } from '../runtime/clock.js';
import { keepYoungGenerationSmall } from '../runtime/heap.js';
import { realRandom } from '../runtime/random.js';
import { onSignals } from '../runtime/signals.js';
import { printProblems } from './check.js';
import { DEMO_SMSC_PORTS, runDemo } from './demo.js';
import { modeOption } from './mode-option.js';
import { stopSignal } from './stop-signal.js';
import { version } from '../runtime/version.js';
import { warmUp } from './warm-up.js';

interface StartFlags {
  readonly config?: string;
  readonly demo?: true;
  readonly mode?: Mode;
}

export function startCommand(): Command {
  return new Command('start')
    .description(
      'run the balancer in the foreground; SIGTERM ends it, SIGUSR1 lets its sessions end first, SIGHUP reads the configuration anew',
    )
    .option(
      '-c, --config <file>',
      'the configuration, YAML or a haproxy.cfg; without it ./cmpp-lb.yaml, then /etc/cmpp-lb/cmpp-lb.yaml, then the shipped default',
    )
    .addOption(modeOption().conflicts('demo'))
    .addOption(
      new Option(
        '--demo',
        'the shipped configuration with three simulated gateways on 9315-9317 and an SP that keeps sending',
      ).conflicts('config'),
    )
    .action(async ({ config, demo, mode }: StartFlags) => {
      keepYoungGenerationSmall();
      const file = demo === true ? shippedConfig : (config ?? findConfigFile(existsSync));
      await start(file, demo === true, mode);
    });
}

async function start(file: string, isDemo: boolean, mode: Mode | undefined): Promise<void> {
  const result = loadConfig(file, readLimits(), mode);
  if (result.kind === 'invalid') {
    failBecauseOf(result, file);
    return;
  }
  const { config } = result;
  if (isDemo) {
    // Its configuration is ours, and what could be better in it is not its visitor's to mend.
    const fault = await runDemo({
      smscPorts: DEMO_SMSC_PORTS,
      configFor: () => config,
      say: (line) => process.stdout.write(`${line}\n`),
      stopped: stopSignal(),
    });
    if (fault !== undefined) fail(`the demonstration does not start: ${fault}`);
    return;
  }
  printProblems(result);
  const created = createLog(config.global.log, {
    clock: realClock,
    pid: process.pid,
    offsetMinutesAt: localOffsetMinutes,
  });
  if (created.kind === 'fault') {
    fail(`cmpp-lb does not start: ${created.message}`);
    return;
  }
  const { log } = created;
  log.event('starting', { version, configFile: file });
  const source = { load: () => loadConfig(file, readLimits(), mode) };
  await run(config, source, created);
  await log.close();
}

async function run(config: Config, source: ConfigSource, { log, use }: Logging): Promise<void> {
  const parts = { clock: realClock, random: realRandom, transport: new Transport() };
  await warmUp(parts, config.global.log);
  const started = await startBalancer(config, { ...parts, log, source });
  if (started.kind === 'fault') {
    fail(`cmpp-lb does not start: ${started.message}`);
    return;
  }
  started.reloader.follow((next) => use(next.global.log));
  await untilStopped(started, log);
  const { accepted, closed } = started.balancer.totals;
  log.event('stopped', { sessions: accepted, closed });
}

type Logging = Extract<CreatedLog, { kind: 'log' }>;
type Started = Extract<Awaited<ReturnType<typeof startBalancer>>, { kind: 'started' }>;

/** Resolves when a signal has ended the balancer. */
async function untilStopped({ balancer, config, reloader }: Started, log: Log): Promise<void> {
  await new Promise<void>((resolve) => {
    onSignals(realClock, {
      stop: (signal) => {
        log.event('stopping', { signal, sessions: balancer.sessionsNow });
        void balancer.stop(config().global.hardStopAfterMs).then(resolve);
      },
      reload: (signal) => void reloadOn(signal, reloader),
      stopAtOnce: () => balancer.kill(),
      stopSoftly: (signal) => {
        log.event('stopping', { signal, sessions: balancer.sessionsNow });
        void balancer.retire().then(resolve);
      },
    });
  });
}

/** What comes of it is in the log, and warnings are where those of the start are. Never rejects. */
async function reloadOn(signal: string, reloader: Reloader): Promise<void> {
  const outcome = await reloader.reload(signal, false);
  if (outcome.kind === 'refused') return;
  for (const warning of outcome.warnings) console.error(`warning: ${warning}`);
}

function failBecauseOf(result: Extract<ConfigResult, { kind: 'invalid' }>, file: string): void {
  const { problems } = result;
  const [first] = problems;
  if (first?.line === 0) {
    fail(`cmpp-lb does not start: ${problemText(first)}`);
    return;
  }
  printProblems(result);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  fail(`cmpp-lb does not start: ${file} has ${count}, see above`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
