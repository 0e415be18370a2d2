/** One connection, as the relay needs it: the port behind which any runtime's sockets can stand. */

import type { Chunk } from '../balancer/session-port.js';

export interface Connection {
  /** Sends bytes, in order, which are the caller's again at once. */
  write(bytes: Uint8Array, start: number, end: number): void;
  /** Stops reading; a new connection is not read until `resume`. */
  pause(): void;
  resume(): void;
  /** Sends FIN behind what was written. */
  finish(): void;
  /** Closes it at once; what the kernel has not taken is lost. No event comes after. */
  drop(): void;
}

/** What happens to a connection. None of these comes from within a call to it. */
export interface ConnectionEvents {
  read(chunk: Chunk): void;
  /** The kernel has not taken all that was written; `drained` follows when it has. */
  blocked(): void;
  drained(): void;
  /** The peer has sent FIN. */
  ended(): void;
  /** The connection broke: the last event. */
  lost(detail: string): void;
}

/** So much is read at once at most, and so much waits at most for a peer that does not read. */
export const READ_BYTES = 64 * 1024;
