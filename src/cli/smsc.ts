/** The command `cmpp-lb smsc`: an SMSC simulator, and what steers a running one. */

import { Command } from 'commander';
import { listenAddress } from '../config/address.js';
import type { TcpAddress } from '../config/address.js';
import { answerLineOf, answerLines, listenForCommands, sendCommand } from '../simulator/smsc/control-socket.js';
import type { ControlAddress } from '../simulator/smsc/control-socket.js';
import { DEFAULT_SMSC_SETTINGS } from '../simulator/smsc/settings.js';
import type { SmscSettings } from '../simulator/smsc/settings.js';
import { startSmsc } from '../simulator/smsc/smsc.js';
import type { RunningSmsc } from '../simulator/smsc/smsc.js';
import { HELP_TEXT } from '../simulator/smsc/smsc-command.js';
import { FAILURE } from './exit-codes.js';
import {
  duration,
  durationOf,
  durationOption,
  durationOrNever,
  durationOrZero,
  perSecond,
  refuse,
} from './option-values.js';
import { tcpListen, wholeNumber } from './option-values.js';
import { accountsFile, addSecret, addSecretOfVariable } from './simulated-accounts.js';
import type { Secrets } from './simulated-accounts.js';
import { stopSignal } from './stop-signal.js';

interface SmscFlags {
  readonly listen?: readonly TcpAddress[];
  readonly host: string;
  readonly ports: readonly number[];
  readonly gatewayCode: number;
  readonly accounts?: Secrets;
  readonly secret?: Secrets;
  readonly secretEnv?: Secrets;
  readonly reportDelay: number;
  readonly reportStat: string;
  readonly reports: boolean;
  readonly mo: number;
  readonly window: number;
  readonly answerTimeout: number;
  readonly tries: number;
  readonly activeTest?: number;
  readonly control?: ControlAddress;
  readonly stdin?: true;
  readonly quiet?: true;
}

export function smscCommand(): Command {
  const command = new Command('smsc').description(
    'simulate the gateways of an SMSC: take logins and SMS, report them, and misbehave on demand',
  );
  addListenOptions(command.optionsGroup('Gateways:'));
  addBehaviourOptions(command.optionsGroup('Behaviour:'));
  addSteeringOptions(command.optionsGroup('Steering:'));
  command
    .command('ctl')
    .description('send a command to a running simulator')
    .addHelpText('after', `\nCommands:\n${HELP_TEXT}`)
    .argument('<address>', "the simulator's --control", controlAddress)
    .argument('<command...>', 'the command')
    .action(runControl);
  return command.optionsGroup('Options:').action(runSmsc);
}

function addListenOptions(command: Command): void {
  const code = wholeNumber(0, 4_000_000);
  command
    .option('--listen <address>', 'an address to listen on, one for each gateway; may be repeated', addListen)
    .option('--host <address>', 'the address of --ports', '127.0.0.1')
    .option('--ports <ports>', 'the ports to listen on when --listen is not given', ports, [9315, 9316, 9317])
    .option('--gateway-code <number>', "the first gateway's code in its Msg_Ids; the others count on", code, 1)
    .option('--accounts <file>', 'a YAML file of accounts and secrets; without secrets all are let in', accountsFile)
    .option('--secret <account=secret>', 'the secret of one account; may be repeated', addSecret)
    .option('--secret-env <account=name>', 'the same from an environment variable', addSecretOfVariable);
}

function addBehaviourOptions(command: Command): void {
  const { windowSize, answerTimeoutMs, tries } = DEFAULT_SMSC_SETTINGS.window;
  const report = 'from the SUBMIT_RESP to the status report';
  const answer = 'how long the answer to a DELIVER or ACTIVE_TEST may take';
  const idle = 'how long a session may be silent before an ACTIVE_TEST, or never';
  const again = 'how often a DELIVER or ACTIVE_TEST is sent without an answer';
  command
    .addOption(durationOption('--report-delay <duration>', report, durationOrZero, 1000))
    .option('--report-stat <stat>', 'what status reports say', reportStat, 'DELIVRD')
    .option('--no-reports', 'send no status reports')
    .option('--mo <rate>', 'messages a second from phones to every session', perSecond(0, 1000), 0)
    .option('--window <number>', 'DELIVERs without an answer at most', wholeNumber(1, 10_000), windowSize)
    .addOption(durationOption('--answer-timeout <duration>', answer, duration, answerTimeoutMs))
    .option('--tries <number>', again, wholeNumber(1, 100), tries)
    .addOption(durationOption('--active-test <duration>', idle, durationOrNever, 60_000));
}

function addSteeringOptions(command: Command): void {
  command
    .option('--control <address>', 'take commands at HOST:PORT or the path of a unix socket', controlAddress)
    .option('--stdin', 'take commands from standard input, which is done anyway when that is a terminal')
    .option('--quiet', 'no line for every login and SMS');
}

async function runSmsc(flags: SmscFlags, command: Command): Promise<void> {
  const stopped = stopSignal();
  const smsc = await orFail(
    command,
    startSmsc({
      listen: flags.listen ?? flags.ports.map((port) => ({ host: flags.host, port })),
      gatewayCode: flags.gatewayCode,
      settings: settingsOf(flags),
      say: flags.quiet === true ? undefined : say,
    }),
  );
  const control = await startControl(flags, smsc, command);
  say(`listening on ports ${smsc.ports.join(', ')}`);
  await stopped;
  await control?.close();
  await smsc.close();
  process.stdin.destroy();
  say(smsc.status());
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function startControl(flags: SmscFlags, smsc: RunningSmsc, command: Command) {
  const answerLine = answerLineOf(smsc, durationOf);
  if (flags.stdin === true || process.stdin.isTTY) {
    answerLines(process.stdin, process.stdout, answerLine);
    say('type help for the commands that can be given here');
  }
  return flags.control === undefined ? undefined : await orFail(command, listenForCommands(flags.control, answerLine));
}

async function runControl(
  address: ControlAddress,
  words: readonly string[],
  _flags: object,
  command: Command,
): Promise<void> {
  const { kind, text } = await orFail(command, sendCommand(address, words.join(' ')));
  if (kind === 'wrong') command.error(`error: ${text}`, FAILURE);
  process.stdout.write(`${text}\n`);
}

function settingsOf(flags: SmscFlags): Partial<SmscSettings> {
  const { accounts, secret, secretEnv, window: windowSize, answerTimeout: answerTimeoutMs, tries } = flags;
  const given = [accounts, secret, secretEnv].flatMap((secrets) => secrets ?? []);
  return {
    secrets: given.length === 0 ? undefined : new Map(given.flatMap((secrets) => [...secrets])),
    reports: flags.reports ? { delayMs: flags.reportDelay, stat: flags.reportStat } : undefined,
    window: { windowSize, answerTimeoutMs, tries },
    heartbeat: flags.activeTest === undefined ? undefined : { idleMs: flags.activeTest, answerTimeoutMs, tries },
    mobileOriginatedPerSecond: flags.mo,
  };
}

/** The value, or the end of the process with the system's own words, which name the address. */
async function orFail<Value>(command: Command, promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    return command.error(`error: ${error instanceof Error ? error.message : String(error)}`, FAILURE);
  }
}

function addListen(text: string, before: readonly TcpAddress[] = []): readonly TcpAddress[] {
  return [...before, tcpListen(text)];
}

function ports(text: string): readonly number[] {
  return text.split(',').map(wholeNumber(0, 65_535));
}

/** Seven characters at most, as the report has room for. */
function reportStat(text: string): string {
  return /^[!-~]{1,7}$/.test(text) ? text : refuse('a stat of at most 7 letters such as DELIVRD, UNDELIV or MB:0045');
}

function controlAddress(text: string): ControlAddress {
  if (text.includes('/')) return { path: text };
  const address = listenAddress(text);
  return address?.kind === 'tcp' ? address : refuse('an address such as 127.0.0.1:9400, or a path with a / in it');
}
