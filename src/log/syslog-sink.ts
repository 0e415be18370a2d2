/** Sends lines to a syslog server, one UDP datagram each. What cannot be sent is counted, never waited for. */

import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import type { Clock } from '../runtime/clock.js';
import type { Level } from './field.js';
import { LossCount, NOTHING_TO_REOPEN } from './line-sink.js';
import type { LineSink, Reopened, ReportLoss } from './line-sink.js';
import { priority } from './syslog-frame.js';
import type { Facility } from './syslog-frame.js';

export interface SyslogTarget {
  /** An address or a DNS name, which is looked up once. */
  readonly host: string;
  readonly port: number;
  readonly facility: Facility;
}

/** rsyslog's default limit; syslog-ng's is the same. A longer line is cut. */
export const DATAGRAM_LIMIT_BYTES = 8192;
/** What waits for the name to be looked up, or for the network card. */
const HELD_LIMIT_BYTES = 1024 * 1024;
const LOOKUP_RETRY_MS = 5000;
/** A server that is away answers our datagrams with errors, a moment later; without them for so long, it is back. */
const QUIET_MS = 1000;
const REPORT_INTERVAL_MS = 10_000;
const CLOSE_LIMIT_MS = 1000;

type State =
  | { readonly kind: 'looking-up' }
  | { readonly kind: 'waiting'; readonly cancel: () => void }
  | { readonly kind: 'open'; readonly socket: Socket }
  | { readonly kind: 'closed' };

export class SyslogSink implements LineSink {
  readonly #target: SyslogTarget;
  readonly #clock: Clock;
  readonly #loss: LossCount;
  #state: State = { kind: 'looking-up' };
  #held: Buffer[] = [];
  #heldBytes = 0;
  #inFlight = 0;
  #lastErrorMs = -Infinity;
  #lastReportMs = -Infinity;
  #onIdle: (() => void) | undefined;

  constructor(target: SyslogTarget, clock: Clock, report: ReportLoss) {
    this.#target = target;
    this.#clock = clock;
    this.#loss = new LossCount(report);
    this.#lookUp();
  }

  get lostLines(): number {
    return this.#loss.total;
  }

  write(line: string, level: Level): void {
    const datagram = Buffer.from(priority(this.#target.facility, level) + line, 'latin1').subarray(
      0,
      DATAGRAM_LIMIT_BYTES,
    );
    if (this.#state.kind === 'open') this.#send(this.#state.socket, datagram);
    else if (this.#state.kind === 'closed') this.#loss.add(1);
    else this.#hold(datagram);
  }

  reopen(): Reopened {
    return NOTHING_TO_REOPEN;
  }

  /** Resolves when the datagrams are handed to the system, or cannot be in a second. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancelLimit();
        this.#close();
        resolve();
      };
      const cancelLimit = this.#clock.after(CLOSE_LIMIT_MS, end);
      this.#onIdle = end;
      if (this.#state.kind === 'closed' || this.#isIdle()) end();
    });
  }

  #lookUp(): void {
    this.#state = { kind: 'looking-up' };
    lookup(this.#target.host, (error, address, family) => {
      if (this.#state.kind === 'closed') return;
      if (error === null) this.#open(address, family === 6 ? 'udp6' : 'udp4');
      else this.#wait(error);
    });
  }

  #open(address: string, type: 'udp4' | 'udp6'): void {
    const socket = createSocket(type);
    // Being connected, the socket hears of a server that is away, and Node looks up no address for each datagram.
    socket.connect(this.#target.port, address, (error?: Error) => {
      if (this.#state.kind === 'closed' || error !== undefined) {
        socket.close();
        if (this.#state.kind !== 'closed' && error !== undefined) this.#wait(error);
        return;
      }
      this.#state = { kind: 'open', socket };
      const held = this.#held;
      this.#held = [];
      this.#heldBytes = 0;
      for (const datagram of held) this.#send(socket, datagram);
    });
    socket.on('error', (error) => this.#failed(error));
  }

  #wait(error: Error): void {
    this.#loss.because(error.message);
    this.#state = { kind: 'waiting', cancel: this.#clock.after(LOOKUP_RETRY_MS, () => this.#lookUp()) };
  }

  #hold(datagram: Buffer): void {
    if (this.#heldBytes + datagram.length > HELD_LIMIT_BYTES) {
      this.#loss.add(1);
      return;
    }
    this.#held.push(datagram);
    this.#heldBytes += datagram.length;
  }

  #send(socket: Socket, datagram: Buffer): void {
    if (socket.getSendQueueSize() > HELD_LIMIT_BYTES) {
      this.#loss.add(1);
      return;
    }
    this.#inFlight += 1;
    socket.send(datagram, (error) => {
      this.#inFlight -= 1;
      if (error === null) this.#reportIfQuiet();
      else this.#failed(error);
      if (this.#isIdle()) this.#onIdle?.();
    });
  }

  #failed(error: Error): void {
    this.#lastErrorMs = this.#clock.nowMs();
    this.#loss.because(error.message);
    this.#loss.add(1);
  }

  #reportIfQuiet(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastErrorMs < QUIET_MS || nowMs - this.#lastReportMs < REPORT_INTERVAL_MS) return;
    this.#lastReportMs = nowMs;
    this.#loss.report();
  }

  #isIdle(): boolean {
    return this.#inFlight === 0 && this.#held.length === 0;
  }

  #close(): void {
    if (this.#state.kind === 'waiting') this.#state.cancel();
    if (this.#state.kind === 'open') this.#state.socket.close();
    this.#loss.add(this.#held.length);
    this.#held = [];
    this.#state = { kind: 'closed' };
  }
}
