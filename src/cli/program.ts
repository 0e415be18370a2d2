/** Makes of commands the program that has them: its help, its version, and what it ends with when the command line is wrong. */

import { Command } from 'commander';
import { version } from '../runtime/version.js';
import { codeOfUsage, exitCodesText } from './exit-codes.js';

/** `hidden` are not for people, and help does not show them. */
export function programOf(commands: readonly Command[], hidden: readonly Command[] = []): Command {
  const program = new Command('cmpp-lb')
    .description('a load balancer that understands CMPP')
    .version(version)
    .addHelpText('after', `\n${exitCodesText()}`)
    .exitOverride((error) => process.exit(codeOfUsage(error)))
    .showHelpAfterError('(cmpp-lb --help lists the commands and options)');
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  for (const command of hidden) program.addCommand(command.copyInheritedSettings(program), { hidden: true });
  return program;
}
