/** `slowstart`: a server that has just come up gets its share of new sessions little by little, as HAProxy does it. */

import type { Server } from '../balancer/server.js';
import type { Clock } from '../runtime/clock.js';

const FIRST_PART = 0.01;
const STEPS = 20;

export class SlowStart {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #cancels = new Map<Server, () => void>();

  /** `changed` is called when a server's `ramp` is another one. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** From 1 % of its weight to all of it, in even steps. */
  begin(server: Server, durationMs: number): void {
    this.end(server);
    if (durationMs === 0) return;
    this.#step(server, this.#clock.nowMs(), durationMs);
  }

  /** It has its whole weight again, when it comes back. Whoever calls this tells of the change. */
  end(server: Server): void {
    this.#cancels.get(server)?.();
    this.#cancels.delete(server);
    server.ramp = 1;
  }

  stop(): void {
    for (const server of this.#cancels.keys()) this.end(server);
  }

  #step(server: Server, begunAtMs: number, durationMs: number): void {
    const part = (this.#clock.nowMs() - begunAtMs) / durationMs;
    server.ramp = Math.min(1, Math.max(FIRST_PART, part));
    this.#cancels.delete(server);
    if (server.ramp < 1) {
      const cancel = this.#clock.after(durationMs / STEPS, () => {
        this.#step(server, begunAtMs, durationMs);
        this.#changed();
      });
      this.#cancels.set(server, cancel);
    }
  }
}
