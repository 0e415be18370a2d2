/** Serves requests by HTTP on one address, within limits. */

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AdminHttpConfig } from '../../config/config.js';
import { stackOf } from '../../log/event.js';
import type { Log } from '../../log/log.js';
import { formatEndpoint } from '../../runtime/address.js';
import type { Clock } from '../../runtime/clock.js';
import type { Sources } from './endpoints.js';
import { Gate } from './gate.js';
import { COMMON_HEADERS, plain, Reader } from './reader.js';
import type { Answer } from './reader.js';

export interface HttpLimits {
  /** All headers of a request together. */
  readonly headerBytes: number;
  /** How long a request may take to come. */
  readonly requestTimeoutMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  /** How long a connection may be silent at all, also because its caller takes no answer. */
  readonly silenceTimeoutMs: number;
}

/** Whoever scrapes comes again within 15 to 60 s; to connect anew for that costs nothing worth keeping for. */
const LIMITS: HttpLimits = {
  headerBytes: 8192,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 20_000,
  silenceTimeoutMs: 30_000,
};

/** Node looks for requests that take too long so many times within the time that they may take. */
const LOOKS_PER_TIMEOUT = 4;
/** A server that can't accept says so at most this often. */
const QUIET_MS = 1000;

export interface HttpServerParts {
  readonly sources: Sources;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Pick<Log, 'event'>;
}

/** Whether it listens, or a sentence for the operator. */
export type HttpBound = { readonly kind: 'bound' } | { readonly kind: 'fault'; readonly message: string };

export class HttpServer {
  readonly #config: AdminHttpConfig;
  readonly #parts: HttpServerParts;
  readonly #reader: Reader;
  readonly #server: Server;
  /** Connections whose answer has not been taken. */
  readonly #answering = new WeakSet<Socket>();
  #address: string;
  #quietUntilMs = -Infinity;

  constructor(config: AdminHttpConfig, parts: HttpServerParts, limits = LIMITS) {
    this.#config = config;
    this.#parts = parts;
    this.#address = formatEndpoint(config.address.host, config.address.port);
    const { clock, log } = parts;
    const gate = new Gate(config.credentials, { clock, lockedOut: (locked) => log.event('http-locked-out', locked) });
    this.#reader = new Reader(gate, parts.sources);
    this.#server = createServer(
      {
        maxHeaderSize: limits.headerBytes,
        headersTimeout: limits.requestTimeoutMs,
        requestTimeout: limits.requestTimeoutMs,
        connectionsCheckingInterval: limits.requestTimeoutMs / LOOKS_PER_TIMEOUT,
        keepAliveTimeout: limits.keepAliveTimeoutMs,
      },
      (request, response) => this.#serve(request, response),
    );
    this.#server.maxConnections = config.maxconn;
    this.#server.setTimeout(limits.silenceTimeoutMs);
  }

  /** Where it listens; once bound, with the port that the system gave for port 0. */
  get address(): string {
    return this.#address;
  }

  bind(): Promise<HttpBound> {
    const server = this.#server;
    const { host, port } = this.#config.address;
    return new Promise((resolve) => {
      const failed = ({ message }: Error): void => {
        resolve({ kind: 'fault', message: `cannot listen on ${this.#address}: ${message}` });
      };
      server.once('error', failed);
      // As for frontends: `[::]` means IPv6 alone, so that it can stand beside `*`.
      server.listen({ host, port, ipv6Only: true }, () => {
        server.off('error', failed);
        server.on('error', (error) => this.#failed(error));
        const bound = server.address();
        if (bound !== null && typeof bound === 'object') this.#address = formatEndpoint(bound.address, bound.port);
        resolve({ kind: 'bound' });
      });
    });
  }

  /** Listens no more, and ends all connections. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    // A caller that is gone needs no answer.
    request.on('error', () => {});
    response.on('error', () => {});
    const { method = '', url: target = '', headers, socket } = request;
    if (this.#answering.has(socket)) {
      // Nobody who means well sends requests ahead; the answers to one read full of them would be held all at once.
      socket.destroy();
      return;
    }
    this.#answering.add(socket);
    response.on('close', () => void this.#answering.delete(socket));
    try {
      const { authorization } = headers;
      write(response, this.#reader.answer({ method, target, from: socket.remoteAddress ?? '', authorization }));
    } catch (error) {
      // A fault in the program costs this answer, and nothing else.
      this.#parts.log.event('internal-error', { session: undefined, stack: stackOf(error) });
      write(response, plain(500, 'Internal error; the log has more about it.'));
    }
  }

  /** Without descriptors, accepting fails in every turn of the event loop. */
  #failed(error: Error): void {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + QUIET_MS;
    this.#parts.log.event('internal-error', { session: undefined, stack: stackOf(error) });
  }
}

/** Node leaves out the body where the method is HEAD. */
function write(response: ServerResponse, { status, type, body, headers }: Answer): void {
  const lengthBytes = Buffer.byteLength(body);
  response.writeHead(status, { ...COMMON_HEADERS, 'content-type': type, 'content-length': lengthBytes, ...headers });
  response.end(body);
}
