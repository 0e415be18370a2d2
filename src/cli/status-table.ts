/** Draws from `show stat` how backends and servers are. Pure. */

export interface StatusRow {
  readonly backend: string;
  /** Undefined for the backend as a whole. */
  readonly server: string | undefined;
  readonly status: string;
  readonly weight: number;
  readonly sessions: number;
  readonly queued: number;
  readonly lastCheck: string;
}

/** The types of a row of `show stat`. */
const BACKEND = '1';
const SERVER = '2';

/** Each backend before its servers. Undefined where the text is no `show stat`. */
export function statusRows(csv: string): StatusRow[] | undefined {
  const [head = '', ...lines] = csv.trim().split('\n');
  if (!head.startsWith('# pxname,')) return undefined;
  const names = head.replace('# ', '').split(',');
  const records = lines
    .filter((line) => line !== '')
    .map((line) => new Map(cellsOf(line).map((cell, index) => [names[index] ?? '', cell])));
  const ofType = (wanted: string): StatusRow[] => records.filter((record) => record.get('type') === wanted).map(rowOf);
  const servers = ofType(SERVER);
  return ofType(BACKEND).flatMap((backend) => [
    backend,
    ...servers.filter((server) => server.backend === backend.backend),
  ]);
}

function rowOf(record: ReadonlyMap<string, string>): StatusRow {
  const check = [record.get('check_status') ?? '', record.get('last_chk') ?? ''].filter((part) => part !== '');
  return {
    backend: record.get('pxname') ?? '',
    server: record.get('type') === SERVER ? record.get('svname') : undefined,
    status: record.get('status') ?? '',
    weight: Number(record.get('weight')),
    sessions: Number(record.get('scur')),
    queued: Number(record.get('qcur')),
    lastCheck: check.join(' '),
  };
}

/** A cell with a comma or a quote in it is quoted, and its quotes are doubled. */
function cellsOf(line: string): string[] {
  return Array.from(line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g), ([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}

const HEAD = ['server', 'status', 'weight', 'sessions', 'queued', 'last check'];

export function statusTable(rows: readonly StatusRow[]): string {
  const cells = rows.map(({ backend, server, status, weight, sessions, queued, lastCheck }) => [
    server === undefined ? backend : `  ${backend}/${server}`,
    status,
    ...[weight, sessions, queued].map(String),
    lastCheck,
  ]);
  const all = [HEAD, ...cells];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Whether every backend takes sessions. */
export function isServing(rows: readonly StatusRow[]): boolean {
  return rows.every(({ server, status }) => server !== undefined || status.startsWith('UP'));
}
