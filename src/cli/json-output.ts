/** Prints values as JSON on standard output, for scripts and for terminals. */

import { Option } from 'commander';

export interface JsonFlags {
  readonly json?: true;
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON, for scripts');
}

/** Only ASCII, and of its control characters only the line's end: whatever is in a text, it steers no terminal. Pure. */
export function jsonText(value: unknown, indentation = 2): string {
  return JSON.stringify(value, undefined, indentation).replace(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}

/** On one line, where others follow. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${jsonText(value, 0)}\n`);
}
