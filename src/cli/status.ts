/** `cmpp-lb status`: backends and servers of the running balancer as a table. */

import { Command } from 'commander';
import { ask, REFUSED_CODE, socketOptions, UNREACHED_CODE } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';
import { isServing, statusRows, statusTable } from './status-table.js';

interface StatusFlags extends SocketFlags {
  readonly json?: true;
}

export function statusCommand(): Command {
  const command = new Command('status')
    .description(
      'show backends and servers of the running balancer. Exits with 0 when every backend takes sessions, 1 when one does not, 2 when nobody answered',
    )
    .option('--json', 'print a JSON array instead of a table');
  for (const option of socketOptions()) command.addOption(option);
  return command.action(show);
}

async function show(flags: StatusFlags): Promise<void> {
  const reply = await ask(flags, 'show stat');
  const rows = reply.kind === 'unreached' ? undefined : statusRows(reply.text);
  if (rows === undefined) {
    console.error(reply.kind === 'unreached' ? reply.message : reply.text);
    process.exitCode = UNREACHED_CODE;
    return;
  }
  process.stdout.write(`${flags.json === true ? JSON.stringify(rows, undefined, 2) : statusTable(rows)}\n`);
  if (!isServing(rows)) process.exitCode = REFUSED_CODE;
}
