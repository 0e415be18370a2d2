/** The commands that show the whole: statistics, servers, backends, why sessions ended. */

import { closeReasons, factsOf } from '../../balancer/close-reason.js';
import { addressText } from '../../config/address.js';
import { DONE, PERMISSION_DENIED, refused, shown } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Command } from '../command.js';
import { mayDo } from '../level.js';
import type { StatFormat, World } from '../world.js';
import { proxyIdsOf } from './target.js';

export const showCommands: readonly Command<World>[] = [
  {
    words: 'show stat',
    takes: '[<px> <type> <srv>] [typed|json] [desc] [up|no-maint]',
    level: 'user',
    help: 'report counters for each proxy and server',
    kind: 'look',
    run: showStat,
  },
  {
    words: 'show info',
    takes: '[typed]',
    level: 'user',
    help: 'report information about the running process',
    kind: 'look',
    run: ({ shows }, [format]) => shownText(shows.info(format === 'typed' ? 'typed' : 'text')),
  },
  {
    words: 'show version',
    takes: '',
    level: 'user',
    help: 'show version of the current process',
    kind: 'look',
    run: ({ version }) => shown([version]),
  },
  {
    words: 'show servers state',
    takes: '[<backend>]',
    level: 'user',
    help: 'dump volatile server information (all or for a single backend)',
    kind: 'look',
    run: (world, [backend]) =>
      isBackendOrAll(world, backend) ? shownText(world.shows.serversState(backend)) : refused("Can't find backend."),
  },
  {
    words: 'show servers conn',
    takes: '[<backend>]',
    level: 'user',
    help: 'dump server connections status (all or for a single backend)',
    kind: 'look',
    run: (world, [backend]) =>
      isBackendOrAll(world, backend) ? shown(serversConn(world, backend)) : refused("Can't find backend."),
  },
  {
    words: 'show backend',
    takes: '',
    level: 'user',
    help: 'list backends in the current running config',
    kind: 'look',
    run: ({ services }) => shown(['# name', ...services.keys()]),
  },
  {
    words: 'show reasons',
    takes: '',
    level: 'user',
    help: 'report why sessions ended: how many for each reason, and what it means',
    kind: 'look',
    run: ({ balancer }) => shown(reasonLines(balancer.totals.closed)),
  },
  {
    words: 'clear counters',
    takes: '[all]',
    level: 'operator',
    help: 'clear max statistics counters (or all counters)',
    kind: 'change',
    run: ({ shows }, [what], talk) => {
      if (what === 'all' && !mayDo(talk.level, 'admin')) return refused(PERMISSION_DENIED);
      shows.clear(what === 'all' ? 'all' : 'maxima');
      return DONE;
    },
  },
];

/** HAProxy's words for how statistics are shown. Of two formats the later counts, and `up` before `no-maint`. */
const MANNERS: ReadonlySet<string> = new Set(['typed', 'json', 'desc', 'no-maint', 'up']);
const ALL_PROXIES = new Set(['-1', '.']);

/** A filter has three words; with fewer, as in HAProxy, everything is shown. */
function showStat(world: World, args: readonly string[]): Answer {
  const manners = args.filter((word) => MANNERS.has(word));
  const format = manners.reduce<StatFormat>((last, word) => (word === 'typed' || word === 'json' ? word : last), 'csv');
  const only = (['up', 'no-maint'] as const).find((word) => manners.includes(word));
  const manner = { format, only, isDescribed: manners.includes('desc') };
  const [proxy, types, server] = args.filter((word) => !manners.includes(word));
  if (proxy === undefined || types === undefined || server === undefined) {
    return shownText(world.shows.stat(undefined, manner));
  }
  const ids = proxyIdsOf(world);
  const isAll = ALL_PROXIES.has(proxy);
  if (!isAll && !ids.has(proxy) && ![...ids.values()].includes(Number(proxy))) return refused('No such proxy.');
  const filter = { proxy: isAll ? '-1' : proxy, types: orAll(types), server: orAll(server) };
  return shownText(world.shows.stat(filter, manner));
}

/** As HAProxy does, takes what is no number for 0, which is nothing. */
function orAll(text: string): number {
  return /^-?\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** Lines with their ends; the last one's is the frame's. */
function shownText(text: string): Answer {
  return shown([text.replace(/\n$/, '')]);
}

function isBackendOrAll({ services }: World, backend: string | undefined): boolean {
  return backend === undefined || services.has(backend);
}

const CONN_HEAD =
  '# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[1]';

/** A session has its connection for itself: none is idle, and none is kept for another. */
function serversConn(world: World, backend: string | undefined): string[] {
  const ids = proxyIdsOf(world);
  const services = [...world.services.values()].filter(({ name }) => backend === undefined || name === backend);
  const lines = services.flatMap((service) =>
    service.backend.servers.map((server) => {
      const address = service.addressOf(server);
      const place = address.kind === 'unix' ? `${addressText(address)} -` : `${address.host} ${address.port}`;
      const { sessionsNow } = server;
      const numbers = `0 ${sessionsNow} ${sessionsNow} 0 0 0 -1 0 0`;
      return `${service.name}/${server.name} ${ids.get(service.name) ?? 0}/${server.id} ${place} - ${numbers}`;
    }),
  );
  return [CONN_HEAD, ...lines];
}

/** Those that have occurred, the most frequent first. */
function reasonLines(closed: Readonly<Record<string, number>>): string[] {
  const occurred = closeReasons
    .map((reason) => ({ reason, count: closed[reason] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
  const width = Math.max('# reason'.length, ...occurred.map(({ reason }) => reason.length));
  return [
    `${'# reason'.padEnd(width)} count meaning`,
    ...occurred.map(
      ({ reason, count }) => `${reason.padEnd(width)} ${String(count).padStart(5)} ${factsOf(reason).means}`,
    ),
  ];
}
