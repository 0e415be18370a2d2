/** `cmpp-lb reload`: has the running balancer read its configuration anew, or shows what that would change. */

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { findConfigFile, loadConfig, readLimits } from '../config/load.js';
import { problemText } from '../config/problem.js';
import { FAILED_CODE } from './exit-codes.js';
import { jsonOption, printJson } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { report } from './report.js';
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
  if (reply.kind === 'unreached') report(reply, flags);
  else if (reply.kind === 'refused') refuse(problemsIn(replyText(reply), flags), flags);
  else if (flags.json === true) printJson(JSON.parse(replyText(reply)));
  else process.stdout.write(`${replyText(reply)}\n`);
}

function refuse(problems: readonly string[], { json }: ReloadFlags): void {
  process.exitCode = FAILED_CODE;
  if (json === true) printJson({ outcome: 'refused', problems });
  else console.error([...problems, 'the reload was refused; nothing has changed'].join('\n'));
}

/** As the balancer tells them; what refuses the command itself, such as a level, is never JSON. */
function problemsIn(text: string, { json }: ReloadFlags): readonly string[] {
  if (json !== true || !text.startsWith('{')) return text.split('\n');
  const told: unknown = JSON.parse(text);
  if (typeof told !== 'object' || told === null || !('problems' in told)) return [text];
  const { problems } = told;
  return Array.isArray(problems) ? problems.map(String) : [text];
}

/** The socket is named in the file that is to be read: one with problems is refused here already, in the same words. */
function isValid(flags: ReloadFlags): boolean {
  const result = loadConfig(flags.config ?? findConfigFile(existsSync), readLimits());
  if (result.kind === 'valid') return true;
  refuse(result.problems.map(problemText), flags);
  return false;
}
