/** The commands that let more or fewer in: maxconn of server, frontend and process, and frontends as a whole. */

import type { Balancer, Entrance } from '../../proxy/balancer.js';
import { DONE, refused } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';
import { lookUpFrontend, onServer, wholeNumber } from './target.js';

export const limitCommands: readonly Command<World>[] = [
  {
    words: 'set maxconn server',
    takes: '<bk>/<srv>',
    level: 'admin',
    help: "change a server's maxconn setting",
    kind: 'change',
    run: (world, [name, text]) =>
      onServer(world, name, (server) => {
        if (text === undefined) return refused('Require <maxconn>.');
        const maxconn = wholeNumber(text);
        if (maxconn === undefined) return refused('maxconn string empty or preceded by garbage');
        // As in HAProxy, 0 means no limit.
        world.supervisor.setMaxconn(server, maxconn === 0 ? Infinity : maxconn, `maxconn ${text} by the operator`);
        return DONE;
      }),
  },
  {
    words: 'set maxconn frontend',
    takes: '<frontend> <value>',
    level: 'admin',
    help: "change a frontend's maxconn setting",
    kind: 'change',
    run: (world, [name, text]) => {
      const looked = lookUpFrontend(world, name);
      if (looked.kind === 'missing') return looked.answer;
      const maxconn = wholeNumber(text);
      // HAProxy takes any text for 0, which lets nobody in.
      if (maxconn === undefined) return refused('Integer value expected.');
      looked.target.frontend.parts.places.maxconn = maxconn;
      return DONE;
    },
  },
  {
    words: 'set maxconn global',
    takes: '<value>',
    level: 'admin',
    help: 'change the per-process maxconn setting',
    kind: 'change',
    run: ({ admission }, [text]) => {
      if (text === undefined) return refused('Expects an integer value.');
      const maxconn = wholeNumber(text);
      return maxconn !== undefined && admission.limitTo(maxconn) ? DONE : refused('Value out of range.');
    },
  },
  {
    words: 'enable frontend',
    takes: '<frontend>',
    level: 'admin',
    help: 're-enable specific frontend',
    kind: 'change',
    run: (world, [name]) => {
      const looked = lookUpFrontend(world, name);
      return looked.kind === 'found' ? enable(world.balancer, looked.target) : looked.answer;
    },
  },
  {
    words: 'disable frontend',
    takes: '<frontend>',
    level: 'admin',
    help: 'temporarily disable specific frontend',
    kind: 'change',
    run: (world, [name]) => {
      const looked = lookUpFrontend(world, name);
      return looked.kind === 'found' ? disable(looked.target) : looked.answer;
    },
  },
];

/** The frontend gives its ports back; who is there stays. */
function disable({ listeners }: Entrance): Answer {
  const open = listeners.filter(({ isOpen }) => isOpen);
  if (open.length === 0) return refused('All sockets are already disabled.');
  for (const listener of open) listener.close();
  return DONE;
}

/** HAProxy's words, where the frontend was removed; and what is more. */
const SHUT_DOWN = 'Frontend was previously shut down, cannot enable';
const STOPPING = `${SHUT_DOWN}: the balancer is stopping.`;

async function enable(balancer: Balancer, { listeners }: Entrance): Promise<Answer> {
  if (balancer.isStopping) return refused(STOPPING);
  if (listeners.length === 0) return refused(`${SHUT_DOWN}.`);
  const closed = listeners.filter(({ isOpen }) => !isOpen);
  if (closed.length === 0) return refused('All sockets are already enabled.');
  const bound = await Promise.all(closed.map((listener) => listener.bind()));
  // Told to stop meanwhile, it has closed what was open then, and nobody else closes these.
  if (balancer.isStopping) {
    for (const listener of closed) listener.close();
    return refused(STOPPING);
  }
  const faults = bound.flatMap((each) => (each.kind === 'fault' ? [each.message] : []));
  return faults.length === 0 ? DONE : refused(`Failed to resume frontend: ${faults.join('; ')}`);
}
