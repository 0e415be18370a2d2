/** The begin of a client's stream: who it is, and what it sends before it has a server. Pure but for the port. */

import type { FirstPduReader } from './first-pdu.js';
import type { LoginProtocol } from './mode.js';
import type { FirstPdu, Login, NotRecognised } from './recognise.js';
import type { SessionPort } from './session-port.js';

export type ArrivalOutcome =
  { readonly kind: 'under-way' } | { readonly kind: 'recognised'; readonly login: Login } | NotRecognised;

/**
 * So many ACTIVE_TESTs are answered before a CONNECT. A client needs two or three in its time for the login; one that
 * sends them without end, and does not read the answers, would make us hold these.
 */
const MOST_HEARTBEATS = 16;
const TOO_MANY_HEARTBEATS: NotRecognised = {
  kind: 'refused',
  reason: 'login-not-connect',
  detail: `more than ${MOST_HEARTBEATS} ACTIVE_TESTs before a CONNECT`,
};
const UNDER_WAY: ArrivalOutcome = { kind: 'under-way' };
const NOTHING = new Uint8Array(0);

export class Arrival {
  readonly #protocol: LoginProtocol | undefined;
  readonly #port: SessionPort;
  readonly #earlyLimitBytes: number;
  #reader: FirstPduReader<FirstPdu, NotRecognised> | undefined;
  #heartbeats = 0;
  #early: Uint8Array = NOTHING;

  /** `protocol` undefined: everybody is welcome unheard. `earlyLimitBytes`: beyond it the client is not read. */
  constructor(protocol: LoginProtocol | undefined, port: SessionPort, earlyLimitBytes: number) {
    this.#protocol = protocol;
    this.#port = port;
    this.#earlyLimitBytes = earlyLimitBytes;
    this.#reader = protocol?.createClientReader();
  }

  /** After `refused`: what the client has sent in place of a login. */
  get refused(): Uint8Array {
    return this.#reader?.refused ?? NOTHING;
  }

  read(chunk: Uint8Array): ArrivalOutcome {
    let start = 0;
    while (start < chunk.length && this.#reader !== undefined && this.#protocol !== undefined) {
      const read = this.#reader.read(chunk, start);
      if (read.kind === 'more') return UNDER_WAY;
      if (read.kind === 'refused') return read;
      start = read.nextStart;
      if (read.found.kind === 'connect') {
        this.#reader = undefined;
        this.keep(chunk.subarray(start));
        return { kind: 'recognised', login: read.found.login };
      }
      // A heartbeat before the login: some clients start it with the connection.
      this.#heartbeats += 1;
      if (this.#heartbeats > MOST_HEARTBEATS) return TOO_MANY_HEARTBEATS;
      const answer = this.#protocol.heartbeatAnswer(read.found.sequenceId);
      this.#port.write('client', answer, 0, answer.length);
    }
    return UNDER_WAY;
  }

  /** Keeps what the client sends until it has a server. */
  keep(chunk: Uint8Array): void {
    const early = new Uint8Array(this.#early.length + chunk.length);
    early.set(this.#early);
    early.set(chunk, this.#early.length);
    this.#early = early;
    if (early.length >= this.#earlyLimitBytes) this.#port.pause('client');
  }

  /** Hands out what was kept, once. */
  takeEarly(): Uint8Array {
    const early = this.#early;
    this.#early = NOTHING;
    this.#port.resume('client');
    return early;
  }
}
