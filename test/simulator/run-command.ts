/** Runs the simulators' commands as a process of their own. */

import { Command } from 'commander';
import { smscCommand } from '../../src/cli/smsc.js';
import { spCommand } from '../../src/cli/sp.js';

await new Command('cmpp-lb').addCommand(smscCommand()).addCommand(spCommand()).parseAsync();
