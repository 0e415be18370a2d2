/** `cmpp-lb reload`: has the running balancer read its configuration anew, or shows what that would change. */

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { findConfigFile, loadConfig, readLimits } from '../config/load.js';
import { problemText } from '../config/problem.js';
import { FAILED_CODE, UNREACHED_CODE } from './exit-codes.js';
import { jsonOption } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { ask, replyText, socketOptions } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';

interface ReloadFlags extends SocketFlags, JsonFlags {
  readonly dryRun?: true;
}

export function reloadCommand(): Command {
  const command = new Command('reload')
    .description(
      'have the running balancer read its configuration anew: no session ends, and a bad file changes nothing. Prints what has changed',
    )
    .option('--dry-run', 'only print what would change');
  for (const option of [...socketOptions(), jsonOption()]) command.addOption(option);
  return command.action(reload);
}

async function reload(flags: ReloadFlags): Promise<void> {
  if (flags.socket === undefined && !isValid(flags)) return;
  const words = ['reload', ...(flags.dryRun === true ? ['dry-run'] : []), ...(flags.json === true ? ['json'] : [])];
  const reply = await ask(flags, words.join(' '));
  if (reply.kind === 'unreached') {
    console.error(reply.message);
    process.exitCode = UNREACHED_CODE;
  } else if (reply.kind === 'refused') {
    refuse(replyText(reply), flags);
  } else {
    process.stdout.write(`${replyText(reply)}\n`);
  }
}

function refuse(text: string, { json }: ReloadFlags): void {
  console.error(json === true ? text : `${text}\nthe reload was refused; nothing has changed`);
  process.exitCode = FAILED_CODE;
}

/** The socket is named in the file that is to be read: one with problems is refused here already, in the same words. */
function isValid(flags: ReloadFlags): boolean {
  const result = loadConfig(flags.config ?? findConfigFile(existsSync), readLimits());
  if (result.kind === 'valid') return true;
  const problems = result.problems.map(problemText);
  refuse(flags.json === true ? JSON.stringify({ outcome: 'refused', problems }) : problems.join('\n'), flags);
  return false;
}
