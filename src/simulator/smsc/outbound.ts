/** What a gateway writes on one connection, as its faults spoil it. Pure: the clock and the faults are given. */

import type { Clock } from '../../runtime/clock.js';
import { DelayLine } from '../delay-line.js';
import type { Faults } from './fault.js';

/** The connection's writing side. */
export interface OutboundSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

type Step = { readonly kind: 'frame'; readonly frame: Uint8Array } | { readonly kind: 'end' };

export class Outbound {
  readonly #sink: OutboundSink;
  readonly #faults: () => Faults;
  readonly #line: DelayLine<Step>;
  /** Half a frame was sent: nothing that follows could be understood. */
  #isStalled = false;
  /** The end came while the gateway hung. */
  #isEndHeld = false;

  constructor(clock: Clock, faults: () => Faults, sink: OutboundSink) {
    this.#sink = sink;
    this.#faults = faults;
    this.#line = new DelayLine(clock, (step) => this.#take(step));
  }

  /** Whether the gateway would read what the peer says: not while it hangs. */
  get isListening(): boolean {
    return !this.#isStalled && !this.#faults().isSilent;
  }

  send(frame: Uint8Array): void {
    this.#line.push({ kind: 'frame', frame }, this.#faults().delayMs);
  }

  /** Ends the writing side after what was sent before. */
  end(): void {
    this.#line.push({ kind: 'end' }, this.#faults().delayMs);
  }

  /** The gateway may have come round: what hung with it goes on. */
  faultsChanged(): void {
    if (this.#isEndHeld && this.isListening) this.#sink.end();
  }

  /** The connection is gone: nothing more is written. */
  stop(): void {
    this.#line.clear();
  }

  #take(step: Step): void {
    if (!this.isListening) {
      this.#isEndHeld = step.kind === 'end';
    } else if (step.kind === 'end') {
      this.#sink.end();
    } else if (this.#faults().isPartial) {
      this.#isStalled = true;
      this.#sink.write(step.frame.subarray(0, step.frame.length >> 1));
    } else {
      this.#sink.write(step.frame);
    }
  }
}
