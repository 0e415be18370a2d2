/** The rows of the table of statistics: which there are, in what order, and which of them are wanted. Pure. */

import type { BackendFigures, FrontendFigures, ListenerFigures, ServerFigures, Snapshot } from './snapshot.js';

/** The frontend or backend that a row belongs to. */
export interface Proxy {
  readonly name: string;
  readonly id: number;
}

export type Row =
  | { readonly kind: 'frontend'; readonly proxy: Proxy; readonly figures: FrontendFigures }
  | { readonly kind: 'listener'; readonly proxy: Proxy; readonly figures: ListenerFigures }
  | { readonly kind: 'server'; readonly proxy: Proxy; readonly figures: ServerFigures }
  | { readonly kind: 'backend'; readonly proxy: Proxy; readonly figures: BackendFigures };

export type RowKind = Row['kind'];

interface RowFacts {
  /** HAProxy's number of the type, its bit in a choice of types, and its letter in the typed form. */
  readonly type: number;
  readonly bit: number;
  readonly letter: string;
  /** The word in JSON. */
  readonly objectType: string;
}

export const ROW_FACTS: Readonly<Record<RowKind, RowFacts>> = {
  frontend: { type: 0, bit: 1, letter: 'F', objectType: 'Frontend' },
  backend: { type: 1, bit: 2, letter: 'B', objectType: 'Backend' },
  server: { type: 2, bit: 4, letter: 'S', objectType: 'Server' },
  listener: { type: 3, bit: 8, letter: 'L', objectType: 'Listener' },
};

/** What HAProxy shows without `option socket-stats`: a listener has its row where it is asked for by its bit. */
const USUAL_TYPES = ROW_FACTS.frontend.bit | ROW_FACTS.backend.bit | ROW_FACTS.server.bit;

/** `show stat <proxy> <types> <server>`: each of them may be left out, or be -1 for all. */
export interface Wanted {
  /** A name or a number. */
  readonly proxy?: string | number;
  /** The sum of 1 for frontends, 2 for backends, 4 for servers, 8 for listeners. */
  readonly types?: number;
  /** The number of a server in its backend; also of a listener in its frontend. */
  readonly server?: number;
  /** `up`: without servers that are down or in maintenance. `no-maint`: without those in maintenance. */
  readonly only?: 'up' | 'no-maint' | undefined;
}

export function rowsOf(
  { frontends, backends }: Snapshot,
  { proxy = -1, types = -1, server = -1, only }: Wanted = {},
): Row[] {
  const all = [...frontends.flatMap(rowsOfFrontend), ...backends.flatMap(rowsOfBackend)];
  const bits = types === -1 ? USUAL_TYPES : types;
  return all.filter((row) => {
    if ((ROW_FACTS[row.kind].bit & bits) === 0) return false;
    if (row.kind === 'server' && isLeftOut(row.figures, only)) return false;
    if (String(proxy) !== '-1' && row.proxy.name !== proxy && String(row.proxy.id) !== String(proxy)) return false;
    return server === -1 || row.kind === 'frontend' || row.kind === 'backend' || row.figures.id === server;
  });
}

function isLeftOut({ isUp, wish, isMaintainedByOther }: ServerFigures, only: Wanted['only']): boolean {
  const isInMaintenance = wish === 'maint' || isMaintainedByOther;
  return only !== undefined && (isInMaintenance || (only === 'up' && !isUp));
}

function rowsOfFrontend(figures: FrontendFigures): Row[] {
  const proxy = { name: figures.name, id: figures.id };
  return [
    { kind: 'frontend', proxy, figures },
    ...figures.listeners.map((listener): Row => ({ kind: 'listener', proxy, figures: listener })),
  ];
}

function rowsOfBackend(figures: BackendFigures): Row[] {
  const proxy = { name: figures.name, id: figures.id };
  return [
    ...figures.servers.map((server): Row => ({ kind: 'server', proxy, figures: server })),
    { kind: 'backend', proxy, figures },
  ];
}
