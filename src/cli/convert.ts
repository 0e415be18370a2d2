/** `cmpp-lb convert FILE`: writes the cmpp-lb.yaml that says what a haproxy.cfg says. */

import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { loadConverted } from '../config/load.js';
import type { Mode } from '../config/vocabulary.js';
import { printProblems } from './check.js';
import { modeOption } from './mode-option.js';

interface ConvertFlags {
  readonly mode?: Mode;
  readonly output?: string;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('print the cmpp-lb.yaml that says what a haproxy.cfg says, with what is different as comments')
    .argument('<file>', 'the haproxy.cfg')
    .addOption(modeOption())
    .option('-o, --output <file>', 'write it to this file, which must not be there yet')
    .action((file: string, { mode, output }: ConvertFlags) => {
      const converted = loadConverted(file, mode);
      if (converted.kind === 'invalid') {
        printProblems({ problems: converted.problems });
        process.exitCode = 1;
      } else if (output === undefined) process.stdout.write(converted.yaml);
      else write(output, converted.yaml);
    });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    console.log(`${file} is written`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    console.error(
      `error: ${file}: ${code === 'EEXIST' ? 'is there already; remove it, or name another' : `cannot be written (${code})`}`,
    );
    process.exitCode = 1;
  }
}
