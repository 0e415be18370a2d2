/** What is kept over a restart, drawn from the running balancer and put back into the next one. Pure. */

import type { StickTable } from '../balancer/stick-table.js';
import type { Server, Wish } from '../balancer/server.js';
import { formatAddress, parseAddress } from '../runtime/address.js';
import type { Supervisor } from '../supervision/supervisor.js';
import { END_LINE, entryLine, headLine, serverLine } from './state-text.js';
import type { KeptEntry, KeptServer, KeptState, StateHead } from './state-text.js';

/** What is kept of a backend. `weightConfigured` and `isDisabled` are what the configuration says now. */
export interface KeptBackend {
  readonly name: string;
  readonly backend: { readonly stickTable: StickTable | undefined };
  readonly servers: readonly {
    readonly supervised: { readonly server: Server };
    readonly weightConfigured: number;
    readonly isDisabled: boolean;
  }[];
}

export interface Moment {
  readonly nowMs: number;
  readonly wallMs: number;
}

type Steering = Pick<Supervisor, 'find' | 'setWish' | 'setWeight'>;

/** How much of a state was put back. */
export interface Restored {
  readonly servers: number;
  readonly entries: number;
  readonly expired: number;
  readonly unknown: number;
}

/** What the log says of the cause. */
const WHY = 'kept over the restart';

/** The lines of a state file. Tables may change while they are taken: each entry is as it was in its own moment. */
export function* stateLines(head: StateHead, backends: readonly KeptBackend[], moment: Moment): Iterable<string> {
  yield headLine(head);
  for (const { name, servers } of backends) {
    for (const { supervised, weightConfigured, isDisabled } of servers) {
      const { name: server, wish, weight } = supervised.server;
      const declared = { declaredWish: declaredWish(isDisabled), declaredWeight: weightConfigured };
      yield serverLine({ backend: name, server, wish, weight, ...declared });
    }
  }
  for (const { name, backend } of backends) {
    if (backend.stickTable !== undefined) yield* entryLines(name, backend.stickTable, moment);
  }
  yield END_LINE;
}

function* entryLines(backend: string, table: StickTable, { nowMs, wallMs }: Moment): Iterable<string> {
  const { on } = table.rules;
  for (const { key, serverName: server, idleMs } of table.entries(nowMs)) {
    const usedAt = new Date(wallMs - idleMs).toISOString();
    yield entryLine({ backend, on, key: keyText(on, key), server, usedAt });
  }
}

/** Puts back what still has a place. What the configuration says otherwise than it did then is left as it says. */
export function restoreState(
  { servers, entries }: KeptState,
  backends: readonly KeptBackend[],
  steering: Steering,
  moment: Moment,
): Restored {
  const outcomes = [
    ...servers.map((kept) => restoreServer(kept, backends, steering)),
    // The oldest first: a table that is full then loses those.
    ...[...entries].sort(byUse).map((kept) => restoreEntry(kept, backends, moment)),
  ];
  const count = (outcome: Outcome): number => outcomes.filter((each) => each === outcome).length;
  return {
    servers: count('server'),
    entries: count('entry'),
    expired: count('expired'),
    unknown: count('unknown'),
  };
}

type Outcome = 'server' | 'entry' | 'expired' | 'unknown' | 'as-configured';

function restoreServer(kept: KeptServer, backends: readonly KeptBackend[], steering: Steering): Outcome {
  const backend = backends.find(({ name }) => name === kept.backend);
  const declared = backend?.servers.find(({ supervised }) => supervised.server.name === kept.server);
  const supervised = steering.find(kept.backend, kept.server);
  if (declared === undefined || supervised === undefined) return 'unknown';
  const { server } = supervised;
  const hasWish = kept.declaredWish === declaredWish(declared.isDisabled) && kept.wish !== server.wish;
  const hasWeight = kept.declaredWeight === declared.weightConfigured && kept.weight !== server.weight;
  if (hasWish) steering.setWish(supervised, kept.wish, WHY);
  if (hasWeight) steering.setWeight(supervised, kept.weight, `weight ${kept.weight} ${WHY}`);
  return hasWish || hasWeight ? 'server' : 'as-configured';
}

function restoreEntry(kept: KeptEntry, backends: readonly KeptBackend[], { nowMs, wallMs }: Moment): Outcome {
  const backend = backends.find(({ name }) => name === kept.backend);
  const table = backend?.backend.stickTable;
  const isKnown = backend?.servers.some(({ supervised }) => supervised.server.name === kept.server) === true;
  const key = tableKey(kept);
  if (table === undefined || !isKnown || table.rules.on !== kept.on || key === undefined) return 'unknown';
  // The time that the process was away counts; a clock that was put back meanwhile does not.
  const idleMs = Math.max(0, wallMs - Date.parse(kept.usedAt));
  return table.restore(key, kept.server, idleMs, nowMs) ? 'entry' : 'expired';
}

/** Times of one spelling: their order is that of their letters. */
function byUse(one: KeptEntry, other: KeptEntry): number {
  if (one.usedAt === other.usedAt) return 0;
  return one.usedAt < other.usedAt ? -1 : 1;
}

function declaredWish(isDisabled: boolean): Wish {
  return isDisabled ? 'maint' : 'ready';
}

/** Tables know addresses by hexadecimal digits; whoever reads the file looks for `10.0.0.7`. */
function keyText(on: KeptEntry['on'], key: string): string {
  return on === 'source' ? formatAddress(Buffer.from(key, 'hex')) : key;
}

function tableKey({ on, key }: KeptEntry): string | undefined {
  if (on === 'account') return key;
  const bytes = parseAddress(key);
  return bytes && Buffer.from(bytes).toString('hex');
}
