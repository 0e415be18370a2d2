/** What is the same for all simulated peers: they say things, have accidents, take leave, and see the other do so. */

import type { Draw } from './draw.js';
import type { Endpoint, EndpointEvents, Network } from './endpoint.js';
import type { Manner } from './manner.js';
import type { Scheduler } from './scheduler.js';

export abstract class Speaker implements EndpointEvents {
  /** All that it has sent and read, in order. */
  readonly sent: Uint8Array[] = [];
  readonly received: Uint8Array[] = [];
  /** Whether the other side's FIN came behind all that it sent. */
  hasSeenFin = false;
  protected readonly draw: Draw;
  protected readonly scheduler: Scheduler;
  protected readonly manner: Manner;
  readonly #endpoint: Endpoint;
  #sentBytes = 0;
  /** What is still to be sent piece by piece. */
  #pieces: Uint8Array[] = [];
  #isPacing = false;
  #isSilent = false;
  #wantsToFinish = false;
  #hasFinished = false;

  constructor(network: Network, endpoint: Endpoint, manner: Manner) {
    this.draw = network.draw;
    this.scheduler = network.scheduler;
    this.manner = manner;
    this.#endpoint = endpoint;
    endpoint.events = this;
    endpoint.resume();
    const { accident } = manner;
    if (accident.kind === 'none' || accident.kind === 'cut') return;
    this.scheduler.after(accident.afterMs, () => this.#suffer(accident.kind));
  }

  /** Whether everything that it said has left it, and a FIN behind it. */
  get hasSaidAll(): boolean {
    return this.#hasFinished && this.#endpoint.unsentBytes === 0;
  }

  read(chunk: Uint8Array): void {
    this.received.push(chunk.slice());
    this.heard(chunk);
  }

  blocked(): void {}

  drained(): void {}

  ended(): void {
    this.hasSeenFin = true;
    const { onFin } = this.manner;
    if (onFin === 'ignore') return;
    this.scheduler.after(this.draw.between(0, 20), () => {
      if (onFin === 'reset') this.reset();
      else this.close();
    });
  }

  lost(): void {}

  /** Says its things one after the other, and then takes leave. */
  protected talk(left = this.manner.requests): void {
    this.scheduler.after(this.draw.between(0, this.manner.gapMs), () => {
      if (!this.#endpoint.isOpen) return;
      if (left === 0) {
        this.takeLeave();
      } else {
        this.send(this.nextSaying());
        this.talk(left - 1);
      }
    });
  }

  protected abstract heard(chunk: Uint8Array): void;
  protected abstract nextSaying(): Uint8Array;

  protected takeLeave(): void {
    const { farewell } = this.manner;
    if (farewell === 'fin') this.close();
    else if (farewell === 'half-close') this.finish();
    else if (farewell === 'reset') this.reset();
  }

  protected reset(): void {
    this.#endpoint.reset();
  }

  protected send(bytes: Uint8Array): void {
    if (this.manner.writing === 'whole') {
      this.#put(bytes);
      return;
    }
    this.#pieces.push(bytes);
    if (this.#isPacing) return;
    this.#isPacing = true;
    this.#sendPiece(0);
  }

  /** Sends FIN behind what is said, once. */
  protected finish(): void {
    this.#wantsToFinish = true;
    if (this.#pieces.length > 0 || this.#hasFinished) return;
    this.#hasFinished = true;
    this.#endpoint.finish();
  }

  /** Sends FIN, and reads no more when the other side has done so too. */
  protected close(): void {
    this.finish();
    if (this.hasSeenFin && this.#endpoint.unsentBytes === 0) this.#endpoint.drop();
  }

  #put(bytes: Uint8Array): void {
    if (this.#isSilent || this.#hasFinished || !this.#endpoint.isOpen) return;
    const { accident } = this.manner;
    const leftBytes = accident.kind === 'cut' ? accident.afterBytes - this.#sentBytes : Infinity;
    const put = bytes.subarray(0, leftBytes);
    this.#sentBytes += put.length;
    this.sent.push(put);
    this.#endpoint.write(put);
    if (accident.kind !== 'cut' || leftBytes > bytes.length) return;
    this.#isSilent = true;
    if (accident.how === 'fin') this.finish();
    else if (accident.how === 'reset') this.#endpoint.reset();
  }

  #sendPiece(start: number): void {
    const [bytes] = this.#pieces;
    if (bytes === undefined) {
      this.#isPacing = false;
      if (this.#wantsToFinish) this.finish();
      return;
    }
    const end = Math.min(bytes.length, start + this.draw.between(1, 40));
    this.#put(bytes.subarray(start, end));
    if (end === bytes.length) this.#pieces.shift();
    this.scheduler.after(this.draw.between(0, 3), () => this.#sendPiece(end === bytes.length ? 0 : end));
  }

  #suffer(kind: 'fin' | 'reset' | 'stall' | 'pause'): void {
    if (!this.#endpoint.isOpen) return;
    if (kind === 'fin') this.finish();
    else if (kind === 'reset') this.#endpoint.reset();
    else this.#endpoint.pause();
    if (kind === 'pause') this.scheduler.after(this.draw.between(1, 5000), () => this.#endpoint.resume());
  }
}
