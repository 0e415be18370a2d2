/** Serves requests by HTTP on one address, within limits. */

import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { AdminHttpConfig } from '../../config/config.js';
import { stackOf } from '../../log/event.js';
import type { Log } from '../../log/log.js';
import { formatEndpoint } from '../../runtime/address.js';
import type { Clock } from '../../runtime/clock.js';
import { createApplication } from './application.js';
import { EventFeed } from './event-feed.js';
import type { FeedLimits } from './event-feed.js';
import { Gate } from './gate.js';
import { Refusals, tellingOf } from './refusal.js';
import type { RefusalReason } from './refusal.js';
import { plain } from './respond.js';
import { Sampler } from './sampler.js';
import type { Sources } from './sources.js';

export interface HttpLimits {
  /** All headers of a request together. */
  readonly headerBytes: number;
  /** How long a request may take to come. */
  readonly requestTimeoutMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  /** How long a connection may be silent at all, also because its caller takes no answer. */
  readonly silenceTimeoutMs: number;
  /** What a reader of the events may leave unread. */
  readonly unreadBytes: number;
}

/** Whoever scrapes comes again within 15 to 60 s; to connect anew for that costs nothing worth keeping for. */
const LIMITS: HttpLimits = {
  headerBytes: 8192,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 20_000,
  silenceTimeoutMs: 30_000,
  unreadBytes: 256 * 1024,
};

/** Half of the time that a connection may be silent. */
const HEARTBEATS_PER_SILENCE = 2;
/** Readers of the events keep their connections: the other half stays for everybody else. */
const READERS_PER_CONNECTION = 0.5;

/** Node looks for requests that take too long so many times within the time that they may take. */
const LOOKS_PER_TIMEOUT = 4;
/** A server that can't accept says so at most this often. */
const QUIET_MS = 1000;

export interface HttpServerParts {
  readonly sources: Sources;
  readonly log: Pick<Log, 'event'>;
}

/** Whether it listens, or a sentence for the operator. */
export type HttpBound = { readonly kind: 'bound' } | { readonly kind: 'fault'; readonly message: string };

/** What the parser of Node says of a request that it can't read; all else is `malformed`. */
const PARSER_REASONS: Readonly<Record<string, RefusalReason>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'too-slow',
};

export class HttpServer {
  readonly #config: AdminHttpConfig;
  readonly #log: Pick<Log, 'event'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #refusals: Refusals;
  readonly #feed: EventFeed;
  readonly #sampler: Sampler;
  readonly #server: Server;
  /** Connections whose answer has not been taken. */
  readonly #answering = new WeakSet<Socket>();
  #address: string;
  #quietUntilMs = -Infinity;

  constructor(config: AdminHttpConfig, { sources, log }: HttpServerParts, limits = LIMITS) {
    const { clock } = sources;
    this.#config = config;
    this.#log = log;
    this.#clock = clock;
    this.#address = formatEndpoint(config.address.host, config.address.port);
    const refusals = new Refusals({ clock, log });
    const feed = new EventFeed(feedLimits(config, limits), clock, refusals);
    const sampler = new Sampler({ sources, feed, log });
    const gate = new Gate(config.credentials, { clock, lockedOut: (locked) => log.event('http-locked-out', locked) });
    this.#refusals = refusals;
    this.#feed = feed;
    this.#sampler = sampler;
    const application = createApplication({ config, sources, sampler, feed, gate, refusals, log });
    const answer = getRequestListener((request, env) => application.fetch(request, env), {
      overrideGlobalObjects: false,
      errorHandler: () => this.#unreadable(),
    });
    this.#server = createServer(serverOptions(limits), (request, response) => this.#serve(request, response, answer));
    this.#server.on('clientError', (error, socket) => this.#unparsed(error, socket));
    this.#server.on('drop', (dropped) => refusals.note('maxconn', dropped?.remoteAddress ?? '', ''));
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
        this.#sampler.start();
        resolve({ kind: 'bound' });
      });
    });
  }

  /** Listens no more, and ends all connections. */
  close(): void {
    this.#sampler.stop();
    this.#feed.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse, answer: RequestListener): void {
    // A caller that is gone needs no answer.
    request.on('error', () => {});
    response.on('error', () => {});
    const { socket } = request;
    if (this.#answering.has(socket)) {
      // Nobody who means well sends requests ahead; the answers to one read full of them would be held all at once.
      this.#refusals.note('sent-ahead', socket.remoteAddress ?? '', `${request.method} ${request.url}`);
      socket.destroy();
      return;
    }
    this.#answering.add(socket);
    response.on('close', () => void this.#answering.delete(socket));
    void answer(request, response);
  }

  /** Its target or its Host makes no URL. */
  #unreadable(): Response {
    this.#refusals.note('malformed', '', '');
    const { status, sentence } = tellingOf('malformed');
    return plain(sentence, status, { connection: 'close' });
  }

  /** What is no request, takes too long to be one, or has too many headers. */
  #unparsed(error: Error & { readonly code?: string }, socket: Duplex): void {
    // Whoever closes its connection, or loses it, has asked for nothing.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const reason = PARSER_REASONS[error.code ?? ''] ?? 'malformed';
    this.#refusals.note(reason, socket instanceof Socket ? (socket.remoteAddress ?? '') : '', '');
    const { status } = tellingOf(reason);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      () => {
        socket.destroy();
      },
    );
  }

  /** Without descriptors, accepting fails in every turn of the event loop. */
  #failed(error: Error): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + QUIET_MS;
    this.#log.event('internal-error', { session: undefined, stack: stackOf(error) });
  }
}

type RequestListener = ReturnType<typeof getRequestListener>;

function serverOptions({ headerBytes, requestTimeoutMs, keepAliveTimeoutMs }: HttpLimits) {
  return {
    maxHeaderSize: headerBytes,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: requestTimeoutMs / LOOKS_PER_TIMEOUT,
    keepAliveTimeout: keepAliveTimeoutMs,
  };
}

function feedLimits({ maxconn }: AdminHttpConfig, { unreadBytes, silenceTimeoutMs }: HttpLimits): FeedLimits {
  const readers = Math.max(1, Math.floor(maxconn * READERS_PER_CONNECTION));
  return { readers, unreadBytes, heartbeatMs: silenceTimeoutMs / HEARTBEATS_PER_SILENCE };
}
