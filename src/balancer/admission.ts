/** Who is let in: the limits of the process, of a frontend, and of a source address. Pure. */

import type { CloseReason } from './close-reason.js';

/** The sessions of one frontend. */
export class FrontendPlaces {
  /** Infinity for no limit, here and below. The operator may change it. */
  maxconn: number;
  sourceMaxconn: number;
  sessionsNow = 0;
  /** Sessions by source address; kept only where they are limited. */
  readonly bySource = new Map<string, number>();

  constructor(maxconn: number, sourceMaxconn: number) {
    this.maxconn = maxconn;
    this.sourceMaxconn = sourceMaxconn;
  }

  /** Another limit for a source; `sources` are those of the sessions that are here, one a session. */
  limitSources(sourceMaxconn: number, sources: Iterable<string>): void {
    this.sourceMaxconn = sourceMaxconn;
    this.bySource.clear();
    if (sourceMaxconn === Infinity) return;
    for (const source of sources) this.bySource.set(source, (this.bySource.get(source) ?? 0) + 1);
  }
}

/**
 * So many beyond maxconn are heard at once by a frontend, to be told by the protocol that they are refused; more are just
 * closed.
 */
export const REFUSED_AT_ONCE = 64;

export class Admission {
  #configuredMaxconn: number;
  #maxconn: number;
  #sessionsNow = 0;

  constructor(maxconn: number) {
    this.#configuredMaxconn = maxconn;
    this.#maxconn = maxconn;
  }

  get maxconn(): number {
    return this.#maxconn;
  }

  /**
   * Sets another limit; 0 sets the configured one again. Returns false for a limit above that, which the file descriptors
   * were counted for. Those who are beyond a lower one stay.
   */
  limitTo(maxconn: number): boolean {
    if (maxconn > this.#configuredMaxconn) return false;
    this.#maxconn = maxconn === 0 ? this.#configuredMaxconn : maxconn;
    return true;
  }

  /** Another configured limit, in place of the operator's too. Those who are beyond it stay. */
  configure(maxconn: number): void {
    this.#configuredMaxconn = maxconn;
    this.#maxconn = maxconn;
  }

  get sessionsNow(): number {
    return this.#sessionsNow;
  }

  /** Whether so many connections would find a place in the process. */
  hasRoom(connections: number): boolean {
    return this.#sessionsNow + connections < this.#maxconn;
  }

  /** Takes a place for a connection, to be given back with `leave`; or says why there is none. */
  enter(places: FrontendPlaces): CloseReason | undefined {
    if (this.#sessionsNow >= this.#maxconn || places.sessionsNow >= places.maxconn) return 'maxconn';
    places.sessionsNow += 1;
    this.#sessionsNow += 1;
    return undefined;
  }

  leave(places: FrontendPlaces): void {
    places.sessionsNow -= 1;
    this.#sessionsNow -= 1;
  }

  /** Counts a connection for its source address, until `leaveSource`; or says why it is one too many. */
  enterSource(places: FrontendPlaces, source: string): CloseReason | undefined {
    if (places.sourceMaxconn === Infinity) return undefined;
    const fromSource = places.bySource.get(source) ?? 0;
    if (fromSource >= places.sourceMaxconn) return 'source-maxconn';
    places.bySource.set(source, fromSource + 1);
    return undefined;
  }

  leaveSource(places: FrontendPlaces, source: string): void {
    const left = (places.bySource.get(source) ?? 1) - 1;
    if (left > 0) places.bySource.set(source, left);
    else places.bySource.delete(source);
  }
}
