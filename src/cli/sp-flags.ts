/** What the options of `cmpp-lb sp` mean for its simulator. */

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Version } from '../cmpp/version.js';
import type { TcpAddress } from '../config/address.js';
import { submitsOf } from '../simulator/sp/outgoing-sms.js';
import type { OutgoingSms, Sender, SubmitBody } from '../simulator/sp/outgoing-sms.js';
import { readSmsFile, smsFileFormat } from '../simulator/sp/sms-file.js';
import type { Login, SpSettings } from '../simulator/sp/sp-settings.js';
import type { Secrets } from './simulated-accounts.js';

export interface SpFlags {
  readonly server: TcpAddress;
  readonly account: string;
  readonly secret?: string;
  readonly secretEnv?: string;
  readonly accounts?: Secrets;
  readonly protocol: Version;
  readonly to?: readonly string[];
  readonly text?: string;
  readonly msgFmt: OutgoingSms['msgFmt'];
  readonly file?: string;
  readonly srcId: string;
  readonly serviceId: string;
  readonly report: boolean;
  readonly wait: number;
  readonly window: number;
  readonly answerTimeout: number;
  readonly activeTest?: number;
  readonly sourceAddresses?: readonly string[];
  readonly sessions?: number;
  readonly rate?: number;
  readonly duration: number;
  readonly ramp: number;
  readonly accountsFrom?: number;
}

/** What --to and --text or --file say, as SUBMITs; ends the process with every problem when it cannot be sent. */
export function submitsToSend(flags: SpFlags, command: Command): readonly SubmitBody[] {
  const { to, text, msgFmt, file } = flags;
  if (file === undefined) {
    if (to === undefined || text === undefined) return command.error('error: expected --to and --text, or --file');
    return submitsOrFail({ to, text, msgFmt }, flags, command);
  }
  if (to !== undefined || text !== undefined) command.error('error: expected --file without --to and --text');
  const format = smsFileFormat(file) ?? command.error(`error: expected a file of .csv, .tsv or .jsonl, got ${file}`);
  const read = readSmsFile(bytesOf(file, command), format, msgFmt);
  const problems = read.problems.map((problem) => `${file}: ${problem}`);
  const submits = read.messages.flatMap(({ line, sms }, index) => {
    const written = submitsOf(sms, { ...senderOf(flags), account: flags.account }, index % 256);
    if (written.kind === 'submits') return written.submits;
    problems.push(`${file}: line ${line}: ${written.why}`);
    return [];
  });
  return problems.length === 0 ? submits : command.error(problems.join('\n'));
}

export function submitsOrFail(sms: OutgoingSms, flags: SpFlags, command: Command): readonly SubmitBody[] {
  const written = submitsOf(sms, { ...senderOf(flags), account: flags.account }, 0);
  return written.kind === 'submits' ? written.submits : command.error(`error: ${written.why}`);
}

function bytesOf(file: string, command: Command): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    return command.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function senderOf({ srcId, serviceId, report }: SpFlags): Omit<Sender, 'account'> {
  return { srcId, serviceId, wantsReport: report };
}

export function settingsOf(flags: SpFlags): Partial<SpSettings> {
  const { protocol, window, answerTimeout, activeTest } = flags;
  return {
    version: protocol,
    windowSize: window,
    answerTimeoutMs: answerTimeout,
    heartbeat: activeTest === undefined ? undefined : { idleMs: activeTest, answerTimeoutMs: answerTimeout, tries: 3 },
  };
}

export function loginsOf(flags: SpFlags, sessions: number, command: Command): readonly Login[] {
  const { accountsFrom } = flags;
  if (accountsFrom !== undefined && accountsFrom + sessions > 1_000_000) {
    command.error(`error: ${sessions} accounts from ${accountsFrom} have more than six digits`);
  }
  return Array.from({ length: sessions }, (_, index) => {
    const name = accountsFrom === undefined ? flags.account : String(accountsFrom + index).padStart(6, '0');
    return { account: name, secret: secretOf(flags, name) };
  });
}

/** Of the file if it has the account, else the one that was given for all. */
export function secretOf({ accounts, secret, secretEnv }: SpFlags, account: string): string {
  return accounts?.get(account) ?? secret ?? secretEnv ?? '';
}
