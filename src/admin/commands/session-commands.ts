/** The commands about sessions: list, look into one, end. */

import type { Guest } from '../../proxy/guest.js';
import { DONE, refused, shown } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';
import { sessionBlock, sessionFacts, sessionLine, sessionNumber } from './session-lines.js';
import { onServer } from './target.js';

/** How long both sides may take for their TERMINATE_RESPs when the operator ends a session. */
const KILL_MS = 5000;

export const sessionCommands: readonly Command<World>[] = [
  {
    words: 'show sess',
    takes: '[id]',
    level: 'operator',
    help: 'report the list of current sessions or dump this exact session',
    kind: 'look',
    run: (world, [which]) => {
      const guests = world.balancer.guests();
      if (which === 'all') return shown(guests.flatMap((guest) => sessionBlock(guest, world)));
      const isNumber = which !== undefined && sessionNumber(which) !== undefined;
      // As in HAProxy, a word that is no number changes nothing.
      if (!isNumber) return shown(guests.map((guest) => sessionLine(guest, world.clock.nowMs())));
      const guest = findGuest(world, which);
      return guest === undefined ? refused('Session not found.') : shown(sessionBlock(guest, world));
    },
  },
  {
    words: 'show session',
    takes: '<id>',
    level: 'operator',
    help: 'report all that is known of a session: login, server, PDUs, what is unanswered',
    kind: 'look',
    run: (world, [id]) => {
      if (id === undefined) return refused("Session number expected (use 'show sess').");
      const guest = findGuest(world, id);
      return guest === undefined ? refused('Session not found.') : shown(sessionFacts(guest, world));
    },
  },
  {
    words: 'shutdown session',
    takes: '[id]',
    level: 'admin',
    help: 'kill a specific session',
    kind: 'change',
    run: (world, [id]) => {
      if (id === undefined) return refused("Session pointer expected (use 'show sess').");
      const guest = findGuest(world, id);
      if (guest === undefined) return refused("No such session (use 'show sess').");
      kill([guest], world);
      return DONE;
    },
  },
  {
    words: 'shutdown sessions server',
    takes: '<bk>/<srv>',
    level: 'admin',
    help: 'kill sessions on a server',
    kind: 'change',
    run: (world, [name]) =>
      onServer(world, name, ({ server }) => {
        kill(
          world.balancer.guests().filter(({ driver }) => driver.session.conversation?.server === server),
          world,
        );
        return DONE;
      }),
  },
];

function findGuest({ balancer }: World, text: string): Guest | undefined {
  const number = sessionNumber(text);
  return balancer.guests().find(({ id }) => id === number);
}

function kill(guests: readonly Guest[], { clock }: World): void {
  const deadlineMs = clock.nowMs() + KILL_MS;
  for (const { driver } of guests) driver.stop('killed', deadlineMs);
}
