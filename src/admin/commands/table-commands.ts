/** The commands that list and clear stick tables. A table has the name of its backend, as in HAProxy. */

import type { StickEntry, StickTable } from '../../balancer/stick-table.js';
import type { BackendService } from '../../proxy/backend-service.js';
import { formatAddress, parseAddress } from '../../runtime/address.js';
import { DONE, refused, shown } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';
import { printableBytes } from '../../log/escape.js';

interface NamedTable {
  readonly service: BackendService;
  readonly table: StickTable;
}

interface Row extends StickEntry {
  readonly serverId: number;
}

type Filter = (row: Row) => boolean;
type FilterRead =
  { readonly kind: 'filter'; readonly filter: Filter } | { readonly kind: 'wrong'; readonly answer: Answer };

const ALL: Filter = () => true;

export const tableCommands: readonly Command<World>[] = [
  {
    words: 'show table',
    takes: '<table> [<filter>]*',
    level: 'user',
    help: "report table usage stats or dump this table's contents (filter: data/key)",
    kind: 'look',
    run: (world, [name, ...args]) => {
      const tables = tablesOf(world);
      if (name === undefined) return shown(tables.map(headOf));
      const found = tables.find(({ service }) => service.name === name);
      if (found === undefined) return refused('No such table');
      const wrong = 'Optional argument only supports "data.<store_data_type>" <operator> <value> and key <key>';
      const read = args.length === 0 ? { kind: 'filter' as const, filter: ALL } : readFilter(found, args, wrong);
      if (read.kind === 'wrong') return read.answer;
      const rows = rowsOf(found, world.clock.nowMs()).filter(read.filter);
      return shown([headOf(found), ...rows.map((row) => rowText(found, row))]);
    },
  },
  {
    words: 'clear table',
    takes: '<table> [<filter>]*',
    level: 'admin',
    help: 'remove an entry from a table (filter: data/key)',
    kind: 'change',
    run: (world, [name, ...args]) => {
      const wrong = 'Required arguments: <table> "data.<store_data_type>" <operator> <value> or <table> key <key>';
      if (name === undefined) return refused(wrong);
      const found = tablesOf(world).find(({ service }) => service.name === name);
      if (found === undefined) return refused('No such table');
      const read = args.length === 0 ? { kind: 'filter' as const, filter: ALL } : readFilter(found, args, wrong);
      if (read.kind === 'wrong') return read.answer;
      for (const { key } of rowsOf(found, world.clock.nowMs()).filter(read.filter)) found.table.forget(key);
      return DONE;
    },
  },
];

function tablesOf({ services }: World): NamedTable[] {
  return [...services.values()].flatMap((service) => {
    const table = service.backend.stickTable;
    return table === undefined ? [] : [{ service, table }];
  });
}

function rowsOf({ service, table }: NamedTable, nowMs: number): Row[] {
  return Array.from(table.entries(nowMs), (entry) => {
    const server = service.backend.servers.find(({ name }) => name === entry.serverName);
    return { ...entry, serverId: server?.id ?? 0 };
  });
}

function headOf({ service, table }: NamedTable): string {
  const type = table.rules.on === 'source' ? 'ip' : 'string';
  return `# table: ${service.name}, type: ${type}, size:${table.rules.sizeEntries}, used:${table.storedNow}`;
}

/** HAProxy's line; where that begins with an address in memory, the key's own name. */
function rowText({ table }: NamedTable, { key, serverName, serverId, sessionsNow, expiresInMs }: Row): string {
  const text = table.rules.on === 'source' ? formatAddress(Buffer.from(key, 'hex')) : printableBytes(key);
  const expires = expiresInMs === Infinity ? 0 : Math.round(expiresInMs);
  return `0x${Buffer.from(key, 'latin1').toString('hex')}: key=${text} use=${sessionsNow} exp=${expires} server_id=${serverId} server_key=${serverName}`;
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  le: (left, right) => left <= right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  gt: (left, right) => left > right,
};

function wrongFilter(text: string): FilterRead {
  return { kind: 'wrong', answer: refused(text) };
}

/** `key 192.0.2.1` or `data.server_id eq 2`. */
function readFilter({ table }: NamedTable, [what = '', ...args]: readonly string[], usage: string): FilterRead {
  if (what === 'key') {
    const [text] = args;
    if (text === undefined) return wrongFilter('Key value expected');
    if (table.rules.on !== 'source') return { kind: 'filter', filter: (row) => printableBytes(row.key) === text };
    const key = addressKey(text);
    return { kind: 'filter', filter: (row) => row.key === key };
  }
  if (!what.startsWith('data.')) return wrongFilter(usage);
  if (what !== 'data.server_id') return wrongFilter('Filter entry #1: Unknown data type');
  const [word = '', text = ''] = args;
  const compare = Object.hasOwn(OPERATORS, word) ? OPERATORS[word] : undefined;
  if (compare === undefined) {
    return wrongFilter('Filter entry #1: Require and operator among "eq", "ne", "le", "ge", "lt", "gt"');
  }
  if (!/^\d{1,9}$/.test(text)) return wrongFilter('Filter entry #1: Require a valid integer value to compare against');
  return { kind: 'filter', filter: ({ serverId }) => compare(serverId, Number(text)) };
}

/** The key of an address; what is no address is no key. */
function addressKey(text: string): string | undefined {
  const bytes = parseAddress(text);
  return bytes && Buffer.from(bytes).toString('hex');
}
