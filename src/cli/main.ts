/** The command line: parses, and calls. */

import { Command } from 'commander';
import { checkCommand } from './check.js';
import { convertCommand } from './convert.js';
import { ctlCommand, wishCommands } from './ctl.js';
import { probeCommand } from './probe.js';
import { reloadCommand } from './reload.js';
import { smscCommand } from './smsc.js';
import { spCommand } from './sp.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { version } from '../runtime/version.js';

const program = new Command('cmpp-lb')
  .description('a load balancer that understands CMPP')
  .version(version)
  .showHelpAfterError('(cmpp-lb --help lists the commands and options)');
const commands = [
  startCommand(),
  checkCommand(),
  convertCommand(),
  statusCommand(),
  ctlCommand(),
  reloadCommand(),
  ...wishCommands(),
  probeCommand(),
  smscCommand(),
  spCommand(),
];
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
}

await program.parseAsync();
