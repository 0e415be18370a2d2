/** `cmpp-lb ctl "COMMAND"` and the short forms for what an operator does most: commands to a running balancer. */

import { Command } from 'commander';
import { jsonOption } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { report } from './report.js';
import { ask, socketOptions } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';

type Flags = SocketFlags & JsonFlags;

export function ctlCommand(): Command {
  const command = new Command('ctl')
    .description(
      'send a command of the runtime API to the running balancer, such as "show stat"; `cmpp-lb ctl help` lists them',
    )
    .argument('<command...>', 'the command, in one argument or several');
  return withOptions(command).action(async (words: readonly string[], flags: Flags) => send(words.join(' '), flags));
}

const WISHES = {
  ready: 'let a server take sessions again',
  maint: 'put a server into maintenance: no new session, no checks; those that it has stay',
};

/** `cmpp-lb drain smsc/server1` and its like. */
export function wishCommands(): Command[] {
  return Object.entries(WISHES).map(([wish, description]) =>
    withOptions(new Command(wish).description(description).argument('<server>', 'BACKEND/SERVER')).action(
      async (server: string, flags: Flags) => send(`set server ${server} state ${wish}`, flags),
    ),
  );
}

function withOptions(command: Command): Command {
  for (const option of [...socketOptions(), jsonOption()]) command.addOption(option);
  return command;
}

async function send(line: string, flags: Flags): Promise<void> {
  report(await ask(flags, line), flags);
}
