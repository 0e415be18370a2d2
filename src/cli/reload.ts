/** `cmpp-lb reload`: has the running balancer read its configuration anew, or shows what that would change. */

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { findConfigFile, loadConfig, readLimits } from '../config/load.js';
import { problemText } from '../config/problem.js';
import { ask, REFUSED_CODE, socketOptions, UNREACHED_CODE } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';

interface ReloadFlags extends SocketFlags {
  readonly dryRun?: true;
  readonly json?: true;
}

export function reloadCommand(): Command {
  const command = new Command('reload')
    .description(
      'have the running balancer read its configuration anew: no session ends, and a bad file changes nothing. Prints what has changed. Exits with 0 when it was done, 1 when it was refused, 2 when nobody answered',
    )
    .option('--dry-run', 'only print what would change')
    .option('--json', 'print the changes as JSON');
  for (const option of socketOptions()) command.addOption(option);
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
    refuse(reply.text, flags);
  } else {
    process.stdout.write(`${reply.text}\n`);
  }
}

function refuse(text: string, { json }: ReloadFlags): void {
  console.error(json === true ? text : `${text}\nthe reload was refused; nothing has changed`);
  process.exitCode = REFUSED_CODE;
}

/** The socket is named in the file that is to be read: one with problems is refused here already, in the same words. */
function isValid(flags: ReloadFlags): boolean {
  const result = loadConfig(flags.config ?? findConfigFile(existsSync), readLimits());
  if (result.kind === 'valid') return true;
  const problems = result.problems.map(problemText);
  refuse(flags.json === true ? JSON.stringify({ outcome: 'refused', problems }) : problems.join('\n'), flags);
  return false;
}
