/** What commands look at and act on. */

import type { Admission } from '../balancer/admission.js';
import type { OffsetMinutesAt } from '../log/timestamp.js';
import type { BackendService } from '../proxy/backend-service.js';
import type { Balancer } from '../proxy/balancer.js';
import type { Clock } from '../runtime/clock.js';
import type { Supervisor } from '../supervision/supervisor.js';

/** A part of `show stat`, in its own words: a name, a bit mask of types (-1: all), an id (-1: all). */
export interface StatFilter {
  readonly proxy: string;
  readonly types: number;
  readonly server: string;
}

/** The answers that are drawn from the statistics, without the last line's end; and their counters. */
export interface Shows {
  stat(filter: StatFilter | undefined): string;
  info(): string;
  /** Of one backend, which exists, or of all. */
  serversState(backend: string | undefined): string;
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
}
