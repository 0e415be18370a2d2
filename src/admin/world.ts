/** What commands look at and act on. */

import type { Admission } from '../balancer/admission.js';
import type { OffsetMinutesAt } from '../log/timestamp.js';
import type { BackendService } from '../proxy/backend-service.js';
import type { Balancer } from '../proxy/balancer.js';
import type { Clock } from '../runtime/clock.js';
import type { AccountFigures } from '../stats/snapshot.js';
import type { Supervisor } from '../supervision/supervisor.js';
import type { Reloading } from './reloading.js';

/** A part of `show stat`: a name or number (-1: all), a bit mask of types (-1: all), a server's number (-1: all). */
interface StatFilter {
  readonly proxy: string;
  readonly types: number;
  readonly server: number;
}

/** Which servers are left out, and whether each value is explained, where the format has room for it. */
interface StatManner {
  readonly format: StatFormat;
  readonly only: 'up' | 'no-maint' | undefined;
  readonly isDescribed: boolean;
}

export type StatFormat = 'csv' | 'typed' | 'json';

/** The answers that are drawn from the statistics, lines with their ends; and their counters. */
export interface Shows {
  stat(filter: StatFilter | undefined, manner: StatManner): string;
  info(format: 'text' | 'typed'): string;
  /** Of one backend, which exists, or of all. */
  serversState(backend: string | undefined): string;
  /** All that are remembered, in the order of their names. */
  accounts(): readonly AccountFigures[];
  /** All statistics as one line of JSON, in ASCII. */
  snapshot(): string;
  /** Begins the maxima anew, or everything. */
  clear(what: 'maxima' | 'all'): void;
}

export interface World {
  readonly version: string;
  readonly clock: Clock;
  /** Of local time, which HAProxy shows. */
  readonly offsetMinutesAt: OffsetMinutesAt;
  readonly balancer: Balancer;
  readonly supervisor: Supervisor;
  readonly admission: Admission;
  readonly services: ReadonlyMap<string, BackendService>;
  readonly shows: Shows;
  readonly reloading: Reloading;
}
