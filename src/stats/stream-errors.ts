/** The last unreadable stream of each frontend and backend. Pure. */

export interface StreamError {
  /** `request`: what a client has sent to a frontend. `response`: what a server has sent to a backend. */
  readonly kind: 'request' | 'response';
  readonly frontend: string;
  readonly backend: string;
  /** Undefined where the session had none (yet). */
  readonly server: { readonly name: string; readonly id: number } | undefined;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly wallMs: number;
  /** The session's number, and where its client is. */
  readonly session: number;
  readonly source: string;
  /** Of the closed list of reasons, with what the log says beside it. */
  readonly reason: string;
  readonly detail: string;
  /** What was sent, and where in it the PDU begins that is none. */
  readonly bytes: Uint8Array;
  readonly errorAt: number;
}

export interface NumberedError extends StreamError {
  /** From 0. */
  readonly event: number;
}

export class StreamErrors {
  /** By kind and name: one each, so there are no more of them than frontends and backends. */
  readonly #last = new Map<string, NumberedError>();
  #total = 0;

  /** How many there were since the start. */
  get total(): number {
    return this.#total;
  }

  /** In the order in which they came. */
  get last(): readonly NumberedError[] {
    return [...this.#last.values()].sort((one, other) => one.event - other.event);
  }

  note(error: StreamError): void {
    const proxy = error.kind === 'request' ? error.frontend : error.backend;
    this.#last.set(`${error.kind} ${proxy}`, { ...error, event: this.#total });
    this.#total += 1;
  }
}
