/** A frontend: lets connections in as its limits allow, and knows who is there. */

import { REFUSED_AT_ONCE } from '../balancer/admission.js';
import type { Admission, FrontendPlaces } from '../balancer/admission.js';
import type { CloseReason } from '../balancer/close-reason.js';
import type { Log } from '../log/log.js';
import type { NetworkList } from '../runtime/address.js';
import type { Clock } from '../runtime/clock.js';
import type { EntranceCounters } from '../stats/counters.js';
import type { SessionTotals } from '../stats/session-totals.js';
import type { BackendService } from './backend-service.js';
import type { AnySocket } from './bare-socket.js';
import { Guest } from './guest.js';
import type { GuestHost } from './guest.js';
import type { DriverParts } from './session-driver.js';
import type { SessionsNow } from './session-lines.js';

/** Whose PROXY header a listener believes. */
export interface TrustedSenders {
  readonly networks: NetworkList;
  /** Whoever can open the unix socket. */
  readonly unix: boolean;
}

/** Where a connection came in. */
export interface ListenerEntrance {
  readonly address: string;
  readonly counters: EntranceCounters;
}

/** What a reload may change; a session keeps what it began with. */
export interface FrontendRules {
  readonly driverParts: DriverParts;
  readonly service: BackendService;
  /** A session whose client never sent a byte, and was never sent one, is not logged. */
  readonly dontlognull: boolean;
}

export interface FrontendParts extends FrontendRules {
  readonly name: string;
  readonly admission: Admission;
  readonly places: FrontendPlaces;
  readonly clock: Clock;
  readonly log: Log;
  readonly totals: SessionTotals;
  readonly counters: EntranceCounters;
  readonly nextId: () => number;
  readonly sessionsNow: () => SessionsNow;
}

/** What a frontend has given to a guest, to be given back when it leaves. */
interface Standing {
  /** `heard`: it is refused, and may say who it is, so that it can be told. `unheard`: it is not even that. */
  readonly place: 'taken' | 'heard' | 'unheard';
  /** Under which address it counts for the limit by source; undefined until that is known. */
  readonly source: string | undefined;
}

export class Frontend {
  /** What a guest sees of the frontend, for as long as it is here. */
  #host: GuestHost;
  /** Those whose sessions are not closed. */
  readonly #guests = new Map<Guest, Standing>();
  #heardRefusals = 0;
  #whenEmpty: (() => void)[] = [];

  constructor(parts: FrontendParts) {
    this.#host = this.#hostWith(parts);
  }

  /** For those who come now. */
  get parts(): FrontendParts {
    return this.#host.parts;
  }

  /** Whoever comes from now on goes by these rules. */
  use(rules: FrontendRules): void {
    this.#host = this.#hostWith({ ...this.parts, ...rules });
  }

  /** The most sessions of a source address; those who are here are counted, and stay. */
  limitSources(sourceMaxconn: number): void {
    const sources = [...this.#guests.values()].flatMap(({ source }) => source ?? []);
    this.parts.places.limitSources(sourceMaxconn, sources);
  }

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

  accept(socket: AnySocket, entrance: ListenerEntrance, trusted: TrustedSenders): void {
    const { admission, clock, driverParts, places } = this.parts;
    const guest = new Guest(socket, entrance, this.#host);
    const refusal = admission.enter(places);
    const place = refusal === undefined ? 'taken' : this.#placeForRefusal();
    this.#guests.set(guest, { place, source: undefined });
    this.#count(entrance, place === 'taken', clock.nowMs());
    const isTrusted = guest.address === '' ? trusted.unix : trusted.networks.has(guest.address);
    if (refusal !== undefined && place === 'unheard') guest.driver.turnAway(refusal, '');
    else if (isTrusted) guest.awaitProxyHeader(refusal, clock.nowMs() + driverParts.rules.clientLoginTimeoutMs);
    else guest.welcome(refusal);
  }

  #hostWith(parts: FrontendParts): GuestHost {
    return {
      parts,
      enterSource: (guest, source) => this.#enterSource(guest, source),
      left: (guest) => this.#left(guest),
    };
  }

  #enterSource(guest: Guest, source: string): CloseReason | undefined {
    const { admission, places } = this.parts;
    const refusal = admission.enterSource(places, source);
    const place = this.#guests.get(guest)?.place ?? 'unheard';
    if (refusal === undefined) this.#guests.set(guest, { place, source });
    return refusal;
  }

  #left(guest: Guest): void {
    const { admission, places } = this.parts;
    const standing = this.#guests.get(guest);
    if (standing === undefined) return;
    this.#guests.delete(guest);
    if (standing.place === 'taken') {
      admission.leave(places);
      for (const { sessions } of this.#countersOf(guest.entrance)) sessions.left();
    }
    if (standing.place === 'heard') this.#heardRefusals -= 1;
    if (standing.source !== undefined) admission.leaveSource(places, standing.source);
    if (this.#guests.size > 0) return;
    for (const resolve of this.#whenEmpty) resolve();
    this.#whenEmpty = [];
  }

  #count(entrance: ListenerEntrance, isLetIn: boolean, nowMs: number): void {
    for (const { connections, sessions } of this.#countersOf(entrance)) {
      connections.arrived(nowMs);
      if (isLetIn) sessions.entered(nowMs);
    }
  }

  /** Those of the process, of this frontend, and of the listener. */
  #countersOf({ counters }: ListenerEntrance): readonly Pick<EntranceCounters, 'connections' | 'sessions'>[] {
    return [this.parts.totals, this.parts.counters, counters];
  }

  #placeForRefusal(): 'heard' | 'unheard' {
    if (this.#heardRefusals >= REFUSED_AT_ONCE) return 'unheard';
    this.#heardRefusals += 1;
    return 'heard';
  }
}
