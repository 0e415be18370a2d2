/** One TCP connection of an SP to a simulated gateway: the thin shell between its socket and its session. */

import type { Socket } from 'node:net';
import { Framer } from '../../cmpp/framer.js';
import type { FrameSink } from '../../cmpp/framer.js';
import { formatEndpoint } from '../../runtime/address.js';
import { ReadRate } from '../read-rate.js';
import { Outbound } from './outbound.js';
import { SmscSession } from './smsc-session.js';
import type { SmscSurroundings } from './surroundings.js';

/** How often a slow reader reads. */
const SLOW_READ_TICK_MS = 50;
/** How long a peer may take to close its side after ours. */
const CLOSE_TIMEOUT_MS = 5000;
/** Answers that a peer does not fetch: beyond this, nothing more of what it sends is read. */
const MOST_UNSENT_BYTES = 1024 * 1024;

export class SmscConnection {
  readonly session: SmscSession;
  readonly #around: SmscSurroundings;
  readonly #socket: Socket;
  readonly #framer = new Framer();
  readonly #sink: FrameSink;
  readonly #outbound: Outbound;
  #isReadable = true;
  #cancelTick: (() => void) | undefined;
  #cancelCloseTimer: (() => void) | undefined;

  /** `closed` is called once, when nothing is left of the connection. */
  constructor(around: SmscSurroundings, socket: Socket, closed: () => void) {
    this.#around = around;
    this.#socket = socket;
    const faults = () => around.gateway.faults;
    this.#outbound = new Outbound(around.clock, faults, {
      write: (bytes) => this.#write(bytes),
      end: () => this.#end(),
    });
    this.session = new SmscSession(
      around,
      this.#outbound,
      formatEndpoint(socket.remoteAddress ?? '?', socket.remotePort ?? 0),
    );
    this.#sink = { frame: (bytes, start, end) => this.#receive(bytes.subarray(start, end)) };
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#push(chunk));
    socket.on('drain', () => this.#readOn());
    // Whatever went wrong, `close` follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#cancelTick?.();
      this.#cancelCloseTimer?.();
      this.#outbound.stop();
      this.session.disconnected();
      closed();
    });
    this.faultsChanged();
  }

  /** Obeys the gateway's faults, which may be others than a moment ago. */
  faultsChanged(): void {
    const { hangUp, readBytesPerSecond } = this.#around.gateway.faults;
    if (hangUp === 'reset') this.#socket.resetAndDestroy();
    if (hangUp === 'close') this.#end();
    this.#outbound.faultsChanged();
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    if (readBytesPerSecond === Infinity) {
      this.#readOn();
    } else {
      this.#socket.pause();
      this.#readSlowly(new ReadRate(readBytesPerSecond, this.#around.clock.nowMs()));
    }
  }

  /** Says TERMINATE and closes; a peer that does not close its side is not waited for long. */
  close(): void {
    // A gateway that hangs says nothing: its end is that of its process.
    if (!this.#outbound.isListening) this.#socket.destroy();
    this.session.terminate();
    this.#closeBefore(this.#around.settings.terminateTimeoutMs + CLOSE_TIMEOUT_MS);
  }

  #push(chunk: Uint8Array): void {
    if (!this.#isReadable) return;
    // All answers to what came in one chunk go out in one write.
    this.#socket.cork();
    const fault = this.#framer.push(chunk, this.#sink);
    if (fault !== undefined) {
      this.#isReadable = false;
      this.session.receiveFault(fault);
    }
    this.#socket.uncork();
  }

  #receive(frame: Uint8Array): void {
    if (this.#outbound.isListening) this.session.receive(frame);
    else this.#around.gateway.counts.ignoredFrames += 1;
  }

  #write(bytes: Uint8Array): void {
    if (!this.#socket.writable) return;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > MOST_UNSENT_BYTES) this.#socket.pause();
  }

  #end(): void {
    this.#isReadable = false;
    // What still comes is read and thrown away, so that the end of it is seen.
    this.#socket.resume();
    this.#socket.end();
    this.#closeBefore(CLOSE_TIMEOUT_MS);
  }

  #closeBefore(timeoutMs: number): void {
    this.#cancelCloseTimer ??= this.#around.clock.after(timeoutMs, () => this.#socket.destroy());
  }

  #readOn(): void {
    if (this.#around.gateway.faults.readBytesPerSecond === Infinity) this.#socket.resume();
  }

  /** The socket stays paused; what is read from it so comes out as data as ever. */
  #readSlowly(rate: ReadRate): void {
    this.#cancelTick = this.#around.clock.after(SLOW_READ_TICK_MS, () => {
      const bytes = rate.take(this.#socket.readableLength, this.#around.clock.nowMs());
      // Reading nothing makes the socket fetch something to read.
      this.#socket.read(bytes);
      if (!this.#socket.destroyed) this.#readSlowly(rate);
    });
  }
}
