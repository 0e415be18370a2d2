/** Runs the simulators' commands as a process of their own. */

import { programOf } from '../../src/cli/program.js';
import { smscCommand } from '../../src/cli/smsc.js';
import { spCommand } from '../../src/cli/sp.js';

await programOf([smscCommand(), spCommand()]).parseAsync();
