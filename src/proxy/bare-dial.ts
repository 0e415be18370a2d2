/**
 * Opens a TCP connection on its handle alone, without node:net's Socket: for probes, each of which opens one and closes
 * it a moment later. To make a Socket, and to take it down again, costs more than all that a probe says on it.
 */

import { isIP } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { HandleOwner } from './handle-connection.js';
import type { TcpBinding, TcpHandle } from './stream-binding.js';
import type { DialAddress } from './transport.js';

export interface BareDialEvents {
  opened(socket: BareSocket): void;
  /** `detail` is the system's word, such as `ECONNREFUSED`. */
  failed(detail: string): void;
}

/** Undefined for what node:net has to look up, or connects to by another kind of handle. */
export function dialBare(binding: TcpBinding, address: DialAddress, events: BareDialEvents): BareSocket | undefined {
  if (address.kind !== 'tcp') return undefined;
  const family = isIP(address.host);
  return family === 0 ? undefined : new BareSocket(binding, { ...address, family }, events);
}

export class BareSocket implements HandleOwner {
  readonly handle: TcpHandle;
  #isClosed = false;

  constructor(
    binding: TcpBinding,
    { host, port, family }: { readonly host: string; readonly port: number; readonly family: number },
    events: BareDialEvents,
  ) {
    const handle = new binding.TCP(binding.constants.SOCKET);
    this.handle = handle;
    const request = new binding.TCPConnectWrap();
    const settle = (status: number): void => {
      if (this.#isClosed) return;
      if (status === 0) {
        handle.setNoDelay(true);
        events.opened(this);
        return;
      }
      this.destroy();
      events.failed(getSystemErrorName(status));
    };
    request.oncomplete = settle;
    const error = family === 6 ? handle.connect6(request, host, port) : handle.connect(request, host, port);
    // The caller is in the middle of something: it learns of this when it is done.
    if (error !== 0) queueMicrotask(() => settle(error));
  }

  /** All that can happen to a bare socket happens to its handle. */
  on(): void {}

  /** Nobody goes on reading from a server that was probed. */
  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.handle.close();
  }
}
