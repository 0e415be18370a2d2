/** Tells a session what happens to one of its connections, and closes the one to a server that it has left. */

import type { Session } from '../balancer/session.js';
import type { Chunk, Farewell, Leg } from '../balancer/session-port.js';
import type { Clock } from '../runtime/clock.js';
import type { Connection, ConnectionEvents } from './connection.js';

/** The driver of the session. */
export interface LegHost {
  readonly session: Session;
  /** The hot path. */
  received(leg: Leg, chunk: Chunk): void;
  /** Lets the session act; a fault in it ends this session alone. */
  guard(act: (nowMs: number) => void): void;
  fail(error: unknown): void;
}

/** A connection that is no leg any more, until the server has answered the farewell. */
interface Parting {
  readonly farewell: Farewell;
  readonly connection: Connection;
  readonly cancel: () => void;
}

/** So long a server that was said goodbye to may take to answer. */
const PARTING_MS = 1000;

export class LegEvents implements ConnectionEvents {
  readonly #host: LegHost;
  #leg: Leg;
  #parting: Parting | undefined;

  constructor(host: LegHost, leg: Leg) {
    this.#host = host;
    this.#leg = leg;
  }

  becomeServer(): void {
    this.#leg = 'server';
  }

  /** The session has another server now. Nothing is told to it of this connection any more. */
  leave(connection: Connection, farewell: Farewell | undefined, clock: Clock): void {
    if (farewell === undefined) {
      connection.drop();
      return;
    }
    const { words } = farewell;
    connection.write(words, 0, words.length);
    // It may have been stopped because the client did not read.
    connection.resume();
    this.#parting = { farewell, connection, cancel: clock.after(PARTING_MS, () => this.#part()) };
  }

  read(chunk: Chunk): void {
    try {
      if (this.#parting === undefined) this.#host.received(this.#leg, chunk);
      else if (this.#parting.farewell.hears(chunk)) this.#part();
    } catch (error) {
      this.#host.fail(error);
    }
  }

  blocked(): void {
    if (this.#parting === undefined) this.#host.session.legs.blocked(this.#leg);
  }

  drained(): void {
    if (this.#parting !== undefined) return;
    this.#host.guard((nowMs) => this.#host.session.legs.drained(this.#leg, nowMs));
  }

  ended(): void {
    if (this.#parting === undefined) this.#host.guard((nowMs) => this.#host.session.finished(this.#leg, nowMs));
    else this.#part();
  }

  lost(detail: string): void {
    if (this.#parting === undefined) this.#host.guard((nowMs) => this.#host.session.lost(this.#leg, detail, nowMs));
    else this.#part();
  }

  #part(): void {
    this.#parting?.cancel();
    this.#parting?.connection.drop();
  }
}
