/** The language in which a running SMSC simulator is told what to do: one line, one command. Pure. */

import { FAULT_WORDS, NO_FAULTS } from './fault.js';
import type { Faults, ParseDurationMs } from './fault.js';

/** Which gateways a command is for: one by its port, or all. */
export type PortChoice = number | 'all';

export type SmscCommand =
  /** `changes` are added to the faults in force; undefined takes all of them away. */
  | { readonly kind: 'fault'; readonly port: PortChoice; readonly changes: Partial<Faults> | undefined }
  | { readonly kind: 'status' }
  | { readonly kind: 'deliver'; readonly port: PortChoice; readonly account: string; readonly text: string }
  | { readonly kind: 'close'; readonly port: PortChoice }
  | { readonly kind: 'help' };

export type ParsedCommand =
  { readonly kind: 'command'; readonly command: SmscCommand } | { readonly kind: 'wrong'; readonly why: string };

const FAULT_LINES = Object.entries(FAULT_WORDS).map(
  ([word, { argument, meaning }]) => `    ${[word, argument].join(' ').padEnd(18)} ${meaning}`,
);

export const HELP_TEXT = [
  'PORT is the port of a gateway, or all',
  '  fault PORT FAULT...          adds one or more faults:',
  ...FAULT_LINES,
  '  fault PORT none              takes all faults away',
  '  status                       what every gateway has counted, and its faults',
  '  deliver PORT ACCOUNT TEXT    sends TEXT to a session of the account, as from a phone',
  '  close PORT                   ends every session with TERMINATE',
  '  help                         this text',
].join('\n');

/** A duration is spelt as everywhere in this product; the caller brings its reader. */
export function parseSmscCommand(line: string, parseDurationMs: ParseDurationMs): ParsedCommand {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  if (word === 'status' || word === 'help') {
    return rest.length === 0 ? { kind: 'command', command: { kind: word } } : wrong(`${word} takes nothing after it`);
  }
  if (word !== 'fault' && word !== 'deliver' && word !== 'close') {
    return wrong(`unknown command "${word}": expected fault, status, deliver, close or help`);
  }
  const [portText = '', ...words] = rest;
  const port = parsePort(portText);
  if (port === undefined) return wrong(`expected a port or all after ${word}, got "${portText}"`);
  if (word === 'fault') return parseFault(port, words, parseDurationMs);
  if (word === 'close') {
    return words.length === 0 ? { kind: 'command', command: { kind: 'close', port } } : wrong('expected close PORT');
  }
  // The text as it was written, with its spaces.
  const [, account, text] = /^\s*deliver\s+\S+\s+(\S+)\s+(.*\S)\s*$/.exec(line) ?? [];
  if (account === undefined || text === undefined) return wrong('expected deliver PORT ACCOUNT TEXT');
  return { kind: 'command', command: { kind: 'deliver', port, account, text } };
}

function parseFault(port: PortChoice, words: readonly string[], parseDurationMs: ParseDurationMs): ParsedCommand {
  if (words.length === 1 && words[0] === 'none') return { kind: 'command', command: fault(port, undefined) };
  if (words.length === 0) return wrong(`expected none or a fault: ${Object.keys(FAULT_WORDS).join(', ')}`);
  let changes: Partial<Faults> = {};
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const known = Object.hasOwn(FAULT_WORDS, word) ? FAULT_WORDS[word] : undefined;
    if (known === undefined) return wrong(`unknown fault "${word}": expected ${Object.keys(FAULT_WORDS).join(', ')}`);
    const argument = known.argument === undefined ? '' : (left.shift() ?? '');
    const change = known.set(argument, parseDurationMs);
    if (change === undefined)
      return wrong(`expected ${word} ${known.argument}, got "${argument}": it ${known.meaning}`);
    changes = { ...changes, ...change };
  }
  return { kind: 'command', command: fault(port, changes) };
}

function fault(port: PortChoice, changes: Partial<Faults> | undefined): SmscCommand {
  return { kind: 'fault', port, changes };
}

/** The faults that are in force after a command's. */
export function changedFaults(faults: Faults, changes: Partial<Faults> | undefined): Faults {
  return changes === undefined ? NO_FAULTS : { ...faults, ...changes };
}

function parsePort(text: string): PortChoice | undefined {
  if (text === 'all') return 'all';
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

function wrong(why: string): ParsedCommand {
  return { kind: 'wrong', why };
}
