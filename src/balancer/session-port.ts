/** The narrow port through which a session acts on the world, and the words of what the world tells it. */

import type { Server } from './server.js';

/** The two legs of a session: the SP's connection, and the balancer's own to the server. */
export type Side = 'client' | 'server';

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
  write(side: Side, bytes: Uint8Array, start: number, end: number): void;
  /** Stops and goes on reading from this side. */
  pause(side: Side): void;
  resume(side: Side): void;
  /** Sends FIN behind what has been written. Nothing may be written to this side after it. */
  finish(side: Side): void;
  /** Closes the leg at once, and forgets it: no more events of it come. */
  drop(side: Side): void;
  /** Opens a connection to the server: `dialled` or `dialFailed` follows, unless the leg is dropped before. */
  dial(server: Server): void;
  /** Asks for `tick` at this time; only the last wish counts. Infinity: not at all. */
  wakeAt(atMs: number): void;
}

/** Why a connection could not be opened. `detail` is for the log, such as `ECONNREFUSED`. */
export interface DialFailure {
  readonly kind: 'connect-refused' | 'connect-timeout';
  readonly detail: string;
}
