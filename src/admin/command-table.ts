/** The table of all commands of the runtime API: what runs, what help shows and what the reference is drawn from. */

import { shown } from './answer.js';
import { helpText } from './command.js';
import type { Command } from './command.js';
import { accountCommands } from './commands/account-commands.js';
import { errorCommands } from './commands/error-commands.js';
import { limitCommands } from './commands/limit-commands.js';
import { moveCommands } from './commands/move-commands.js';
import { reloadCommands } from './commands/reload-commands.js';
import { serverCommands } from './commands/server-commands.js';
import { sessionCommands } from './commands/session-commands.js';
import { showCommands } from './commands/show-commands.js';
import { snapshotCommand } from './commands/snapshot-command.js';
import { tableCommands } from './commands/table-commands.js';
import { talkCommands } from './commands/talk-commands.js';
import type { World } from './world.js';

const help: Command<unknown> = {
  words: 'help',
  takes: '[<command>]',
  level: 'user',
  help: 'list matching or all commands',
  kind: 'look',
  run: (_world, args) => shown([helpText(commands, args)]),
};

export const commands: readonly Command<World>[] = [
  ...showCommands,
  snapshotCommand,
  ...serverCommands,
  ...errorCommands,
  ...moveCommands,
  ...reloadCommands,
  ...sessionCommands,
  ...accountCommands,
  ...limitCommands,
  ...tableCommands,
  ...talkCommands,
  help,
];
