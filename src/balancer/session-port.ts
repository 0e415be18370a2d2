/** The narrow port through which a session acts on the world, and the words of what the world tells it. */

import type { Server } from './server.js';

/** The two legs of a session: the SP's connection, and the balancer's own to the server. */
export type Side = 'client' | 'server';
/** While a session moves it has a second connection to a server: `next`, which takes the place of `server` in the end. */
export type ServerLeg = 'server' | 'next';
export type Leg = Side | 'next';

/** What a peer has sent. It is only valid during the call that hands it over. */
export class Chunk {
  readonly bytes: Uint8Array;
  /** The same bytes, to read numbers from: a load and a swap here, four loads, shifts and bound checks in `bytes`. */
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

export interface SessionPort {
  /** Sends bytes, in order, which are the caller's again at once. They leave when the current event has been handled. */
  write(leg: Leg, bytes: Uint8Array, start: number, end: number): void;
  /** Stops and goes on reading from this leg. */
  pause(leg: Leg): void;
  resume(leg: Leg): void;
  /** Sends FIN behind what has been written. Nothing may be written to this leg after it. */
  finish(leg: Leg): void;
  /** Closes the leg at once, and forgets it: no more events of it come. */
  drop(leg: Leg): void;
  /** Opens a connection to the server: `dialled` or `dialFailed` follows, unless the leg is dropped before. */
  dial(leg: ServerLeg, server: Server): void;
  /**
   * `next` is the server's leg from now on. The former one is no leg any more: with a farewell it is closed when the
   * server has answered that, or has had the time to; without one at once.
   */
  promote(farewell: Farewell | undefined): void;
  /** Asks for `tick` at this time; only the last wish counts. Infinity: not at all. */
  wakeAt(atMs: number): void;
}

/** How a session leaves a server behind that it has moved away from. */
export interface Farewell {
  /** The last that the server is sent. */
  readonly words: Uint8Array;
  /** Takes what the server still says. Returns whether it has answered. */
  hears(chunk: Chunk): boolean;
}

/** Why a connection could not be opened. `detail` is for the log, such as `ECONNREFUSED`. */
export interface DialFailure {
  readonly kind: 'connect-refused' | 'connect-timeout';
  readonly detail: string;
  /** This machine lacks something, such as descriptors: the server is not to blame. */
  readonly isShortage?: boolean;
}
