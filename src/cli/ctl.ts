/** `cmpp-lb ctl "COMMAND"` and the short forms for what an operator does most: commands to a running balancer. */

import { Command } from 'commander';
import { ask, REFUSED_CODE, socketOptions, UNREACHED_CODE } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';

export function ctlCommand(): Command {
  const command = new Command('ctl')
    .description(
      'send a command of the runtime API to the running balancer, such as "show stat"; `ctl help` lists them. Exits with 0 when it was done, 1 when it was refused, 2 when nobody answered',
    )
    .argument('<command...>', 'the command, in one argument or several');
  return withSocket(command).action(async (words: readonly string[], flags: SocketFlags) =>
    send(words.join(' '), flags),
  );
}

const WISHES = {
  ready: 'let a server take sessions again',
  drain: 'let a server take no new session; those that it has stay',
  maint: 'put a server into maintenance: no new session, no checks; those that it has stay',
};

/** `cmpp-lb drain smsc/server1` and its like. */
export function wishCommands(): Command[] {
  return Object.entries(WISHES).map(([wish, description]) =>
    withSocket(new Command(wish).description(description).argument('<server>', 'BACKEND/SERVER')).action(
      async (server: string, flags: SocketFlags) => send(`set server ${server} state ${wish}`, flags),
    ),
  );
}

function withSocket(command: Command): Command {
  for (const option of socketOptions()) command.addOption(option);
  return command;
}

async function send(line: string, flags: SocketFlags): Promise<void> {
  const reply = await ask(flags, line);
  if (reply.kind === 'unreached') {
    console.error(reply.message);
    process.exitCode = UNREACHED_CODE;
    return;
  }
  if (reply.text !== '') process.stdout.write(`${reply.text}\n`);
  if (reply.kind === 'refused') process.exitCode = REFUSED_CODE;
}
