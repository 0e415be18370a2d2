/** One TCP connection of a simulated SP to a server: the thin shell between its socket and its session. */

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Framer } from '../../cmpp/framer.js';
import type { FrameSink } from '../../cmpp/framer.js';
import { formatEndpoint } from '../../runtime/address.js';
import { SpSession } from './sp-session.js';
import type { SpSurroundings } from './sp-session.js';
import type { EndReason, SpEvent } from './sp-event.js';
import type { Login } from './sp-settings.js';

export interface ServerAddress {
  /** A name or address. */
  readonly host: string;
  readonly port: number;
}

/** How long a server may take to close its side after ours. */
const CLOSE_TIMEOUT_MS = 2000;

/** What the system's errors mean to somebody who wanted to connect. */
const CONNECT_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'refuses connections: nothing listens there'],
  ['ECONNRESET', 'reset the connection before it was there'],
  ['ENOTFOUND', 'has a name that is not known'],
  ['EAI_AGAIN', 'has a name that could not be looked up now'],
  ['EHOSTUNREACH', 'cannot be reached: no route to the host'],
  ['ENETUNREACH', 'cannot be reached: no route to the network'],
  ['ETIMEDOUT', 'does not answer'],
  ['EADDRNOTAVAIL', 'cannot be reached from that source address: it is not of this machine, or its ports are used up'],
  ['EMFILE', 'cannot be reached: this process may not open more files (ulimit -n)'],
]);

export class SpConnection {
  readonly #around: SpSurroundings;
  readonly #tell: (event: SpEvent) => void;
  readonly #socket: Socket;
  readonly #framer = new Framer();
  readonly #sink: FrameSink;
  #session: SpSession | undefined;
  #isReadable = true;
  #isReset = false;
  #cancelTimer: () => void;

  /** Connects, from `localAddress` if one is given, and logs in. The last event is `not-connected` or `ended`. */
  constructor(
    around: SpSurroundings,
    server: ServerAddress,
    localAddress: string | undefined,
    login: Login,
    tell: (event: SpEvent) => void,
  ) {
    this.#around = around;
    this.#tell = tell;
    this.#sink = { frame: (bytes, start, end) => this.#session?.receive(bytes.subarray(start, end)) };
    const socket = connect({ ...server, ...(localAddress === undefined ? {} : { localAddress }), noDelay: true });
    this.#socket = socket;
    this.#cancelTimer = around.clock.after(around.settings.connectTimeoutMs, () => this.#fail('ETIMEDOUT', server));
    const fail = (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message, server);
    socket.once('error', fail);
    socket.once('connect', () => {
      this.#cancelTimer();
      socket.off('error', fail);
      this.#begin(login);
    });
  }

  /** The session from the moment that the connection is there. */
  get session(): SpSession | undefined {
    return this.#session;
  }

  /** Ends the session with TERMINATE, or gives up connecting. */
  close(): void {
    if (this.#session !== undefined) {
      this.#session.terminate();
    } else if (!this.#socket.destroyed) {
      this.#cancelTimer();
      this.#socket.destroy();
      this.#tell({ kind: 'ended', why: 'terminated by the SP' });
    }
  }

  #begin(login: Login): void {
    const socket = this.#socket;
    const local = formatEndpoint(socket.localAddress ?? '?', socket.localPort ?? 0);
    const remote = formatEndpoint(socket.remoteAddress ?? '?', socket.remotePort ?? 0);
    this.#tell({ kind: 'connected', local, remote });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#isReset = error.code === 'ECONNRESET';
    });
    socket.on('data', (chunk) => this.#push(chunk));
    socket.on('close', () => {
      this.#cancelTimer();
      const why: EndReason = this.#isReset ? 'reset by the server' : 'closed by the server';
      this.#session?.disconnected(why);
    });
    this.#session = new SpSession(this.#around, login, {
      send: (frame) => void (socket.writable && socket.write(frame)),
      end: () => this.#end(),
      tell: this.#tell,
    });
  }

  #push(chunk: Uint8Array): void {
    if (!this.#isReadable) return;
    // All answers to what came in one chunk go out in one write.
    this.#socket.cork();
    const fault = this.#framer.push(chunk, this.#sink);
    if (fault !== undefined) {
      this.#isReadable = false;
      this.#session?.receiveFault(fault);
    }
    this.#socket.uncork();
  }

  #end(): void {
    this.#isReadable = false;
    this.#socket.end();
    this.#cancelTimer = this.#around.clock.after(CLOSE_TIMEOUT_MS, () => this.#socket.destroy());
  }

  #fail(code: string, { host, port }: ServerAddress): void {
    this.#cancelTimer();
    this.#socket.destroy();
    const what = CONNECT_ERRORS.get(code) ?? `cannot be reached: ${code}`;
    this.#tell({ kind: 'not-connected', why: `${formatEndpoint(host, port)} ${what}` });
  }
}
