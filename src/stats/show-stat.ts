/** `show stat`: the table of statistics as CSV, typed, and as JSON. Pure. */

import { COLUMNS, valueOf } from './columns.js';
import type { Column, Value } from './columns.js';
import { ROW_FACTS, rowsOf } from './rows.js';
import type { Row, Wanted } from './rows.js';
import type { Snapshot } from './snapshot.js';
import { describe } from './column-words.js';

const PROCESS = 1;

/** CSV as HAProxy writes it: `# ` before the names, and a comma after the last column too. */
export function showStat(snapshot: Snapshot, wanted: Wanted = {}): string {
  const header = `# ${COLUMNS.map(({ name }) => name).join(',')},\n`;
  const lines = rowsOf(snapshot, wanted).map(
    (row) => `${COLUMNS.map((column) => field(valueOf(column, row))).join(',')},\n`,
  );
  return header + lines.join('');
}

/** One line a value: `F.2.0.4.scur.1:MGP:u32:0`; with `isDescribed`, `:"..."` behind it says what it is. */
export function showStatTyped(snapshot: Snapshot, wanted: Wanted = {}, isDescribed = false): string {
  return rowsOf(snapshot, wanted)
    .flatMap((row) => {
      const place = `${ROW_FACTS[row.kind].letter}.${row.proxy.id}.${memberId(row)}`;
      return filled(row).map(
        ({ at, column: { name, tags, type }, value }) =>
          `${place}.${at}.${name}.${PROCESS}:${tags}:${type}:${value}${isDescribed ? `:"${describe(name)}"` : ''}\n`,
      );
    })
    .join('');
}

export function showStatJson(snapshot: Snapshot, wanted: Wanted = {}): string {
  const rows = rowsOf(snapshot, wanted).map((row) =>
    filled(row).map(({ at, column, value }) => ({
      objType: ROW_FACTS[row.kind].objectType,
      proxyId: row.proxy.id,
      id: memberId(row),
      field: { pos: at, name: column.name },
      processNum: PROCESS,
      tags: tagsOf(column),
      value: { type: column.type, value },
    })),
  );
  return `${JSON.stringify(rows)}\n`;
}

interface Filled {
  /** Counted from 0. */
  readonly at: number;
  readonly column: Column;
  readonly value: string | number;
}

function filled(row: Row): Filled[] {
  return COLUMNS.flatMap((column, at) => {
    const value = valueOf(column, row);
    return value === null ? [] : [{ at, column, value }];
  });
}

/** The number of a server or listener; 0 for what is none. */
function memberId({ kind, figures }: Row): number {
  return kind === 'frontend' || kind === 'backend' ? 0 : figures.id;
}

function field(value: Value): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const ORIGINS: Readonly<Record<string, string>> = { M: 'Metric', S: 'Status', K: 'Key', C: 'Config', P: 'Product' };
const NATURES: Readonly<Record<string, string>> = {
  G: 'Gauge',
  L: 'Limit',
  M: 'Max',
  R: 'Rate',
  C: 'Counter',
  D: 'Duration',
  A: 'Age',
  a: 'Avg',
  N: 'Name',
  O: 'Output',
};
const SCOPES: Readonly<Record<string, string>> = { C: 'Cluster', S: 'Service', P: 'Process' };

function tagsOf({ tags }: Column): { origin: string; nature: string; scope: string } {
  const [origin = '', nature = '', scope = ''] = tags;
  return { origin: ORIGINS[origin] ?? '', nature: NATURES[nature] ?? '', scope: SCOPES[scope] ?? '' };
}
