/** The commands that move living sessions: off a server, or back into balance; and what has come of it. */

import { sessionsDo } from '../../log/wording.js';
import type { SupervisedServer } from '../../supervision/supervised-server.js';
import type { ShownMigration } from '../../supervision/migrations.js';
import { refused, shown } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';
import { onServer, wholeNumber } from './target.js';

const BY_OPERATOR = 'by the operator';
const MOST_PER_SECOND = 100_000;

export const moveCommands: readonly Command<World>[] = [
  {
    words: 'drain server',
    takes: '<bk>/<srv> [rate <n>]',
    level: 'admin',
    help: 'let a server take no new session, and move those that it has to others, <n> a second',
    kind: 'change',
    run: (world, [name, ...args]) => onServer(world, name, (server) => drain(world, server, args)),
  },
  {
    words: 'rebalance backend',
    takes: '<bk> [rate <n> | stop]',
    level: 'admin',
    help: 'move the fewest sessions that make a backend even again, <n> a second',
    kind: 'change',
    run: rebalance,
  },
  {
    words: 'show moves',
    takes: '',
    level: 'operator',
    help: 'report the sessions that are moved off servers or into balance: how many, and how far it has come',
    kind: 'look',
    run: ({ supervisor }) =>
      shown(['# of cause state rate begun moved failed age_ms', ...linesOf(supervisor.migrations.shown)]),
  },
];

function drain(world: World, supervised: SupervisedServer, args: readonly string[]): Answer {
  const { services, supervisor } = world;
  const service = services.get(supervised.backend);
  const perSecond = rateOf(args, service?.rules.moveRate ?? 0);
  if (perSecond === undefined) return refused(`usage: drain server <backend>/<server> [rate 1-${MOST_PER_SECOND}]`);
  supervisor.setWish(supervised, 'drain', BY_OPERATOR);
  const sessions = supervised.server.sessionsNow;
  // Whoever drains a server in the night may not know that it was the last one.
  const warning = service?.backend.accepts === false ? [refusing(supervised.backend, service.backend.choices)] : [];
  if (service?.rules.mode !== 'cmpp') {
    const end = sessions === 1 ? 'it ends' : 'they end';
    return shown([`${sessionsDo(sessions, 'stay')} until ${end}: in mode tcp none can move`, ...warning]);
  }
  supervisor.migrations.drain(supervised.name, supervised.server, 'drain', perSecond);
  return shown([begun(sessions, perSecond), ...warning]);
}

function rebalance({ services, supervisor }: World, [name = '', ...args]: readonly string[]): Answer {
  const service = services.get(name);
  if (service === undefined) return refused('No such backend.');
  if (service.rules.mode !== 'cmpp') return refused('In mode tcp no session can move.');
  if (args.join(' ') === 'stop') {
    return supervisor.migrations.stop(name) ? shown(['stopped']) : refused('Nothing moves here.');
  }
  const perSecond = rateOf(args, service.rules.moveRate);
  if (perSecond === undefined) return refused(`usage: rebalance backend <backend> [rate 1-${MOST_PER_SECOND} | stop]`);
  const sessions = supervisor.migrations.rebalance(name, service.backend, perSecond);
  return shown([begun(sessions, perSecond)]);
}

/** `rate 50`, or what is usual; undefined for anything else. */
function rateOf(args: readonly string[], usual: number): number | undefined {
  if (args.length === 0) return usual;
  const [word, text, ...rest] = args;
  const perSecond = wholeNumber(text);
  const isSound = word === 'rate' && rest.length === 0 && perSecond !== undefined;
  return isSound && perSecond >= 1 && perSecond <= MOST_PER_SECOND ? perSecond : undefined;
}

function linesOf(migrations: readonly ShownMigration[]): string[] {
  return migrations.map(({ of, cause, perSecond, progress: { state, begun, moved, failed, tookMs } }) =>
    [of, cause, state, perSecond, begun, moved, failed, Math.round(tookMs)].join(' '),
  );
}

function refusing(backend: string, choices: number): string {
  return `${backend} refuses logins from now on: ${choices} of its servers take sessions`;
}

function begun(sessions: number, perSecond: number): string {
  return `${sessionsDo(sessions, 'move')}, ${perSecond} a second`;
}
