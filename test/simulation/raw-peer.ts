/** A program of mode tcp, client or server: it says bytes that mean nothing to the balancer. */

import type { Endpoint, Network } from './endpoint.js';
import { frame } from './frames.js';
import type { Manner } from './manner.js';
import { Speaker } from './speaker.js';

export class RawPeer extends Speaker {
  #said = 0;

  constructor(network: Network, endpoint: Endpoint, manner: Manner) {
    super(network, endpoint, manner);
    this.talk();
  }

  protected heard(chunk: Uint8Array): void {
    if (this.manner.answering === 'never' || this.received.length > 50) return;
    const echo = chunk.slice(0, 40);
    this.scheduler.after(this.manner.answerMs, () => this.send(echo));
  }

  protected nextSaying(): Uint8Array {
    this.#said += 1;
    return frame(this.#said, this.#said, this.draw.between(0, 4 * this.manner.longestBodyBytes), this.#said);
  }
}
