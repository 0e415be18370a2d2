/** The one door through which commands go, whoever sends them: permission, the command itself, and the log. */

import { stackOf } from '../log/event.js';
import type { Log } from '../log/log.js';
import { PERMISSION_DENIED, refused } from './answer.js';
import type { Answer } from './answer.js';
import { findCommand, unknownText } from './command.js';
import type { Command } from './command.js';
import { joinWords } from './command-line.js';
import { mayDo } from './level.js';
import type { Talk } from './talk.js';

export class Executor<World> {
  readonly #commands: readonly Command<World>[];
  readonly #world: World;
  readonly #log: Pick<Log, 'event'>;

  constructor(commands: readonly Command<World>[], world: World, log: Pick<Log, 'event'>) {
    this.#commands = commands;
    this.#world = world;
    this.#log = log;
  }

  /** Carries out one command. Never rejects: a fault in the program is an answer too. */
  async execute(words: readonly string[], talk: Talk): Promise<Answer> {
    const found = findCommand(this.#commands, words);
    if (found === undefined) return refused(unknownText(this.#commands, words));
    const { command, args } = found;
    const { level } = talk;
    const isPermitted = mayDo(level, command.level);
    const answer = isPermitted ? await this.#run(command, args, talk) : refused(PERMISSION_DENIED);
    if (command.kind === 'change' || (command.kind === 'told' && !isPermitted)) {
      const { kind: outcome, text } = answer;
      const caller = { from: talk.from, access: level };
      this.#log.event('command', { ...caller, command: joinWords(words), outcome, answer: text });
    }
    return answer;
  }

  async #run(command: Command<World>, args: readonly string[], talk: Talk): Promise<Answer> {
    try {
      return await command.run(this.#world, args, talk);
    } catch (error) {
      this.#log.event('internal-error', { session: undefined, stack: stackOf(error) });
      return refused('Internal error; the log has more about it.');
    }
  }
}
