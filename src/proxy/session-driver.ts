/** Drives one session with real connections: brings it what happens to them, and does to them what it decides. */

import type { CloseReason } from '../balancer/close-reason.js';
import type { Server } from '../balancer/server.js';
import { Session } from '../balancer/session.js';
import type { SessionParts, SessionWatcher } from '../balancer/session-state.js';
import type { Chunk, Farewell, Leg, ServerLeg, SessionPort } from '../balancer/session-port.js';
import type { Clock } from '../runtime/clock.js';
import { isShortage } from '../runtime/shortage.js';
import type { AnySocket } from './bare-socket.js';
import type { Connection } from './connection.js';
import { LegEvents } from './leg-events.js';
import type { DialAddress, Dialling, Transport } from './transport.js';

/** What a driver needs that is the same for all sessions of a frontend. */
export interface DriverParts extends SessionParts {
  readonly clock: Clock;
  readonly transport: Transport;
}

/** Who has the session driven. */
export interface DriverHost extends SessionWatcher {
  /** Where a server is, and what it is sent before the session's own bytes. */
  routeTo(server: Server): { readonly address: DialAddress; readonly preface: Uint8Array | undefined };
  /** Told of a fault in the program; it ends this session and no other. */
  failed(error: unknown): void;
}

/** What setTimeout can wait for; a session that is woken too early waits on. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class SessionDriver implements SessionPort {
  readonly session: Session;
  readonly #parts: DriverParts;
  readonly #host: DriverHost;
  readonly #client: Connection;
  #server: Connection | undefined;
  /** The connection that is to take the server's place, of a session that moves. */
  #next: Connection | undefined;
  /** Who are told of these two. */
  #serverEvents: LegEvents | undefined;
  #nextEvents: LegEvents | undefined;
  /** The connection to a server that is not open yet. */
  #dialling: { readonly leg: ServerLeg; readonly socket: Dialling } | undefined;
  #cancelWake: (() => void) | undefined;
  /** Who gets the client's bytes as long as they are not the session's. */
  #intercept: ((chunk: Chunk) => void) | undefined;

  constructor(socket: AnySocket, parts: DriverParts, host: DriverHost) {
    this.#parts = parts;
    this.#host = host;
    this.#client = parts.transport.takeOver(socket, new LegEvents(this, 'client'));
    this.session = new Session(parts, this, host, parts.clock.nowMs());
  }

  /** Gives the session its client, whose address is known: see Session.begin. */
  begin(source: Uint8Array, refusal: CloseReason | undefined): void {
    this.guard((nowMs) => {
      this.#intercept = undefined;
      this.#client.resume();
      this.session.begin(source, refusal, nowMs);
    });
  }

  /** Hands what the client sends first to `read`, until `begin`. The time for it is that for the login. */
  intercept(read: (chunk: Chunk) => void, deadlineMs: number): void {
    this.#intercept = read;
    this.#client.resume();
    this.wakeAt(deadlineMs);
  }

  /** Sends the client away unheard. */
  turnAway(reason: CloseReason, detail: string): void {
    this.guard((nowMs) => this.session.turnAway(reason, detail, nowMs));
  }

  stop(reason: 'shutdown' | 'killed', deadlineMs: number): void {
    this.guard((nowMs) => this.session.stop(reason, deadlineMs, nowMs));
  }

  kill(): void {
    this.guard((nowMs) => this.session.kill(nowMs));
  }

  write(leg: Leg, bytes: Uint8Array, start: number, end: number): void {
    this.#connection(leg)?.write(bytes, start, end);
  }

  pause(leg: Leg): void {
    this.#connection(leg)?.pause();
  }

  resume(leg: Leg): void {
    this.#connection(leg)?.resume();
  }

  finish(leg: Leg): void {
    this.#connection(leg)?.finish();
  }

  drop(leg: Leg): void {
    this.#connection(leg)?.drop();
    if (leg === 'client') return;
    if (leg === 'server') this.#server = undefined;
    else this.#next = undefined;
    if (this.#dialling?.leg !== leg) return;
    this.#dialling.socket.destroy();
    this.#dialling = undefined;
  }

  promote(farewell: Farewell | undefined): void {
    if (this.#server !== undefined) this.#serverEvents?.leave(this.#server, farewell, this.#parts.clock);
    this.#server = this.#next;
    this.#serverEvents = this.#nextEvents;
    this.#next = undefined;
    this.#nextEvents = undefined;
    this.#serverEvents?.becomeServer();
  }

  dial(leg: ServerLeg, server: Server): void {
    // The place may come from a session that has just ended, and which a fault in this one must not harm.
    try {
      const { address, preface } = this.#host.routeTo(server);
      const socket = this.#parts.transport.dial(address, {
        opened: (opened) => this.guard((nowMs) => this.#opened(leg, opened, preface, nowMs)),
        failed: (detail) => {
          this.#dialling = undefined;
          this.guard((nowMs) =>
            this.session.dialFailed({ kind: 'connect-refused', detail, isShortage: isShortage(detail) }, nowMs),
          );
        },
      });
      this.#dialling = { leg, socket };
    } catch (error) {
      this.fail(error);
    }
  }

  wakeAt(atMs: number): void {
    const { clock } = this.#parts;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (atMs === Infinity) return;
    const delayMs = Math.min(Math.max(atMs - clock.nowMs(), 0), LONGEST_TIMER_MS);
    this.#cancelWake = clock.after(delayMs, () => this.guard((nowMs) => this.session.tick(nowMs)));
  }

  /** For LegEvents: the hot path. */
  received(leg: Leg, chunk: Chunk): void {
    if (this.#intercept !== undefined && leg === 'client') this.#intercept(chunk);
    else this.session.read(leg, chunk, this.#parts.clock.nowMs());
  }

  /** Lets the session act. A fault in it ends this session, and no other. */
  guard(act: (nowMs: number) => void): void {
    try {
      act(this.#parts.clock.nowMs());
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#host.failed(error);
    try {
      this.session.turnAway('internal-error', '', this.#parts.clock.nowMs());
    } catch (secondError) {
      this.#host.failed(secondError);
    }
  }

  #opened(leg: ServerLeg, socket: AnySocket, preface: Uint8Array | undefined, nowMs: number): void {
    this.#dialling = undefined;
    const events = new LegEvents(this, leg);
    const connection = this.#parts.transport.takeOver(socket, events);
    if (leg === 'server') {
      this.#server = connection;
      this.#serverEvents = events;
    } else {
      this.#next = connection;
      this.#nextEvents = events;
    }
    if (preface !== undefined) connection.write(preface, 0, preface.length);
    connection.resume();
    this.session.dialled(nowMs);
  }

  #connection(leg: Leg): Connection | undefined {
    if (leg === 'client') return this.#client;
    return leg === 'server' ? this.#server : this.#next;
  }
}
