/** The command `cmpp-lb sp`: a simulated SP that sends some SMS and waits for what comes of them, or many that keep sending. */

import { Command, Option } from 'commander';
import { VERSIONS } from '../cmpp/version.js';
import { realClock } from '../runtime/clock.js';
import { addressRange } from '../simulator/sp/address-range.js';
import type { OutgoingSms } from '../simulator/sp/outgoing-sms.js';
import { sendMessages } from '../simulator/sp/send-messages.js';
import { msgFmtOf, numbersOf } from '../simulator/sp/sms-file.js';
import { startSp } from '../simulator/sp/sp.js';
import { duration, durationOption, durationOrNever, durationOrZero, environment } from './option-values.js';
import { FAILED_CODE } from './exit-codes.js';
import { perSecond, refuse, tcpServer, wholeNumber } from './option-values.js';
import { account, accountsFile } from './simulated-accounts.js';
import { loginsOf, secretOf, senderOf, settingsOf, submitsOrFail, submitsToSend } from './sp-flags.js';
import type { SpFlags } from './sp-flags.js';
import { stopSignal } from './stop-signal.js';

/** What a load sends when it is not told. */
const LOAD_SMS = { to: ['13800138000'], text: 'cmpp-lb sp' };

export function spCommand(): Command {
  const command = new Command('sp').description(
    'simulate an SP: send one SMS or a file of them and wait for the reports, or keep many sessions sending',
  );
  addLoginOptions(command.optionsGroup('Login:'));
  addSmsOptions(command.optionsGroup('SMS:'));
  addLoadOptions(command.optionsGroup('Load, with --sessions or --rate:'));
  return command.optionsGroup('Options:').action(runSp);
}

function addLoginOptions(command: Command): void {
  const address = { kind: 'tcp', host: '127.0.0.1', port: 9999 };
  const server = new Option('--server <address>', 'the balancer or gateway to log in to').argParser(tcpServer);
  const never = 'how long a session may be silent before an ACTIVE_TEST, or never';
  const answer = 'how long the answer to a SUBMIT or ACTIVE_TEST may take';
  command
    .addOption(server.default(address, '127.0.0.1:9999'))
    .option('--account <account>', 'the account to log in with', account, '900001')
    .option('--secret <secret>', 'its shared secret, which other users of this machine can then see')
    .option('--secret-env <name>', 'the environment variable that holds its secret', environment)
    .option('--accounts <file>', 'a YAML file of accounts and their secrets', accountsFile)
    .addOption(new Option('--protocol <version>', 'the version to log in with').choices(VERSIONS).default('3.0'))
    .option('--source-addresses <range>', 'local addresses to come from in turn: 127.0.0.2-127.0.0.200', localAddresses)
    .option('--window <number>', 'SUBMITs without an answer at most, for each session', wholeNumber(1, 10_000), 16)
    .addOption(durationOption('--answer-timeout <duration>', answer, duration, 60_000))
    .addOption(durationOption('--active-test <duration>', never, durationOrNever, 60_000));
}

function addSmsOptions(command: Command): void {
  command
    .option('--to <numbers>', 'numbers to send to, with commas between: 1 to 99, which get it by one SUBMIT', numbers)
    .option('--text <text>', 'the text; for Msg_Fmt 3 and 4 hexadecimal digits')
    .option('--msg-fmt <number>', 'Msg_Fmt, such as 0, 8 or 15, or auto: ASCII if possible, else UCS2', msgFmt, 'auto')
    .option('--file <file>', 'send every line of a .csv or .tsv file (to, text, msg-fmt) or a .jsonl file')
    .option('--src-id <number>', 'the number that receivers see', '10690001')
    .option('--service-id <id>', 'Service_Id', '')
    .option('--no-report', 'ask for no status reports')
    .addOption(durationOption('--wait <duration>', 'how long to wait for the next answer or report', duration, 10_000));
}

function addLoadOptions(command: Command): void {
  const rate = perSecond(0.001, 100_000);
  const from = wholeNumber(0, 999_999);
  command
    .option('--sessions <number>', 'keep so many sessions sending; 1 unless said', wholeNumber(1, 100_000))
    .option('--rate <number>', 'SUBMITs a second of all sessions together; 1 unless said', rate)
    .addOption(durationOption('--duration <duration>', 'how long, or 0: until it is stopped', durationOrZero, 0))
    .addOption(durationOption('--ramp <duration>', 'log the sessions in within this time', durationOrZero, 0))
    .option('--accounts-from <number>', 'log the sessions in as this account and those that follow it', from);
}

async function runSp(flags: SpFlags, command: Command): Promise<void> {
  const isLoad = flags.sessions !== undefined || flags.rate !== undefined;
  const isDone = isLoad ? await runLoad(flags, command) : await runSend(flags, command);
  if (!isDone) process.exitCode = FAILED_CODE;
}

/** Resolves with whether all was delivered. */
async function runSend(flags: SpFlags, command: Command): Promise<boolean> {
  const submits = submitsToSend(flags, command);
  const sending = sendMessages({
    server: flags.server,
    login: { account: flags.account, secret: secretOf(flags, flags.account) },
    sourceAddress: flags.sourceAddresses?.[0],
    submits,
    settings: settingsOf(flags),
    waitMs: flags.wait,
    say,
  });
  void stopSignal().then(() => sending.close());
  return (await sending.outcome).isDelivered;
}

/** Resolves with whether everything that was sent is accounted for. */
async function runLoad(flags: SpFlags, command: Command): Promise<boolean> {
  const { to = LOAD_SMS.to, text = LOAD_SMS.text, msgFmt, sessions = 1, rate = 1 } = flags;
  if (flags.file !== undefined) command.error('error: --file cannot be sent with --sessions or --rate');
  const sms = { to, text, msgFmt };
  const logins = loginsOf(flags, sessions, command);
  submitsOrFail(sms, flags, command);
  const stopped = stopSignal();
  const sp = startSp({
    server: flags.server,
    logins,
    sms,
    sender: senderOf(flags),
    submitsPerSecond: rate,
    rampMs: flags.ramp,
    sourceAddresses: flags.sourceAddresses ?? [],
    settings: settingsOf(flags),
    trouble: firstTroubles(say),
    progress: say,
  });
  await stoppedOrPassed(stopped, flags.duration === 0 ? undefined : flags.ramp + flags.duration);
  const { isAccountedFor, lines } = await sp.close(flags.wait);
  for (const line of lines) say(line);
  return isAccountedFor;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resolves when it is stopped, or `ms` have passed if there is such an end. */
async function stoppedOrPassed(stopped: Promise<void>, ms: number | undefined): Promise<void> {
  let cancelTimer: (() => void) | undefined;
  const passed = new Promise<void>((resolve) => {
    if (ms !== undefined) cancelTimer = realClock.after(ms, resolve);
  });
  await Promise.race([stopped, passed]);
  cancelTimer?.();
}

/** Each line once, and not more than a screen of them: thousands of sessions meet the same trouble. */
function firstTroubles(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line) || said.size >= 20) return;
    said.add(line);
    say(line);
  };
}

function numbers(text: string): readonly string[] {
  const found = numbersOf(text);
  return found.length >= 1 && found.length <= 99 ? found : refuse('1 to 99 numbers with commas between');
}

function msgFmt(text: string): OutgoingSms['msgFmt'] {
  return msgFmtOf(text) ?? refuse('a number from 0 to 255, or auto');
}

function localAddresses(text: string): readonly string[] {
  return addressRange(text) ?? refuse('IPv4 addresses such as 127.0.0.2-127.0.0.200');
}
