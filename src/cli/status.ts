/** `cmpp-lb status`: backends and servers of the running balancer as a table. */

import { Command } from 'commander';
import { FAILED_CODE, UNREACHED_CODE } from './exit-codes.js';
import { jsonOption, printJson } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { ask, replyText, socketOptions } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';
import { isServing, statusRows, statusTable } from './status-table.js';

export function statusCommand(): Command {
  const command = new Command('status').description(
    'show backends and servers of the running balancer; exits with 1 when a backend takes no sessions',
  );
  for (const option of [...socketOptions(), jsonOption()]) command.addOption(option);
  return command.action(show);
}

async function show(flags: SocketFlags & JsonFlags): Promise<void> {
  const reply = await ask(flags, 'show stat');
  const rows = reply.kind === 'unreached' ? undefined : statusRows(replyText(reply));
  if (rows === undefined) {
    const message = reply.kind === 'unreached' ? reply.message : replyText(reply);
    process.exitCode = UNREACHED_CODE;
    if (flags.json === true) printJson({ outcome: 'unreached', message });
    else console.error(message);
    return;
  }
  if (flags.json === true) printJson(rows);
  else process.stdout.write(`${statusTable(rows)}\n`);
  if (!isServing(rows)) process.exitCode = FAILED_CODE;
}
