/** `cmpp-lb completion SHELL` prints the completion for a shell; `cmpp-lb complete` is what that asks when a key is pressed. */

import { Argument, Command } from 'commander';
import { commands } from '../admin/command-table.js';
import { bashScript } from './completion/bash.js';
import { fishScript } from './completion/fish.js';
import { candidates, readWords } from './completion/running.js';
import type { Place } from './completion/running.js';
import { completedCommands } from './completion/tree.js';
import { zshScript } from './completion/zsh.js';
import { ask, replyText } from './runtime-client.js';
import { statusRows } from './status-table.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

export function completionCommand(): Command {
  return new Command('completion')
    .description('print the completion for a shell, such as: source <(cmpp-lb completion bash)')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .action((shell: Shell, _flags: object, { parent }: Command) => {
      if (parent !== null) process.stdout.write(SCRIPTS[shell](completedCommands(parent)));
    });
}

/** Not for people: it prints what the last of the words may become, a line each. */
export function completeCommand(): Command {
  return new Command('complete').argument('[words...]').action(async (words: readonly string[]) => {
    const written = readWords(words);
    const found = candidates(written, { commands, servers: await runningServers(written.place) });
    if (found.length > 0) process.stdout.write(`${found.join('\n')}\n`);
  });
}

/** Silent where nobody answers: who presses a key did not ask for errors. */
async function runningServers(place: Place): Promise<readonly string[]> {
  const reply = await ask(place, 'show stat');
  if (reply.kind === 'unreached') return [];
  return (statusRows(replyText(reply)) ?? []).flatMap(({ backend, server }) =>
    server === undefined ? [] : `${backend}/${server}`,
  );
}
