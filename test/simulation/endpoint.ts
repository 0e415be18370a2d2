/**
 * One end of a simulated connection: what TCP and the kernels do to bytes between two programs.
 *
 * Bytes arrive in order, cut and joined anywhere, as late as the line says. Each direction holds only so much; what is
 * written beyond that waits with its writer, which is told. A reset loses what is on the way, and is noticed, as in
 * Node, by who reads or writes.
 */

import type { Draw } from './draw.js';
import type { Scheduler } from './scheduler.js';

export interface EndpointEvents {
  /** The bytes are only valid during the call. */
  read(chunk: Uint8Array): void;
  blocked(): void;
  drained(): void;
  ended(): void;
  /** The last event. */
  lost(detail: string): void;
}

export interface Line {
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** What both kernels together hold of one direction. */
  readonly capacityBytes: number;
  /** How many of a hundred writes are cut on their way. */
  readonly cutPercent: number;
  /** How many of a hundred arrivals wait to be read together with later ones. */
  readonly joinPercent: number;
}

export interface Network {
  readonly scheduler: Scheduler;
  readonly draw: Draw;
}

/** Stands in what was read as soon as the read is over: nobody may keep it. */
const POISON = 0xee;

export class Endpoint {
  events: EndpointEvents | undefined;
  readonly #network: Network;
  readonly #line: Line;
  /** Where reads land; a chunk of it is handed out, and poisoned after it. */
  readonly #readBuffer: Uint8Array;
  #peer: Endpoint | undefined;
  /** `broken`: the peer has reset it, and nobody here has noticed. */
  #state: 'open' | 'broken' | 'gone' = 'open';

  #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  #isBlocked = false;
  #fin: 'none' | 'wanted' | 'sent' = 'none';
  #onTheWayBytes = 0;
  #lastArrivalMs = 0;

  #arrived: Uint8Array[] = [];
  #arrivedBytes = 0;
  #hasFinArrived = false;
  #hasEnded = false;
  #isReading = false;
  #willRead = false;

  constructor(network: Network, line: Line, readBuffer: Uint8Array) {
    this.#network = network;
    this.#line = line;
    this.#readBuffer = readBuffer;
  }

  /** Connects two ends. Neither is read until `resume`. */
  static connect(one: Endpoint, other: Endpoint): void {
    one.#peer = other;
    other.#peer = one;
  }

  get isOpen(): boolean {
    return this.#state !== 'gone';
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  /** What was written and the kernels have not taken. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#state === 'gone' || bytes.length === 0) return;
    if (this.#fin !== 'none') throw new Error('written behind a FIN');
    this.#unsent.push(bytes.slice());
    this.#unsentBytes += bytes.length;
    this.#send();
  }

  finish(): void {
    if (this.#state === 'gone' || this.#fin !== 'none') return;
    this.#fin = 'wanted';
    this.#send();
  }

  pause(): void {
    this.#isReading = false;
  }

  resume(): void {
    if (this.#state === 'gone' || this.#isReading) return;
    this.#isReading = true;
    this.#readSoon();
  }

  /** Closes it at once. What the kernel has taken is still sent, unless something was left unread. */
  drop(): void {
    if (this.#state === 'gone') return;
    const peer = this.#leave();
    if (this.#arrivedBytes > 0) this.#sendReset(peer);
    else if (this.#fin !== 'sent') this.#onArrival(() => peer.#finArrives());
  }

  /** Breaks it: the peer gets RST. */
  reset(): void {
    if (this.#state !== 'gone') this.#sendReset(this.#leave());
  }

  /** Lets the kernel have what it takes. */
  #send(): void {
    const peer = this.#peer;
    if (peer === undefined) return;
    if (this.#state === 'broken') {
      this.#network.scheduler.soon(() => this.#notice());
      return;
    }
    let head = this.#unsent[0];
    while (head !== undefined) {
      const room = this.#line.capacityBytes - this.#onTheWayBytes - peer.#arrivedBytes;
      if (room <= 0) break;
      const taken = head.length <= room ? head : head.subarray(0, room);
      if (taken === head) this.#unsent.shift();
      else this.#unsent[0] = head.subarray(room);
      this.#unsentBytes -= taken.length;
      this.#transmit(taken, peer);
      head = this.#unsent[0];
    }
    if (this.#unsentBytes > 0) {
      if (!this.#isBlocked) this.#network.scheduler.soon(() => this.events?.blocked());
      this.#isBlocked = true;
    } else if (this.#fin === 'wanted') {
      this.#fin = 'sent';
      this.#onArrival(() => peer.#finArrives());
    }
  }

  #transmit(bytes: Uint8Array, peer: Endpoint): void {
    const { draw } = this.#network;
    const cut = bytes.length > 1 && draw.percent(this.#line.cutPercent) ? draw.between(1, bytes.length - 1) : 0;
    for (const piece of cut === 0 ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)]) {
      this.#onTheWayBytes += piece.length;
      this.#onArrival(() => {
        this.#onTheWayBytes -= piece.length;
        peer.#arrives(piece);
      });
    }
  }

  /** Nothing overtakes what was sent before, but for a reset. */
  #onArrival(happen: () => void): void {
    const { scheduler, draw } = this.#network;
    const jitterMs = this.#line.jitterMs === 0 ? 0 : draw.between(0, this.#line.jitterMs);
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, scheduler.nowMs() + this.#line.latencyMs + jitterMs);
    scheduler.after(this.#lastArrivalMs - scheduler.nowMs(), happen);
  }

  #arrives(bytes: Uint8Array): void {
    if (this.#state === 'broken') return;
    if (this.#state === 'gone') {
      // Nobody is here to take it.
      if (this.#peer !== undefined) this.#sendReset(this.#peer);
      return;
    }
    this.#arrived.push(bytes);
    this.#arrivedBytes += bytes.length;
    const { draw } = this.#network;
    if (!this.#isReading || this.#willRead) return;
    if (draw.percent(this.#line.joinPercent)) this.#readSoon(draw.between(0, 2 * this.#line.latencyMs));
    else this.#read();
  }

  #finArrives(): void {
    if (this.#state !== 'open') return;
    this.#hasFinArrived = true;
    this.#readSoon();
  }

  #readSoon(delayMs = 0): void {
    if (this.#willRead) return;
    this.#willRead = true;
    this.#network.scheduler.after(delayMs, () => {
      this.#willRead = false;
      this.#read();
    });
  }

  #read(): void {
    if (this.#state === 'gone' || !this.#isReading) return;
    if (this.#state === 'broken') {
      this.#notice();
    } else if (this.#arrivedBytes > 0) {
      const chunk = this.#takeArrived();
      this.events?.read(chunk);
      chunk.fill(POISON);
      if (this.#peer !== undefined) this.#peer.#roomIsThere();
      if (this.#arrivedBytes > 0 || this.#hasFinArrived) this.#readSoon();
    } else if (this.#hasFinArrived && !this.#hasEnded) {
      this.#hasEnded = true;
      this.events?.ended();
    }
  }

  #takeArrived(): Uint8Array {
    let lengthBytes = 0;
    let head = this.#arrived[0];
    while (head !== undefined && lengthBytes < this.#readBuffer.length) {
      const taken = head.subarray(0, this.#readBuffer.length - lengthBytes);
      this.#readBuffer.set(taken, lengthBytes);
      lengthBytes += taken.length;
      if (taken.length === head.length) this.#arrived.shift();
      else this.#arrived[0] = head.subarray(taken.length);
      head = this.#arrived[0];
    }
    this.#arrivedBytes -= lengthBytes;
    return this.#readBuffer.subarray(0, lengthBytes);
  }

  /** The peer has read: after a while we know it. */
  #roomIsThere(): void {
    if (this.#unsentBytes === 0 || this.#state !== 'open') return;
    this.#network.scheduler.after(this.#line.latencyMs, () => {
      if (this.#state !== 'open') return;
      this.#send();
      if (!this.#isBlocked || this.#unsentBytes > 0) return;
      this.#isBlocked = false;
      this.events?.drained();
    });
  }

  #sendReset(to: Endpoint): void {
    const arrives = (): void => to.#resetArrives();
    // It may overtake what is still on its way, which is lost then.
    if (this.#network.draw.percent(50)) this.#onArrival(arrives);
    else this.#network.scheduler.after(this.#line.latencyMs, arrives);
  }

  #resetArrives(): void {
    if (this.#state !== 'open') return;
    this.#state = 'broken';
    this.#arrived = [];
    this.#arrivedBytes = 0;
    if (this.#isReading || this.#unsentBytes > 0) this.#notice();
  }

  #notice(): void {
    if (this.#state !== 'broken') return;
    const { events } = this;
    this.#leave();
    events?.lost('ECONNRESET');
  }

  #leave(): Endpoint {
    if (this.#peer === undefined) throw new Error('not connected');
    this.#state = 'gone';
    this.events = undefined;
    this.#isReading = false;
    this.#unsent = [];
    this.#unsentBytes = 0;
    return this.#peer;
  }
}
