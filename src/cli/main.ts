/** The command line: parses, and calls. */

import { checkCommand } from './check.js';
import { completeCommand, completionCommand } from './completion.js';
import { convertCommand } from './convert.js';
import { ctlCommand, wishCommands } from './ctl.js';
import { drainCommand, rebalanceCommand } from './move.js';
import { probeCommand } from './probe.js';
import { programOf } from './program.js';
import { reloadCommand } from './reload.js';
import { smscCommand } from './smsc.js';
import { spCommand } from './sp.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { topCommand } from './top.js';

const commands = [
  startCommand(),
  checkCommand(),
  convertCommand(),
  statusCommand(),
  topCommand(),
  ctlCommand(),
  reloadCommand(),
  drainCommand(),
  rebalanceCommand(),
  ...wishCommands(),
  probeCommand(),
  smscCommand(),
  spCommand(),
  completionCommand(),
];

await programOf(commands, [completeCommand()]).parseAsync();
