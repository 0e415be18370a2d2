/** The command about accounts: who is logged in, who was, and who tried in vain. */

import { tcplogDate } from '../../log/timestamp.js';
import type { AccountFigures, CountsByWord } from '../../stats/snapshot.js';
import { serversByAccount } from '../account-list.js';
import { refused, shown } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';

export const accountCommands: readonly Command<World>[] = [
  {
    words: 'show accounts',
    takes: '[<account>]',
    level: 'operator',
    help: 'report accounts: sessions, servers, traffic, refusals (all or a single account)',
    kind: 'look',
    run: (world, [name]) => {
      const servers = serversByAccount(world.balancer.guests());
      const all = world.shows.accounts().map((account) => cellsOf(account, servers, world));
      if (name === undefined) return shown(tableLines([COLUMNS.map(({ name: column }) => column), ...all]));
      const one = all.find(([account]) => account === name);
      if (one === undefined) return refused('No such account.');
      return shown(COLUMNS.map(({ name: column }, at) => `${column}: ${one[at] ?? ''}`));
    },
  },
];

interface Column {
  readonly name: string;
  readonly read: (account: AccountFigures, servers: CountsByWord, world: World) => string | number;
}

/** Where there is nothing to say. */
const NOTHING = '-';

/** A word each, so that scripts can part them at blanks. */
const COLUMNS: readonly Column[] = [
  { name: 'account', read: ({ name }) => name },
  { name: 'sessions', read: ({ sessionsNow }) => sessionsNow },
  { name: 'servers', read: (_, servers) => pairs(servers) },
  { name: 'most', read: ({ sessionsMost }) => sessionsMost },
  { name: 'logins', read: ({ sessionsTotal }) => sessionsTotal },
  { name: 'submits', read: ({ submits }) => submits },
  { name: 'not_accepted', read: ({ submitsNotAccepted }) => submitsNotAccepted },
  { name: 'delivers', read: ({ delivers }) => delivers },
  { name: 'unanswered', read: ({ unansweredNow }) => unansweredNow },
  { name: 'lost', read: ({ unansweredTotal }) => unansweredTotal },
  { name: 'rejected', read: ({ limited }) => limited.rejected },
  { name: 'delayed', read: ({ limited }) => limited.delayed },
  { name: 'bytes_in', read: ({ bytesIn }) => bytesIn },
  { name: 'bytes_out', read: ({ bytesOut }) => bytesOut },
  {
    name: 'last_login',
    read: ({ lastLoginWallMs: atMs }, _, { offsetMinutesAt }) =>
      atMs === null ? NOTHING : tcplogDate(atMs, offsetMinutesAt(atMs)),
  },
  { name: 'refused', read: ({ refused: reasons }) => pairs(reasons) },
];

function cellsOf(account: AccountFigures, servers: ReadonlyMap<string, CountsByWord>, world: World): string[] {
  return COLUMNS.map(({ read }) => String(read(account, servers.get(account.name) ?? {}, world)));
}

/** `smsc/server1:2,smsc/server2:1` */
function pairs(counts: CountsByWord): string {
  const all = Object.entries(counts).map(([word, count]) => `${word}:${count}`);
  return all.length === 0 ? NOTHING : all.join(',');
}

/** The first line is the head; every column is as wide as its widest cell. */
function tableLines(rows: readonly (readonly string[])[]): string[] {
  const marked = rows.map(([first = '', ...rest], at) => [at === 0 ? `# ${first}` : first, ...rest]);
  const widths = COLUMNS.map((_, column) => Math.max(...marked.map((row) => row[column]?.length ?? 0)));
  return marked.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' ')
      .trimEnd(),
  );
}
