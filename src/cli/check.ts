/** `cmpp-lb check FILE`: says what is wrong with a configuration, and what may surprise. */

import { Command } from 'commander';
import { loadConfig, readLimits } from '../config/load.js';
import { problemText } from '../config/problem.js';
import type { Problem } from '../config/problem.js';
import type { Mode } from '../config/vocabulary.js';
import { FAILED_CODE } from './exit-codes.js';
import { jsonOption, printJson } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { modeOption } from './mode-option.js';

export function checkCommand(): Command {
  return new Command('check')
    .description('check a configuration: print every problem and warning, exit with 1 if there are problems')
    .argument('<file>', 'the configuration, YAML or a haproxy.cfg')
    .addOption(modeOption())
    .addOption(jsonOption())
    .action((file: string, { mode, json }: JsonFlags & { mode?: Mode }) => {
      const result = loadConfig(file, readLimits(), mode);
      const isValid = result.kind === 'valid';
      if (!isValid) process.exitCode = FAILED_CODE;
      if (json === true) {
        printJson({ file, isValid, ...foundIn(result) });
        return;
      }
      printProblems(result);
      if (isValid) console.log(`${file} is valid`);
    });
}

/** All lists, for JSON; empty ones too. */
export function foundIn({ problems = [], warnings = [], notes = [] }: Found): Required<Found> {
  return { problems, warnings, notes };
}

interface Found {
  readonly problems?: readonly Problem[];
  readonly warnings?: readonly Problem[];
  readonly notes?: readonly Problem[];
}

export function printProblems({ problems = [], warnings = [], notes = [] }: Found): void {
  for (const note of notes) console.error(`note: ${problemText(note)}`);
  for (const warning of warnings) console.error(`warning: ${problemText(warning)}`);
  for (const problem of problems) console.error(`error: ${problemText(problem)}`);
}
