/** A frontend: lets connections in as its limits allow, and knows who is there. */

import type { Socket } from 'node:net';
import { REFUSED_AT_ONCE } from '../balancer/admission.js';
import type { Admission, FrontendPlaces } from '../balancer/admission.js';
import type { Log } from '../log/log.js';
import type { NetworkList } from '../runtime/address.js';
import type { Clock } from '../runtime/clock.js';
import type { SessionTotals } from '../stats/session-totals.js';
import type { BackendService } from './backend-service.js';
import { Guest } from './guest.js';
import type { GuestHost, Standing } from './guest.js';
import type { DriverParts } from './session-driver.js';
import type { SessionsNow } from './session-lines.js';

/** Whose PROXY header a listener believes. */
export interface TrustedSenders {
  readonly networks: NetworkList;
  /** Whoever can open the unix socket. */
  readonly unix: boolean;
}

export interface FrontendParts {
  readonly name: string;
  readonly driverParts: DriverParts;
  readonly service: BackendService;
  readonly admission: Admission;
  readonly places: FrontendPlaces;
  readonly clock: Clock;
  readonly log: Log;
  readonly totals: SessionTotals;
  /** A session whose client never sent a byte, and was never sent one, is not logged. */
  readonly dontlognull: boolean;
  readonly nextId: () => number;
  readonly sessionsNow: () => SessionsNow;
}

const NEW: Standing = { kind: 'new' };

export class Frontend implements GuestHost {
  readonly parts: FrontendParts;
  readonly #guests = new Map<Guest, Standing>();
  #heardRefusals = 0;
  #whenEmpty: (() => void)[] = [];

  constructor(parts: FrontendParts) {
    this.parts = parts;
  }

  /** Those whose sessions are not closed. */
  get guests(): Iterable<Guest> {
    return this.#guests.keys();
  }

  /** Resolves when nobody is here. */
  async empty(): Promise<void> {
    if (this.#guests.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty.push(resolve);
    });
  }

  accept(socket: Socket, listener: string, trusted: TrustedSenders): void {
    const { clock, driverParts, totals } = this.parts;
    totals.accepted += 1;
    const guest = new Guest(socket, listener, this);
    this.#guests.set(guest, NEW);
    const isTrusted = guest.address === '' ? trusted.unix : trusted.networks.has(guest.address);
    if (isTrusted) guest.awaitProxyHeader(clock.nowMs() + driverParts.rules.clientLoginTimeoutMs);
    else guest.welcome();
  }

  enter(guest: Guest, source: string): Standing {
    const { admission, places } = this.parts;
    const reason = admission.enter(places, source);
    const isHeard = this.#heardRefusals < REFUSED_AT_ONCE;
    const standing: Standing =
      reason === undefined ? { kind: 'admitted', source } : { kind: 'refused', reason, isHeard };
    if (standing.kind === 'refused' && isHeard) this.#heardRefusals += 1;
    this.#guests.set(guest, standing);
    return standing;
  }

  left(guest: Guest): void {
    const standing = this.#guests.get(guest) ?? NEW;
    this.#guests.delete(guest);
    if (standing.kind === 'admitted') this.parts.admission.leave(this.parts.places, standing.source);
    else if (standing.kind === 'refused' && standing.isHeard) this.#heardRefusals -= 1;
    if (this.#guests.size > 0) return;
    for (const resolve of this.#whenEmpty) resolve();
    this.#whenEmpty = [];
  }
}
