/** Who is let in: the limits of the process, of a frontend, and of a source address. Pure. */

import type { CloseReason } from './close-reason.js';

/** So many beyond the limits are heard at once by a frontend, to be told by the protocol; more are just closed. */
export const REFUSED_AT_ONCE = 64;

/** The sessions of one frontend. */
export class FrontendPlaces {
  /** Infinity for no limit, here and below. */
  readonly maxconn: number;
  readonly sourceMaxconn: number;
  sessionsNow = 0;
  /** Sessions by source address; kept only where they are limited. */
  readonly bySource = new Map<string, number>();

  constructor(maxconn: number, sourceMaxconn: number) {
    this.maxconn = maxconn;
    this.sourceMaxconn = sourceMaxconn;
  }
}

export class Admission {
  readonly #maxconn: number;
  #sessionsNow = 0;

  constructor(maxconn: number) {
    this.#maxconn = maxconn;
  }

  get sessionsNow(): number {
    return this.#sessionsNow;
  }

  /** Takes a place for a client of this address, to be given back with `leave`; or says why there is none. */
  enter(places: FrontendPlaces, source: string): CloseReason | undefined {
    if (this.#sessionsNow >= this.#maxconn || places.sessionsNow >= places.maxconn) return 'maxconn';
    if (places.sourceMaxconn !== Infinity) {
      const fromSource = places.bySource.get(source) ?? 0;
      if (fromSource >= places.sourceMaxconn) return 'source-maxconn';
      places.bySource.set(source, fromSource + 1);
    }
    places.sessionsNow += 1;
    this.#sessionsNow += 1;
    return undefined;
  }

  leave(places: FrontendPlaces, source: string): void {
    places.sessionsNow -= 1;
    this.#sessionsNow -= 1;
    if (places.sourceMaxconn === Infinity) return;
    const left = (places.bySource.get(source) ?? 1) - 1;
    if (left > 0) places.bySource.set(source, left);
    else places.bySource.delete(source);
  }
}
