/** The command that shows all statistics at once, for programs such as `cmpp-lb top`. */

import { shown } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';

export const snapshotCommand: Command<World> = {
  words: 'show snapshot',
  takes: '',
  level: 'operator',
  help: 'report all statistics at this moment as one line of JSON',
  kind: 'look',
  run: ({ shows }) => shown([shows.snapshot()]),
};
