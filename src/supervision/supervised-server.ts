/** A server with all that decides its state: the operator's wish, its own checks, or the server whose health it shares. */

import type { Server, Wish } from '../balancer/server.js';
import type { Check, Checker } from '../health/checker.js';
import type { ShownHealth } from '../health/health.js';

/** Why a server is in maintenance that the configuration says so of. */
export const DISABLED = 'disabled in the configuration';

export interface SupervisedParts {
  readonly backend: string;
  readonly server: Server;
  readonly slowstartMs: number;
  readonly nowMs: number;
}

export class SupervisedServer {
  readonly backend: string;
  readonly server: Server;
  /** How it is checked by itself, and who does that. A reload may change them, and the next two. */
  check: Check | undefined;
  checker: Checker | undefined;
  slowstartMs: number;
  /** As declared: what weights in per cent are of. */
  initialWeight: number;
  /** Whether the operator wants it probed. */
  isProbed = true;
  /** Whether the last probe could not be made, and the log has said so. */
  isUnchecked = false;
  /** The server whose health this one shares (`track`). */
  tracked: SupervisedServer | undefined;
  /** The wish that the log has spoken of last. */
  toldWish: Wish = 'ready';
  /** When it last went down or came up, or began. */
  changedAtMs: number;

  constructor({ backend, server, slowstartMs, nowMs }: SupervisedParts) {
    this.backend = backend;
    this.server = server;
    this.slowstartMs = slowstartMs;
    this.initialWeight = server.weight;
    this.changedAtMs = nowMs;
  }

  /** `smsc/server1` */
  get name(): string {
    return `${this.backend}/${this.server.name}`;
  }

  /** Its own health, or that of the server that it tracks; undefined where nobody checks. */
  get health(): ShownHealth | undefined {
    return this.checker?.health ?? this.tracked?.health;
  }

  /** Whether it is up as far as is known. A server that tracks one in maintenance is not. */
  get isUp(): boolean {
    return this.maintainedBy === undefined && (this.health?.isUp ?? true);
  }

  /** HAProxy's status words: `UP`, `UP 1/3`, `DOWN`, `DOWN 1/2`, `DRAIN`, `MAINT`, `MAINT (via smsc/server1)`, `no check`. */
  get status(): string {
    const { isLeaving, weight, wish } = this.server;
    if (wish === 'maint') return 'MAINT';
    if (this.maintainedBy !== undefined) return `MAINT (via ${this.maintainedBy.name})`;
    if (this.isUp && (wish === 'drain' || weight === 0 || isLeaving)) return 'DRAIN';
    return this.health?.word ?? 'no check';
  }

  /** What makes it up or down, for a server whose state is looked up and not told. */
  get why(): string {
    if (this.tracked !== undefined) return `${this.tracked.name}: ${this.tracked.why}`;
    if (this.server.wish === 'maint') return DISABLED;
    return this.checker?.health.why ?? 'not checked';
  }

  /** The server that it tracks, directly or by others, and that is in maintenance. */
  private get maintainedBy(): SupervisedServer | undefined {
    const { tracked } = this;
    return tracked === undefined || tracked.server.wish === 'maint' ? tracked : tracked.maintainedBy;
  }
}
