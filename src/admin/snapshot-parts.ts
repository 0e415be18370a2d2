/** What a snapshot is taken of: the living parts, as far as it reads them. */

import type { Backend } from '../balancer/backend.js';
import type { Waiter } from '../balancer/placing-state.js';
import type { Server } from '../balancer/server.js';
import type { Session } from '../balancer/session.js';
import type { Clock } from '../runtime/clock.js';
import type { ProcessFacts } from '../runtime/process-facts.js';
import type { BackendCounters, EntranceCounters, ServerCounters } from '../stats/counters.js';
import type { SessionTotals } from '../stats/session-totals.js';
import type { Traffic } from '../stats/traffic.js';
import type { SupervisedServer } from '../supervision/supervised-server.js';
import type { LimitedOf } from './snapshot-accounts.js';

/** The frontends and backends are asked for anew for each snapshot: a reload changes them. */
export interface SnapshotParts {
  readonly clock: Pick<Clock, 'nowMs' | 'wallMs'>;
  readonly facts: ProcessFacts;
  /** Whether it accepts nobody any more, for good: listeners may be closed without that. */
  readonly balancer: { readonly isStopping: boolean };
  readonly totals: SessionTotals;
  readonly limitedOf: LimitedOf;
  /** Infinity for no limit, here and below. */
  readonly admission: { readonly maxconn: number };
  readonly descriptorLimit: number;
  readonly log: { readonly lostLines: number };
  readonly frontends: readonly ShownFrontend[];
  /** What has passed through frontends that were removed and are gone. */
  readonly former: Traffic;
  readonly backends: readonly ShownBackend[];
}

export interface ShownFrontend {
  readonly name: string;
  readonly mode: string;
  readonly defaultBackend: string;
  readonly places: { readonly maxconn: number };
  readonly counters: EntranceCounters;
  readonly listeners: readonly ShownListener[];
  /** Those whose sessions are not closed. */
  readonly guests: () => Iterable<ShownGuest>;
}

export interface ShownListener {
  readonly address: string;
  readonly isOpen: boolean;
  readonly counters: EntranceCounters;
}

interface ShownGuest {
  /** The listener where it came in. */
  readonly entrance: { readonly counters: EntranceCounters };
  readonly driver: { readonly session: Session };
}

export interface ShownBackend {
  readonly name: string;
  readonly mode: string;
  readonly algorithm: string;
  /** Whether a server that begins small gets less. */
  readonly followsRamp: boolean;
  readonly backend: Backend<Waiter>;
  readonly statistics: {
    readonly backend: BackendCounters;
    /** All servers together that are gone. */
    readonly former: ServerCounters;
    of(server: Server): ServerCounters;
  };
  readonly servers: readonly ShownServer[];
}

export type ShownAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface ShownServer {
  readonly supervised: Pick<SupervisedServer, 'server' | 'status' | 'checker' | 'tracked'>;
  readonly address: () => ShownAddress;
  readonly weightConfigured: number;
  readonly isDisabled: boolean;
}
