/** `cmpp-lb start`: runs the balancer in the foreground until a signal ends it. */

import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { startBalancer } from '../app.js';
import type { Config } from '../config/config.js';
import { findConfigFile, loadConfig, readLimits, shippedConfig } from '../config/load.js';
import { problemText } from '../config/problem.js';
import type { Problem } from '../config/problem.js';
import { createLog } from '../log/log.js';
import type { Log } from '../log/log.js';
import { localOffsetMinutes } from '../log/timestamp.js';
import type { Balancer } from '../proxy/balancer.js';
import { Transport } from '../proxy/transport.js';
import { realClock } from '../runtime/clock.js';
import { keepYoungGenerationSmall } from '../runtime/heap.js';
import { realRandom } from '../runtime/random.js';
import { onSignals } from '../runtime/signals.js';
import { printProblems } from './check.js';
import { DEMO_SMSC_PORTS, runDemo } from './demo.js';
import { stopSignal } from './stop-signal.js';
import { version } from '../runtime/version.js';
import { warmUp } from './warm-up.js';

export function startCommand(): Command {
  return new Command('start')
    .description('run the balancer in the foreground; SIGTERM ends it, SIGUSR1 lets its sessions end first')
    .option(
      '-c, --config <file>',
      'the configuration; without it ./cmpp-lb.yaml, then /etc/cmpp-lb/cmpp-lb.yaml, then the shipped default',
    )
    .addOption(
      new Option(
        '--demo',
        'the shipped configuration with three simulated gateways on 9315-9317 and an SP that keeps sending',
      ).conflicts('config'),
    )
    .action(async ({ config: file, demo }: { config?: string; demo?: true }) => {
      keepYoungGenerationSmall();
      await start(demo === true ? shippedConfig : (file ?? findConfigFile(existsSync)), demo === true);
    });
}

async function start(file: string, isDemo: boolean): Promise<void> {
  const result = loadConfig(file, readLimits());
  if (result.kind === 'invalid') {
    failBecauseOf(result.problems, result.warnings, file);
    return;
  }
  printProblems([], result.warnings);
  const { config } = result;
  if (isDemo) {
    const fault = await runDemo({
      smscPorts: DEMO_SMSC_PORTS,
      configFor: () => config,
      say: (line) => process.stdout.write(`${line}\n`),
      stopped: stopSignal(),
    });
    if (fault !== undefined) fail(`the demonstration does not start: ${fault}`);
    return;
  }
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
  await run(config, log);
  await log.close();
}

async function run(config: Config, log: Log): Promise<void> {
  const parts = { clock: realClock, random: realRandom, transport: new Transport() };
  await warmUp(parts, config.global.log);
  const started = await startBalancer(config, { ...parts, log });
  if (started.kind === 'fault') {
    fail(`cmpp-lb does not start: ${started.message}`);
    return;
  }
  const { balancer } = started;
  await untilStopped(balancer, log, config.global.hardStopAfterMs);
  const { accepted, closed } = balancer.totals;
  log.event('stopped', { sessions: accepted, closed });
}

/** Resolves when a signal has ended the balancer. */
async function untilStopped(balancer: Balancer, log: Log, hardStopAfterMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    onSignals(realClock, {
      stop: (signal) => {
        log.event('stopping', { signal, sessions: balancer.sessionsNow });
        void balancer.stop(hardStopAfterMs).then(resolve);
      },
      stopAtOnce: () => balancer.kill(),
      stopSoftly: (signal) => {
        log.event('stopping', { signal, sessions: balancer.sessionsNow });
        void balancer.retire().then(resolve);
      },
    });
  });
}

function failBecauseOf(problems: readonly Problem[], warnings: readonly Problem[], file: string): void {
  const [first] = problems;
  if (first?.line === 0) {
    fail(`cmpp-lb does not start: ${problemText(first)}`);
    return;
  }
  printProblems(problems, warnings);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  fail(`cmpp-lb does not start: ${file} has ${count}, see above`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
