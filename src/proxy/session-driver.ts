/** Drives one session with real connections: brings it what happens to them, and does to them what it decides. */

import type { Socket } from 'node:net';
import type { CloseReason } from '../balancer/close-reason.js';
import type { Server } from '../balancer/server.js';
import { Session } from '../balancer/session.js';
import type { SessionParts } from '../balancer/session-state.js';
import type { SessionPort, Side } from '../balancer/session-port.js';
import type { Clock } from '../runtime/clock.js';
import type { Connection, ConnectionEvents } from './connection.js';
import type { DialAddress, Transport } from './transport.js';

export interface DriverParts extends Omit<SessionParts, 'port'> {
  readonly clock: Clock;
  readonly transport: Transport;
  /** Where a server is, and what it is sent before the session's own bytes. */
  readonly routeTo: (server: Server) => { readonly address: DialAddress; readonly preface: Uint8Array | undefined };
  /** Told of a fault in the program; it ends this session and no other. */
  readonly failed: (error: unknown) => void;
}

/** What setTimeout can wait for; a session that is woken too early waits on. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class SessionDriver implements SessionPort {
  readonly session: Session;
  readonly #parts: DriverParts;
  readonly #client: Connection;
  #server: Connection | undefined;
  /** The connection to a server that is not open yet. */
  #dialling: Socket | undefined;
  #cancelWake: (() => void) | undefined;
  /** Who gets the client's bytes as long as they are not the session's. */
  #intercept: ((chunk: Uint8Array) => void) | undefined;

  constructor(socket: Socket, parts: DriverParts) {
    this.#parts = parts;
    this.#client = parts.transport.takeOver(socket, new LegEvents(this, 'client'));
    this.session = new Session({ ...parts, port: this }, parts.clock.nowMs());
  }

  /** Gives the session its client, whose address is known: see Session.begin. */
  begin(source: Uint8Array, refusal: CloseReason | undefined): void {
    this.#intercept = undefined;
    this.#client.resume();
    this.guard((nowMs) => this.session.begin(source, refusal, nowMs));
  }

  /** Hands what the client sends first to `read`, until `begin`. The time for it is that for the login. */
  intercept(read: (chunk: Uint8Array) => void, deadlineMs: number): void {
    this.#intercept = read;
    this.#client.resume();
    this.wakeAt(deadlineMs);
  }

  write(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#connection(side)?.write(bytes, start, end);
  }

  pause(side: Side): void {
    this.#connection(side)?.pause();
  }

  resume(side: Side): void {
    this.#connection(side)?.resume();
  }

  finish(side: Side): void {
    this.#connection(side)?.finish();
  }

  drop(side: Side): void {
    this.#connection(side)?.drop();
    if (side === 'client') return;
    this.#server = undefined;
    this.#dialling?.destroy();
    this.#dialling = undefined;
  }

  dial(server: Server): void {
    const { address, preface } = this.#parts.routeTo(server);
    this.#dialling = this.#parts.transport.dial(address, {
      opened: (socket) => this.#opened(socket, preface),
      failed: (detail) => {
        this.#dialling = undefined;
        this.guard((nowMs) => this.session.dialFailed({ kind: 'connect-refused', detail }, nowMs));
      },
    });
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
  received(side: Side, chunk: Uint8Array): void {
    if (this.#intercept !== undefined && side === 'client') this.#intercept(chunk);
    else this.session.read(side, chunk, this.#parts.clock.nowMs());
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
    this.#parts.failed(error);
    try {
      this.session.turnAway('internal-error', '', this.#parts.clock.nowMs());
    } catch (secondError) {
      this.#parts.failed(secondError);
    }
  }

  #opened(socket: Socket, preface: Uint8Array | undefined): void {
    this.#dialling = undefined;
    const connection = this.#parts.transport.takeOver(socket, new LegEvents(this, 'server'));
    this.#server = connection;
    if (preface !== undefined) connection.write(preface, 0, preface.length);
    connection.resume();
    this.guard((nowMs) => this.session.dialled(nowMs));
  }

  #connection(side: Side): Connection | undefined {
    return side === 'client' ? this.#client : this.#server;
  }
}

/** Says of which leg an event is. */
class LegEvents implements ConnectionEvents {
  readonly #driver: SessionDriver;
  readonly #side: Side;

  constructor(driver: SessionDriver, side: Side) {
    this.#driver = driver;
    this.#side = side;
  }

  read(chunk: Uint8Array): void {
    try {
      this.#driver.received(this.#side, chunk);
    } catch (error) {
      this.#driver.fail(error);
    }
  }

  blocked(): void {
    this.#driver.session.legs.blocked(this.#side);
  }

  drained(): void {
    this.#driver.guard((nowMs) => this.#driver.session.legs.drained(this.#side, nowMs));
  }

  ended(): void {
    this.#driver.guard((nowMs) => this.#driver.session.finished(this.#side, nowMs));
  }

  lost(detail: string): void {
    this.#driver.guard((nowMs) => this.#driver.session.lost(this.#side, detail, nowMs));
  }
}
