/** What shells complete, drawn from commander's own commands, so that it never goes out of step with them. Pure. */

import type { Argument, Command, Option } from 'commander';

/** What may stand in a place. `running`: what only the running balancer or its table of commands knows. */
export type Values =
  { readonly kind: 'any' | 'files' | 'running' } | { readonly kind: 'words'; readonly words: readonly string[] };

interface CompletedOption {
  /** Such as `-c` and `--config`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Undefined for an option that takes no value. */
  readonly values: Values | undefined;
}

export interface CompletedCommand {
  /** Empty for the program itself; else such as `['smsc', 'ctl']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  /** What its first operand may be; undefined if it takes none. */
  readonly operand: Values | undefined;
}

/** How a script calls a command: each of its words with a space before it. */
export function pathText({ path }: CompletedCommand): string {
  return path.map((word) => ` ${word}`).join('');
}

/** The pattern of a `case` in bash and zsh: all commands but the program itself. */
export function pathPattern(commands: readonly CompletedCommand[]): string {
  return commands
    .filter(({ path }) => path.length > 0)
    .map((command) => `'${pathText(command)}'`)
    .join('|');
}

/** The lines of a `case` in bash and zsh: what follows each option that takes a value, by `fill`. */
export function valueCases(command: CompletedCommand, fill: (values: Values) => string): string[] {
  return command.options.flatMap(({ names, values }) => {
    if (values === undefined) return [];
    const patterns = names.map((name) => `'${pathText(command)} ${name}'`).join('|');
    return `    ${patterns}) ${fill(values)} return ;;`;
  });
}

/** The program, and each command below it. */
export function completedCommands(command: Command, path: readonly string[] = []): CompletedCommand[] {
  const { commands, options, registeredArguments } = command;
  const shown = commands.filter((sub) => isShown(command, sub));
  const own = {
    path,
    description: firstSentence(command.description()),
    options: [...options.filter(({ hidden }) => !hidden).map(completedOption), HELP],
    subcommands: shown.map((sub) => ({ name: sub.name(), description: firstSentence(sub.description()) })),
    operand: registeredArguments[0] && operandValues(registeredArguments[0], path),
  };
  return [own, ...shown.flatMap((sub) => completedCommands(sub, [...path, sub.name()]))];
}

const HELP: CompletedOption = { names: ['-h', '--help'], description: 'display help for command', values: undefined };

function isShown(command: Command, sub: Command): boolean {
  return command.createHelp().visibleCommands(command).includes(sub);
}

function completedOption(option: Option): CompletedOption {
  const { short, long, description, required, optional, argChoices, flags } = option;
  const names = [short, long].filter((name) => name !== undefined);
  const takesValue = required || optional;
  return { names, description, values: takesValue ? optionValues(flags, argChoices) : undefined };
}

/** By what help calls the value: `<file>`, or the address of a socket, which is mostly a path. */
function optionValues(flags: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: 'words', words: choices };
  return { kind: /<(file|path)>|--socket <address>/.test(flags) ? 'files' : 'any' };
}

function operandValues(argument: Argument, path: readonly string[]): Values {
  if (argument.argChoices !== undefined) return { kind: 'words', words: argument.argChoices };
  const name = argument.name();
  if (name === 'file') return { kind: 'files' };
  const isAboutRunning = path.length === 1 && (name === 'server' || name === 'command');
  return { kind: isAboutRunning ? 'running' : 'any' };
}

function firstSentence(text: string): string {
  return text.split(/[:;]/)[0] ?? text;
}
