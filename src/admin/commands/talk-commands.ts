/** The commands that are about the conversation itself. Pure. */

import { DONE, refused, shown } from '../answer.js';
import type { Command } from '../command.js';

/** As in HAProxy, seconds. */
const LONGEST_TIMEOUT_S = 86_400;

export const talkCommands: readonly Command<unknown>[] = [
  {
    words: 'prompt',
    takes: '',
    level: 'user',
    help: 'toggle interactive mode with prompt',
    kind: 'talk',
    run: (_world, _args, talk) => {
      talk.isInteractive = !talk.isInteractive;
      return DONE;
    },
  },
  {
    words: 'quit',
    takes: '',
    level: 'user',
    help: 'disconnect',
    kind: 'talk',
    run: (_world, _args, talk) => {
      talk.isOver = true;
      return DONE;
    },
  },
  {
    words: 'verdict',
    takes: '',
    level: 'user',
    help: "toggle a last line '# done' or '# refused' behind each answer, for scripts",
    kind: 'talk',
    run: (_world, _args, talk) => {
      talk.hasVerdicts = !talk.hasVerdicts;
      return DONE;
    },
  },
  {
    words: 'operator',
    takes: '',
    level: 'operator',
    help: 'lower the level of the current CLI session to operator',
    kind: 'talk',
    run: (_world, _args, talk) => {
      talk.level = 'operator';
      return DONE;
    },
  },
  {
    words: 'user',
    takes: '',
    level: 'user',
    help: 'lower the level of the current CLI session to user',
    kind: 'talk',
    run: (_world, _args, talk) => {
      talk.level = 'user';
      return DONE;
    },
  },
  {
    words: 'show cli level',
    takes: '',
    level: 'user',
    help: 'display the level of the current CLI session',
    kind: 'look',
    run: (_world, _args, talk) => shown([talk.level]),
  },
  {
    words: 'set timeout',
    takes: '[cli] <delay>',
    level: 'user',
    help: 'change a timeout setting',
    kind: 'talk',
    run: (_world, [what, text], talk) => {
      if (what !== 'cli') return refused("'set timeout' only supports 'cli'.");
      if (text === undefined) return refused('Expects an integer value.');
      const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
      if (seconds < 1 || seconds > LONGEST_TIMEOUT_S) return refused('Invalid timeout value.');
      talk.timeoutMs = seconds * 1000;
      return DONE;
    },
  },
];
