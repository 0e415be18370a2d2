/** One session of a simulated SP that is kept up: when it is lost or refused, it is tried again, each time later. */

import { SpConnection } from './sp-connection.js';
import type { ServerAddress } from './sp-connection.js';
import type { SpSession, SpSurroundings } from './sp-session.js';
import type { SpEvent } from './sp-event.js';
import type { Login } from './sp-settings.js';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

export interface SpLinkTarget {
  readonly server: ServerAddress;
  readonly localAddress: string | undefined;
  readonly login: Login;
}

export class SpLink {
  readonly #around: SpSurroundings;
  readonly #target: SpLinkTarget;
  readonly #tell: (event: SpEvent) => void;
  #connection: SpConnection | undefined;
  #cancelTimer: (() => void) | undefined;
  #failures = 0;
  #stopped: (() => void) | undefined;

  /** Connects after `delayMs`. */
  constructor(around: SpSurroundings, target: SpLinkTarget, delayMs: number, tell: (event: SpEvent) => void) {
    this.#around = around;
    this.#target = target;
    this.#tell = tell;
    this.#connectAfter(delayMs);
  }

  /** The session while it is logged in. */
  get open(): SpSession | undefined {
    const session = this.#connection?.session;
    return session?.isOpen === true ? session : undefined;
  }

  /** Ends the session with TERMINATE and resolves when it is gone. Called once. */
  async close(): Promise<void> {
    this.#cancelTimer?.();
    const connection = this.#connection;
    if (connection === undefined) return;
    await new Promise<void>((resolve) => {
      this.#stopped = resolve;
      connection.close();
    });
  }

  #connectAfter(delayMs: number): void {
    this.#cancelTimer = this.#around.clock.after(delayMs, () => {
      const { server, localAddress, login } = this.#target;
      this.#connection = new SpConnection(this.#around, server, localAddress, login, (event) => this.#take(event));
    });
  }

  #take(event: SpEvent): void {
    this.#tell(event);
    if (event.kind === 'logged-in') this.#failures = 0;
    if (event.kind !== 'ended' && event.kind !== 'not-connected') return;
    this.#connection = undefined;
    if (this.#stopped === undefined) this.#connectAfter(this.#nextRetryMs());
    else this.#stopped();
  }

  /** Twice as long as the last time, and not for all at the same moment. */
  #nextRetryMs(): number {
    const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    return longestMs / 2 + this.#around.random.below(longestMs / 2);
  }
}
