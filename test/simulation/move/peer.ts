/** What a simulated SP and a gateway have in common: they send and hear whole frames, and see the other side leave. */

import type { Draw } from '../draw.js';
import type { Endpoint, EndpointEvents, Network } from '../endpoint.js';
import { ANSWER, FrameCutter, TERMINATE, frame } from '../frames.js';
import type { Scheduler } from '../scheduler.js';

export abstract class Peer implements EndpointEvents {
  protected readonly draw: Draw;
  protected readonly scheduler: Scheduler;
  protected readonly endpoint: Endpoint;
  /** Whether it has said all that it will: FIN, or a frame that is none. */
  protected isDone = false;
  readonly #cutter = new FrameCutter();
  #hasSeenFin = false;

  constructor({ draw, scheduler }: Network, endpoint: Endpoint) {
    this.draw = draw;
    this.scheduler = scheduler;
    this.endpoint = endpoint;
    endpoint.events = this;
    endpoint.resume();
  }

  get isOpen(): boolean {
    return this.endpoint.isOpen;
  }

  read(chunk: Uint8Array): void {
    const { frames, isFaulty } = this.#cutter.cut(chunk);
    if (isFaulty) this.fail('hears what is no frame');
    for (const bytes of frames) this.heard(bytes);
  }

  blocked(): void {}

  drained(): void {}

  ended(): void {
    this.#hasSeenFin = true;
    this.close();
  }

  lost(): void {}

  reset(): void {
    this.endpoint.reset();
  }

  protected abstract heard(bytes: Uint8Array): void;
  protected abstract fail(why: string): never;

  protected send(bytes: Uint8Array): void {
    if (!this.isDone && this.isOpen) this.endpoint.write(bytes);
  }

  /** Sends FIN; it is over when the other side has sent its own. */
  protected close(): void {
    this.isDone = true;
    if (!this.isOpen) return;
    this.endpoint.finish();
    if (this.#hasSeenFin && this.endpoint.unsentBytes === 0) this.endpoint.drop();
  }

  protected answerGoodbye(sequenceId: number): void {
    this.send(frame(ANSWER + TERMINATE, sequenceId, 0, 0));
  }

  /** Sends what has a length that no frame has, and nothing after it. */
  protected breakStream(): void {
    const bytes = frame(TERMINATE, 1, 0, 0);
    new DataView(bytes.buffer).setUint32(0, this.draw.pick([0, 11, 100_000]));
    this.send(bytes);
    this.isDone = true;
  }

  protected later(leastMs: number, mostMs: number, happen: () => void): void {
    this.scheduler.after(this.draw.between(leastMs, mostMs), () => {
      if (this.isOpen) happen();
    });
  }
}
