/** `cmpp-lb check FILE`: says what is wrong with a configuration, and what may surprise. */

import { Command } from 'commander';
import { loadConfig, readLimits } from '../config/load.js';
import { problemText } from '../config/problem.js';
import type { Problem } from '../config/problem.js';

export function checkCommand(): Command {
  return new Command('check')
    .description('check a configuration: print every problem and warning, exit with 1 if there are problems')
    .argument('<file>', 'the configuration, YAML')
    .action((file: string) => {
      const result = loadConfig(file, readLimits());
      const problems = result.kind === 'invalid' ? result.problems : [];
      printProblems(problems, result.warnings);
      if (problems.length > 0) {
        process.exitCode = 1;
        return;
      }
      console.log(`${file} is valid`);
    });
}

export function printProblems(problems: readonly Problem[], warnings: readonly Problem[]): void {
  for (const warning of warnings) console.error(`warning: ${problemText(warning)}`);
  for (const problem of problems) console.error(`error: ${problemText(problem)}`);
}
