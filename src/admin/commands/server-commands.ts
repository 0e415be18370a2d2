/** The commands that steer servers: wish, weight, health, address. */

import { MAX_WEIGHT } from '../../balancer/server.js';
import type { Wish } from '../../balancer/server.js';
import type { SupervisedServer } from '../../supervision/supervised-server.js';
import { DONE, refused, shown } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';
import { setAddress } from './server-address.js';
import { onServer } from './target.js';

/** What the log says of the cause. */
const BY_OPERATOR = 'by the operator';

type Setting = (world: World, server: SupervisedServer, args: readonly string[]) => Answer;

const settings: Readonly<Record<string, Setting>> = {
  addr: setAddress,
  health: setHealth,
  state: setState,
  weight: setWeight,
};

export const serverCommands: readonly Command<World>[] = [
  {
    words: 'set server',
    takes: '<bk>/<srv> [opts]',
    level: 'admin',
    help: "change a server's state, weight, address or health",
    kind: 'change',
    run: (world, [name, option = '', ...args]) =>
      onServer(world, name, (server) => {
        const setting = Object.hasOwn(settings, option) ? settings[option] : undefined;
        const options = Object.keys(settings).join(' | ');
        return setting?.(world, server, args) ?? refused(`usage: set server <backend>/<server> ${options}`);
      }),
  },
  {
    words: 'get weight',
    takes: '<bk>/<srv>',
    level: 'user',
    help: "report a server's current weight",
    kind: 'look',
    run: (world, [name]) =>
      onServer(world, name, ({ server, initialWeight }) => shown([`${server.weight} (initial ${initialWeight})`])),
  },
  {
    words: 'set weight',
    takes: '<bk>/<srv>  (DEPRECATED)',
    level: 'admin',
    help: "change a server's weight (use 'set server' instead)",
    kind: 'change',
    run: (world, [name, ...args]) => onServer(world, name, (server) => setWeight(world, server, args)),
  },
  {
    words: 'enable server',
    takes: ' (DEPRECATED)',
    level: 'admin',
    help: "enable a disabled server (use 'set server' instead)",
    kind: 'change',
    run: (world, [name]) => onServer(world, name, (server) => wish(world, server, 'ready')),
  },
  {
    words: 'disable server',
    takes: '(DEPRECATED)',
    level: 'admin',
    help: "disable a server for maintenance (use 'set server' instead)",
    kind: 'change',
    run: (world, [name]) => onServer(world, name, (server) => wish(world, server, 'maint')),
  },
  {
    words: 'enable health',
    takes: '<bk>/<srv>',
    level: 'admin',
    help: 'enable health checks',
    kind: 'change',
    run: (world, [name]) =>
      onServer(world, name, (server) =>
        world.supervisor.setProbed(server, true)
          ? DONE
          : refused('Health check was not configured on this server, cannot enable.'),
      ),
  },
  {
    words: 'disable health',
    takes: '<bk>/<srv>',
    level: 'admin',
    help: 'disable health checks',
    kind: 'change',
    // Of a server that is not checked it is true already.
    run: (world, [name]) =>
      onServer(world, name, (server) => {
        world.supervisor.setProbed(server, false);
        return DONE;
      }),
  },
];

function wish({ supervisor }: World, server: SupervisedServer, wanted: Wish): Answer {
  supervisor.setWish(server, wanted, `${WISH_WORDS[wanted]} ${BY_OPERATOR}`);
  return DONE;
}

const WISH_WORDS: Readonly<Record<Wish, string>> = {
  ready: 'set ready',
  drain: 'set to drain',
  maint: 'set to maintenance',
};

function setState(world: World, server: SupervisedServer, [word]: readonly string[]): Answer {
  if (word === 'ready' || word === 'drain' || word === 'maint') return wish(world, server, word);
  return refused("'set server <srv> state' expects 'ready', 'drain' and 'maint'.");
}

function setHealth({ supervisor }: World, server: SupervisedServer, [word]: readonly string[]): Answer {
  if (word === 'stopping')
    return refused("There is no health 'stopping' here. To let its sessions end, use 'state drain'.");
  if (word !== 'up' && word !== 'down')
    return refused("'set server <srv> health' expects 'up', 'stopping', or 'down'.");
  if (server.tracked !== undefined) return refused('cannot change health on a tracking server.');
  return supervisor.force(server, word)
    ? DONE
    : refused('Health check was not configured on this server, cannot set it.');
}

/** `5`, or a percentage of the weight that it was declared with. */
function setWeight({ supervisor }: World, supervised: SupervisedServer, [text]: readonly string[]): Answer {
  if (text === undefined) return refused('Require <weight> or <weight%>.');
  const [, digits, percent] = /^(-?\d{1,9})(%?)$/.exec(text) ?? [];
  if (digits === undefined) return refused('Empty weight string empty or preceded by garbage');
  const number = Number(digits);
  const { initialWeight } = supervised;
  const exact = percent === '%' ? (initialWeight * number) / 100 : number;
  if (percent === '%' && number < 0) return refused('Relative weight must be positive.');
  if (exact < 0 || (percent !== '%' && exact > MAX_WEIGHT)) {
    return refused(`Absolute weight can only be between 0 and ${MAX_WEIGHT} inclusive.`);
  }
  // HAProxy counts in fractions of the initial weight; here a weight is whole, and more than none stays more than none.
  const weight = Math.min(MAX_WEIGHT, exact > 0 ? Math.max(1, Math.floor(exact)) : 0);
  supervisor.setWeight(supervised, weight, `weight ${weight} ${BY_OPERATOR}`);
  if (exact === weight || exact >= 1) return DONE;
  return shown([
    `The weight is ${weight} now: ${text} of the initial ${initialWeight} is less than one, and weights are whole.`,
  ]);
}
