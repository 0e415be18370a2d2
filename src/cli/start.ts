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
import { writePidFile } from '../runtime/pid-file.js';
import { ServiceManager } from '../runtime/notify.js';
import { realRandom } from '../runtime/random.js';
import { holdSignals, onReopenSignal, onSignals } from '../runtime/signals.js';
import type { HeldSignals, Told } from '../runtime/signals.js';
import { printProblems } from './check.js';
import { DEMO_SMSC_PORTS, runDemo } from './demo.js';
import { logFindings } from './log-findings.js';
import { modeOption } from './mode-option.js';
import { stopSignal } from './stop-signal.js';
import { version } from '../runtime/version.js';
import { warmUp } from './warm-up.js';

interface StartFlags {
  readonly config?: string;
  readonly demo?: true;
  readonly mode?: Mode;
  readonly pidFile?: string;
}

const NO_DAEMON = `error: there is no --daemon: it stays in the foreground, so that whoever starts it sees when it ends
Run it by systemd (config/systemd/cmpp-lb.service) or as it is in a container; --pid-file writes its number.`;

export function startCommand(): Command {
  const command = new Command('start');
  return command
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
    .addOption(
      new Option(
        '--pid-file <file>',
        'where to write the number of the process once it listens; goes before global.pid-file',
      ).conflicts('demo'),
    )
    .addOption(new Option('-D, --daemon').hideHelp())
    .on('option:daemon', () => command.error(NO_DAEMON))
    .action(async ({ config, demo, mode, pidFile }: StartFlags) => {
      keepYoungGenerationSmall();
      const file = demo === true ? shippedConfig : (config ?? findConfigFile(existsSync));
      await start(file, demo === true, mode, pidFile);
    });
}

async function start(
  file: string,
  isDemo: boolean,
  mode: Mode | undefined,
  pidFile: string | undefined,
): Promise<void> {
  // In the demonstration they end the process, as does the terminal that closes.
  const held = isDemo ? undefined : holdSignals();
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
  onReopenSignal(created.reopen);
  log.event('starting', { version, configFile: file });
  logFindings(result, log);
  const source = { load: () => loadConfig(file, readLimits(), mode) };
  await run(config, source, created, { pidFile: pidFile ?? config.global.pidFile, held });
  await log.close();
}

async function run(
  config: Config,
  source: ConfigSource,
  { log, use }: Logging,
  { pidFile, held }: { readonly pidFile: string | undefined; readonly held: HeldSignals | undefined },
): Promise<void> {
  const parts = { clock: realClock, random: realRandom, transport: new Transport() };
  await warmUp(parts, config.global.log);
  const started = await startBalancer(config, { ...parts, log, source });
  if (started.kind === 'fault') {
    failWithLog(started.message, log);
    return;
  }
  const { balancer, stateKeeper } = started;
  const written = pidFile === undefined ? undefined : writePidFile(pidFile, process.pid);
  if (written?.kind === 'fault') {
    balancer.kill();
    await stateKeeper?.close();
    failWithLog(written.message, log);
    return;
  }
  if (pidFile !== undefined) log.event('pid-file-written', { path: pidFile });
  const { env: environment, pid } = process;
  const failed = (error: string): void => log.event('notify-failed', { error });
  const manager = new ServiceManager({ clock: realClock, environment, pid, failed });
  started.reloader.follow((next) => use(next.global.log));
  manager.ready('Serving');
  await untilStopped(started, manager, { log, held });
  await stateKeeper?.close();
  written?.remove();
  await manager.close();
  const { accepted, closed } = balancer.totals;
  log.event('stopped', { sessions: accepted, closed });
}

type Logging = Extract<CreatedLog, { kind: 'log' }>;
type Started = Extract<Awaited<ReturnType<typeof startBalancer>>, { kind: 'started' }>;

/** Resolves when a signal has ended the balancer. */
async function untilStopped(
  { balancer, config, reloader }: Started,
  manager: ServiceManager,
  { log, held }: { readonly log: Log; readonly held: HeldSignals | undefined },
): Promise<void> {
  await new Promise<void>((resolve) => {
    const told: Told = {
      stop: (signal) => {
        log.event('stopping', { signal, sessions: balancer.sessionsNow });
        manager.stopping('Taking leave of all sessions');
        void balancer.stop(config().global.hardStopAfterMs).then(resolve);
      },
      reload: (signal) => void reloadOn(signal, reloader, manager),
      stopAtOnce: () => balancer.kill(),
      stopSoftly: (signal) => {
        log.event('stopping', { signal, sessions: balancer.sessionsNow });
        manager.status('Accepting no more, until the last session has ended');
        void balancer.retire().then(resolve);
      },
    };
    onSignals(realClock, told, held);
  });
}

/** What comes of it is in the log, and warnings are where those of the start are. Never rejects. */
async function reloadOn(signal: string, reloader: Reloader, manager: ServiceManager): Promise<void> {
  manager.reloading('Reading the configuration anew');
  const outcome = await reloader.reload(signal, false);
  manager.ready('Serving');
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

/** Whoever reads only the log's file is not to find a start without an end. */
function failWithLog(why: string, log: Log): void {
  log.event('not-started', { error: why });
  fail(`cmpp-lb does not start: ${why}`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
