/**
 * The state file's text: JSON, one object a line, so that it can be read and searched by hand. Pure.
 *
 * The first line says who wrote it and when, the last that it is whole. In between, in any order, are the servers and
 * the entries of stick tables. Whatever is written here is ASCII: accounts may hold any byte.
 */

import * as z from 'zod';
import { asciiJson } from '../log/escape.js';

/** Of the format. A file of another one is not read. */
const STATE_VERSION = 1;

const wish = z.enum(['ready', 'drain', 'maint']);
const weight = z.int().min(0).max(256);
const time = z.iso.datetime();

const head = z.object({
  kind: z.literal('cmpp-lb-state'),
  version: z.literal(STATE_VERSION),
  /** The process that wrote it. */
  pid: z.int(),
  startedAt: time,
  writtenAt: time,
});
/** What the configuration said then stands beside the operator's: where that was changed since, the file goes first. */
const server = z.object({
  kind: z.literal('server'),
  backend: z.string(),
  server: z.string(),
  wish,
  declaredWish: wish,
  weight,
  declaredWeight: weight,
});
const entry = z.object({
  kind: z.literal('stick'),
  backend: z.string(),
  on: z.enum(['source', 'account']),
  /** The address as hexadecimal digits, or the account, as the table has it. */
  key: z.string(),
  server: z.string(),
  /** When it was last used: that of a living session is the time of writing. */
  usedAt: time,
});
const end = z.object({ kind: z.literal('end') });
const body = z.discriminatedUnion('kind', [server, entry, end]);

export type StateHead = Omit<z.output<typeof head>, 'kind' | 'version'>;
export type KeptServer = Omit<z.output<typeof server>, 'kind'>;
export type KeptEntry = Omit<z.output<typeof entry>, 'kind'>;

export interface KeptState {
  readonly head: StateHead;
  readonly servers: readonly KeptServer[];
  readonly entries: readonly KeptEntry[];
}

export type ReadState =
  | { readonly kind: 'state'; readonly state: KeptState }
  /** A sentence's part that says what is wrong, such as `line 17 is not of a state file`. */
  | { readonly kind: 'broken'; readonly why: string };

export function headLine(values: StateHead): string {
  return line({ kind: 'cmpp-lb-state', version: STATE_VERSION, ...values });
}

export function serverLine(values: KeptServer): string {
  return line({ kind: 'server', ...values });
}

export function entryLine(values: KeptEntry): string {
  return line({ kind: 'stick', ...values });
}

export const END_LINE = line({ kind: 'end' });

function line(values: object): string {
  return `${asciiJson(JSON.stringify(values))}\n`;
}

/** Who wrote a file that begins with this line; undefined where that cannot be said. */
export function readHead(firstLine: string): StateHead | undefined {
  const found = head.safeParse(parsed(firstLine));
  return found.success ? found.data : undefined;
}

/** Reads a whole file's lines. Any fault in it makes all of it worthless: half of a state would be a wrong one. */
export async function readState(lines: AsyncIterable<string> | Iterable<string>): Promise<ReadState> {
  const servers: KeptServer[] = [];
  const entries: KeptEntry[] = [];
  let first: StateHead | undefined;
  let lastLine = 0;
  for await (const text of lines) {
    lastLine += 1;
    if (first === undefined) {
      first = readHead(text);
      if (first === undefined) return broken(faultOfHead(text));
      continue;
    }
    const found = body.safeParse(parsed(text));
    if (!found.success) return broken(`line ${lastLine} is not of a state file`);
    const { data } = found;
    if (data.kind === 'end') return { kind: 'state', state: { head: first, servers, entries } };
    if (data.kind === 'server') servers.push(data);
    else entries.push(data);
  }
  return broken(lastLine === 0 ? 'it is empty' : `it ends after line ${lastLine}, without its end`);
}

function broken(why: string): ReadState {
  return { kind: 'broken', why };
}

function faultOfHead(text: string): string {
  const found = z.looseObject({ kind: head.shape.kind, version: z.int() }).safeParse(parsed(text));
  if (!found.success) return 'line 1 is not of a state file of cmpp-lb';
  const { version } = found.data;
  if (version === STATE_VERSION) return 'line 1 does not say who wrote it and when';
  return `it is of version ${version}, and this cmpp-lb reads version ${STATE_VERSION}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
