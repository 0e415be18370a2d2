/** Opens the connections of probes over real sockets. */

import type { OpenProbeLink, ProbeLink, ProbeLinkEvents } from '../health/probe.js';
import { CLOSED_BY_SERVER } from '../health/probe-words.js';
import type { AnySocket } from './bare-socket.js';
import type { Connection } from './connection.js';
import type { DialAddress, Dialling, Transport } from './transport.js';

/** What leaves first on a connection that has been opened: a PROXY header. */
type Preface = (socket: AnySocket) => Uint8Array;

export function probeLinks(transport: Transport, address: DialAddress, preface?: Preface): OpenProbeLink {
  return (port, events) => new SocketProbeLink(transport, addressWith(address, port), preface, events);
}

/** A unix socket has no other port. */
function addressWith(address: DialAddress, port: number | undefined): DialAddress {
  return address.kind === 'unix' || port === undefined ? address : { ...address, port };
}

type State =
  | { readonly kind: 'opening'; readonly socket: Dialling }
  | { readonly kind: 'open'; readonly connection: Connection }
  | { readonly kind: 'closed' };

class SocketProbeLink implements ProbeLink {
  readonly #events: ProbeLinkEvents;
  #state: State;

  constructor(transport: Transport, address: DialAddress, preface: Preface | undefined, events: ProbeLinkEvents) {
    this.#events = events;
    const socket = transport.dial(address, {
      opened: (opened) => this.#open(transport, opened, preface?.(opened)),
      failed: (detail) => this.#lost(detail),
    });
    this.#state = { kind: 'opening', socket };
  }

  write(bytes: Uint8Array): void {
    if (this.#state.kind === 'open') this.#state.connection.write(bytes, 0, bytes.length);
  }

  /**
   * A probe says less than the kernel takes at once, so it has all that was written, and sends it before the FIN; no
   * wait for a server that does not read can keep the descriptor.
   */
  close(): void {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    if (state.kind === 'opening') state.socket.destroy();
    else if (state.kind === 'open') state.connection.drop();
  }

  #open(transport: Transport, socket: AnySocket, first: Uint8Array | undefined): void {
    const connection = transport.takeOver(socket, {
      read: (chunk) => this.#events.read(chunk.bytes),
      // A server that asks and does not read the answers is not listened to, or they would pile up here.
      blocked: () => connection.pause(),
      drained: () => connection.resume(),
      ended: () => this.#lost(CLOSED_BY_SERVER),
      lost: (detail) => this.#lost(detail),
    });
    this.#state = { kind: 'open', connection };
    connection.resume();
    if (first !== undefined) connection.write(first, 0, first.length);
    this.#events.opened();
  }

  #lost(detail: string): void {
    if (this.#state.kind === 'closed') return;
    this.close();
    this.#events.lost(detail);
  }
}
