/** What a command of the runtime API is, how one is found in the table of all, and the table as help shows it. Pure. */

import type { AdminLevel } from '../config/vocabulary.js';
import type { Answer } from './answer.js';
import type { Talk } from './talk.js';

export interface Command<World> {
  /** The words that it begins with: `set server`. */
  readonly words: string;
  /** What may stand behind them, in HAProxy's notation. */
  readonly takes: string;
  readonly level: AdminLevel;
  /** One clause, as in HAProxy's help where it has the command too. */
  readonly help: string;
  /** `change`: it is logged. `told`: what it does is in the log by other events; that it was not permitted is logged. */
  readonly kind: 'look' | 'change' | 'talk' | 'told';
  /** `args` are the words behind `words`; those that are too many are ignored, as HAProxy does. */
  run(world: World, args: readonly string[], talk: Talk): Answer | Promise<Answer>;
}

interface Found<World> {
  readonly command: Command<World>;
  readonly args: readonly string[];
}

/** The command that begins with the most of these words. */
export function findCommand<World>(
  commands: readonly Command<World>[],
  words: readonly string[],
): Found<World> | undefined {
  const [best] = commands
    .map((command) => ({ command, own: command.words.split(' ') }))
    .filter(({ own }) => own.every((word, index) => word === words[index]))
    .sort((one, other) => other.own.length - one.own.length);
  return best && { command: best.command, args: words.slice(best.own.length) };
}

/** Where the colon of a help line stands. */
const USAGE_WIDTH = 40;
/** How many commands are proposed in place of one that is not known, beside those that are always named. */
const MOST_PROPOSALS = 5;
const ALWAYS_NAMED = ['help', 'prompt', 'quit'];

export function helpText<World>(commands: readonly Command<World>[], words: readonly string[]): string {
  const chosen = words.length === 0 ? commands : proposals(commands, words);
  return ['The following commands are valid at this level:', ...helpLines(commands, chosen)].join('\n');
}

/** The answer to words that are no command. */
export function unknownText<World>(commands: readonly Command<World>[], words: readonly string[]): string {
  return words.length === 0
    ? ['Unknown command. Please enter one of the following commands only:', ...helpLines(commands, commands)].join('\n')
    : [
        'Unknown command, but maybe one of the following ones is a better match:',
        ...helpLines(commands, proposals(commands, words)),
      ].join('\n');
}

function helpLines<World>(all: readonly Command<World>[], chosen: readonly Command<World>[]): string[] {
  const inOrder = chosen
    .filter(({ words }) => !ALWAYS_NAMED.includes(words))
    .sort((one, other) => (one.words < other.words ? -1 : 1));
  const last = ALWAYS_NAMED.flatMap((words) => all.find((command) => command.words === words) ?? []);
  return [...inOrder, ...last].map(({ words, takes, help }) => {
    return `  ${`${words} ${takes}`.trimEnd().padEnd(USAGE_WIDTH)}: ${help}`;
  });
}

/** All that begin with what was written; else, of those that begin with the most of the same words, the likest. */
function proposals<World>(commands: readonly Command<World>[], words: readonly string[]): Command<World>[] {
  const shared = commands.map((command) => ({ command, words: sharedWords(command.words.split(' '), words) }));
  const most = Math.max(...shared.map((each) => each.words));
  const nearest = shared.filter((each) => each.words === most).map(({ command }) => command);
  if (most === words.length) return nearest;
  const wanted = words.join(' ').toLowerCase();
  return nearest
    .map((command) => ({ command, likeness: likeness(command.words, wanted) }))
    .filter((each) => each.likeness > 0)
    .sort((one, other) => other.likeness - one.likeness)
    .slice(0, MOST_PROPOSALS)
    .map(({ command }) => command);
}

/** How many words at the beginning are the same. */
function sharedWords(one: readonly string[], other: readonly string[]): number {
  const index = one.findIndex((word, at) => word !== other[at]);
  return index === -1 ? one.length : index;
}

/** How large a part of their pairs of neighbouring letters two texts share: 0 to 1. */
function likeness(one: string, other: string): number {
  const left = letterPairs(other);
  const own = letterPairs(one);
  const all = left.length + own.length;
  let found = 0;
  for (const pair of own) {
    const at = left.indexOf(pair);
    if (at === -1) continue;
    left.splice(at, 1);
    found += 1;
  }
  return all === 0 ? 0 : (2 * found) / all;
}

function letterPairs(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
}
