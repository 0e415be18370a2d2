/** `cmpp-lb probe ADDRESS`: probes a server once, as a health check does, and prints what it found step by step. */

import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { VERSIONS } from '../cmpp/version.js';
import type { Version } from '../cmpp/version.js';
import { addressAdvice, addressText, serverAddress } from '../config/address.js';
import type { TcpAddress, UnixAddress } from '../config/address.js';
import type { ProbeAccount, ProbeOutcome, ProbeSettings } from '../health/probe.js';
import { createProbe } from '../health/probe-table.js';
import { spanText } from '../health/probe-words.js';
import { probeLinks } from '../proxy/probe-link.js';
import { Transport } from '../proxy/transport.js';
import { realClock } from '../runtime/clock.js';
import { FAILED_CODE } from './exit-codes.js';
import { jsonOption, printJson } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { duration, durationOption, environment, refuse } from './option-values.js';
import { account } from './simulated-accounts.js';

interface ProbeFlags extends JsonFlags {
  readonly type: 'cmpp' | 'tcp';
  readonly account?: string;
  readonly secretEnv?: string;
  readonly secretFile?: string;
  readonly cmppVersion: Version;
  readonly timeout: number;
}

export function probeCommand(): Command {
  const type = new Option('--type <type>', 'cmpp logs in and sends an ACTIVE_TEST, tcp only connects');
  const version = new Option('--cmpp-version <version>', 'the version to log in with');
  const secretFile = new Option('--secret-file <path>', 'the file that holds its shared secret').argParser(fileText);
  const whole = 'how long the whole probe may take';
  return new Command('probe')
    .description('probe a server once: print each step, and exit with 1 if it fails')
    .argument('<address>', 'the server: HOST:PORT, [IPV6]:PORT or unix:/PATH', anyServer)
    .addOption(type.choices(['cmpp', 'tcp']).default('cmpp'))
    .option('--account <account>', 'the account to log in with; without one a refused login passes', account)
    .option('--secret-env <name>', 'the environment variable that holds its shared secret', environment)
    .addOption(secretFile.conflicts('secretEnv'))
    .addOption(version.choices(VERSIONS).default('3.0'))
    .addOption(durationOption('--timeout <duration>', whole, duration, 5000))
    .addOption(jsonOption())
    .action(runProbe);
}

async function runProbe(address: TcpAddress | UnixAddress, flags: ProbeFlags, command: Command): Promise<void> {
  const openLink = probeLinks(new Transport(), address);
  const probe = createProbe(settingsOf(flags, command), { clock: realClock, openLink });
  const outcome = await new Promise<ProbeOutcome>((resolve) => {
    probe.run({ wholeMs: flags.timeout, answerMs: flags.timeout }, resolve);
  });
  const server = addressText(address);
  if (flags.json === true) printJson({ server, ...outcome });
  else process.stdout.write(`${linesOf(server, outcome).join('\n')}\n`);
  if (!outcome.hasPassed) process.exitCode = FAILED_CODE;
}

function settingsOf(flags: ProbeFlags, command: Command): ProbeSettings {
  const login = accountOf(flags, command);
  if (flags.type === 'cmpp') return { kind: 'cmpp', account: login, version: flags.cmppVersion, persistent: false };
  return login === undefined ? { kind: 'tcp' } : command.error('error: --type tcp logs in with no --account');
}

function accountOf(
  { account: sourceAddr, secretEnv, secretFile }: ProbeFlags,
  command: Command,
): ProbeAccount | undefined {
  const sharedSecret = secretEnv ?? secretFile;
  if (sourceAddr === undefined) {
    return sharedSecret === undefined ? undefined : command.error('error: a secret needs its --account');
  }
  return sharedSecret === undefined || sharedSecret === ''
    ? command.error('error: --account needs its shared secret, not empty: --secret-env or --secret-file')
    : { sourceAddr, sharedSecret };
}

function linesOf(server: string, { hasPassed, status, text, durationMs, steps }: ProbeOutcome): readonly string[] {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const taken = steps.map((step) => {
    return `${step.name.padEnd(width)}  ${spanText(step.durationMs).padStart(6)}  ${step.text}`;
  });
  return [...taken, `${server} ${hasPassed ? 'passes' : 'fails'}: ${status}, ${text}, ${spanText(durationMs)} in all`];
}

function anyServer(text: string): TcpAddress | UnixAddress {
  const expected = 'an address such as 127.0.0.1:7890, [fd00::7]:7890 or unix:/run/smsc.sock';
  return serverAddress(text) ?? refuse(expected, addressAdvice(text));
}

/** The newline that ends the file is no part of the secret. */
function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    return refuse(`a file that can be read (${error instanceof Error ? error.message : String(error)})`);
  }
}
