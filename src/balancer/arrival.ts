/** The begin of a client's stream: who it is, and what it sends before it has a server. Pure but for the port. */

import type { FirstPduReader } from './first-pdu.js';
import type { LoginProtocol } from './mode.js';
import type { FirstPdu, Login, NotRecognised } from './recognise.js';
import type { SessionPort } from './session-port.js';

export type ArrivalOutcome =
  { readonly kind: 'under-way' } | { readonly kind: 'recognised'; readonly login: Login } | NotRecognised;

const UNDER_WAY: ArrivalOutcome = { kind: 'under-way' };
const NOTHING = new Uint8Array(0);
/**
 * Heartbeats that are answered before the login. Those who send them early send one or two; an endless row, the answers
 * to which nobody reads, would fill our memory until `timeout login`.
 */
const HEARTBEATS_LIMIT = 8;
const TOO_MANY_HEARTBEATS: NotRecognised = {
  kind: 'refused',
  reason: 'login-not-connect',
  detail: `more than ${HEARTBEATS_LIMIT} ACTIVE_TESTs before the CONNECT`,
};

export class Arrival {
  readonly #protocol: LoginProtocol | undefined;
  readonly #port: SessionPort;
  readonly #earlyLimitBytes: number;
  #reader: FirstPduReader<FirstPdu, NotRecognised> | undefined;
  #early: Uint8Array = NOTHING;
  #heartbeats = 0;

  /** `protocol` undefined: everybody is welcome unheard. `earlyLimitBytes`: beyond it the client is not read. */
  constructor(protocol: LoginProtocol | undefined, port: SessionPort, earlyLimitBytes: number) {
    this.#protocol = protocol;
    this.#port = port;
    this.#earlyLimitBytes = earlyLimitBytes;
    this.#reader = protocol?.createClientReader();
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
      if (this.#heartbeats === HEARTBEATS_LIMIT) return TOO_MANY_HEARTBEATS;
      this.#heartbeats += 1;
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
