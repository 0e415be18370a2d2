/** `cmpp-lb convert FILE`: writes the cmpp-lb.yaml that says what a haproxy.cfg says. */

import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { loadConverted } from '../config/load.js';
import type { Mode } from '../config/vocabulary.js';
import { foundIn, printProblems } from './check.js';
import { FAILED_CODE } from './exit-codes.js';
import { jsonOption, printJson } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { modeOption } from './mode-option.js';

interface ConvertFlags extends JsonFlags {
  readonly mode?: Mode;
  readonly output?: string;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('print the cmpp-lb.yaml that says what a haproxy.cfg says, with what is different as comments')
    .argument('<file>', 'the haproxy.cfg')
    .addOption(modeOption())
    .option('-o, --output <file>', 'write it to this file, which must not be there yet')
    .addOption(jsonOption())
    .action(convert);
}

function convert(file: string, { mode, output, json }: ConvertFlags): void {
  const converted = loadConverted(file, mode);
  if (converted.kind === 'invalid') {
    process.exitCode = FAILED_CODE;
    if (json === true) printJson({ file, isConverted: false, ...foundIn(converted) });
    else printProblems(converted);
    return;
  }
  const { yaml } = converted;
  const trouble = output === undefined ? undefined : write(output, yaml);
  if (trouble !== undefined) process.exitCode = FAILED_CODE;
  if (json === true)
    printJson({ file, isConverted: trouble === undefined, output, yaml, trouble, ...foundIn(converted) });
  else if (trouble !== undefined) console.error(`error: ${trouble}`);
  else if (output === undefined) process.stdout.write(yaml);
  else console.log(`${output} is written`);
}

/** Returns why it cannot be written. */
function write(file: string, text: string): string | undefined {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return `${file}: ${code === 'EEXIST' ? 'is there already; remove it, or name another' : `cannot be written (${code})`}`;
  }
}
