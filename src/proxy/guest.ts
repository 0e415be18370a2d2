/** One accepted connection: who it is, whether it is let in, its session, and what is told of it. */

import type { Limited } from '../balancer/account-limiter.js';
import type { CloseReason } from '../balancer/close-reason.js';
import type { Conversation, InDoubt } from '../balancer/conversation.js';
import type { MoveCause } from '../balancer/move-order.js';
import type { FailedTry } from '../balancer/placing-state.js';
import type { Server } from '../balancer/server.js';
import { addClientTraffic, addRelayed } from '../balancer/session-traffic.js';
import { malformedBegin } from '../balancer/malformed.js';
import { Chunk } from '../balancer/session-port.js';
import { stackOf } from '../log/event.js';
import { formatAddress, formatEndpoint, parseAddress } from '../runtime/address.js';
import { Traffic } from '../stats/traffic.js';
import { endsOf } from './bare-socket.js';
import type { AnySocket } from './bare-socket.js';
import type { FrontendParts, ListenerEntrance } from './frontend.js';
import { PROXY_HEADER_LIMIT_BYTES, readProxyHeader } from './proxy-header.js';
import type { ProxyHeader } from './proxy-header.js';
import { noteEnd, noteMove, noteStart } from './account-statistics.js';
import { SessionDriver } from './session-driver.js';
import type { DriverHost } from './session-driver.js';
import { endValues, startValues } from './session-lines.js';
import type { SessionFacts } from './session-lines.js';
import { noteStreamError } from './stream-error-notes.js';
import type { DialAddress } from './transport.js';

const NO_ADDRESS = new Uint8Array(0);
const NOTHING = new Uint8Array(0);
/** Where it was we who did not listen. */
const REFUSALS: ReadonlySet<CloseReason> = new Set(['maxconn', 'source-maxconn']);

/** The frontend's side of it. */
export interface GuestHost {
  readonly parts: FrontendParts;
  /** Counts the guest for its address; or says why it is one too many. */
  enterSource(guest: Guest, source: string): CloseReason | undefined;
  /** The guest's session is closed. */
  left(guest: Guest): void;
}

export class Guest implements DriverHost, SessionFacts {
  readonly id: number;
  readonly entrance: ListenerEntrance;
  readonly acceptedWallMs: number;
  readonly driver: SessionDriver;
  readonly #host: GuestHost;
  /** The client and the address that it connected to, as a server that wants a PROXY header is told. */
  #ends: ProxyHeader;
  /** What was said with the servers that it has left; undefined if it has left none. */
  #former: Traffic | undefined;
  /** Where it had to stay, and why, when it was to move the last time; undefined if it has moved since. */
  #stayed: { readonly server: Server; readonly cause: MoveCause; readonly reason: CloseReason } | undefined;
  /** What has come of a PROXY header that is not whole, or is none. */
  #heldHeader: Uint8Array = NOTHING;

  constructor(socket: AnySocket, entrance: ListenerEntrance, host: GuestHost) {
    const { clock, nextId, driverParts } = host.parts;
    this.id = nextId();
    this.entrance = entrance;
    this.acceptedWallMs = clock.wallMs();
    this.#host = host;
    this.#ends = headerOf(socket);
    this.driver = new SessionDriver(socket, driverParts, this);
  }

  get listener(): string {
    return this.entrance.address;
  }

  get frontend(): string {
    return this.#host.parts.name;
  }

  get service(): FrontendParts['service'] {
    return this.#host.parts.service;
  }

  get source(): string {
    const ends = this.#ends;
    if (ends.kind === 'proxied') return formatEndpoint(ends.source.address, ends.source.port);
    // A client that is gone already has no address any more.
    return this.listener.startsWith('unix:') ? 'unix:' : 'unknown';
  }

  /** Its address without the port: what limits and hashes go by. Empty for a client without one. */
  get address(): string {
    return this.#ends.kind === 'proxied' ? this.#ends.source.address : '';
  }

  /** It is known where the client is: its session begins, and if it is only to be told that it is refused. */
  welcome(refusal: CloseReason | undefined): void {
    const bytes = parseAddress(this.address) ?? NO_ADDRESS;
    const source = bytes.length === 0 ? '' : formatAddress(bytes);
    this.driver.begin(bytes, refusal ?? this.#host.enterSource(this, source));
  }

  /** A PROXY header comes first, and says whose connection this is. */
  awaitProxyHeader(refusal: CloseReason | undefined, deadlineMs: number): void {
    this.driver.intercept((chunk) => {
      const bytes = Buffer.concat([this.#heldHeader, chunk.bytes]);
      const read = readProxyHeader(bytes.subarray(0, PROXY_HEADER_LIMIT_BYTES));
      this.#heldHeader = read.kind === 'header' ? NOTHING : bytes;
      if (read.kind === 'fault') {
        const { clock } = this.#host.parts;
        this.driver.session.malformed = malformedBegin('client', bytes, clock.nowMs());
        this.driver.turnAway('login-proxy-header', read.message);
      } else if (read.kind === 'header') {
        if (read.header.kind === 'proxied') this.#ends = read.header;
        this.welcome(refusal);
        const rest = bytes.subarray(read.consumedBytes);
        if (rest.length > 0) this.driver.received('client', new Chunk(rest));
      }
    }, deadlineMs);
  }

  routeTo(server: Server): { address: DialAddress; preface: Uint8Array | undefined } {
    this.service.statistics.dialled(server);
    return this.service.routeTo(server, this.#ends);
  }

  started(): void {
    const { clock, log, totals } = this.#host.parts;
    this.service.statistics.started(this.driver.session);
    noteStart(totals, this.driver.session, clock);
    if (log.isEnabled('info')) log.event('session-start', startValues(this.driver.session, this));
  }

  tryFailed(failed: FailedTry): void {
    const { clock, totals } = this.#host.parts;
    this.service.statistics.tryFailed(failed);
    noteStreamError(totals, failed, this, clock);
    const { server, reason, detail, attempt, next } = failed;
    const what = { reason, why: detail, attempt, next };
    this.#host.parts.log.event('server-failed', { ...this.#place(server), ...what });
  }

  moved(from: Conversation, cause: MoveCause, tookMs: number): void {
    const { session } = this.driver;
    this.#stayed = undefined;
    this.service.statistics.moved(from, session);
    const { counters, totals } = this.#host.parts;
    noteMove(totals, session, from);
    this.#former ??= new Traffic();
    const sums = [counters.traffic, this.entrance.counters.traffic, this.#former];
    for (const traffic of sums) addRelayed(traffic, from);
    const to = session.conversation?.server.name ?? '';
    this.#host.parts.log.event('session-moved', { ...this.#place(from.server), to, cause, tookMs: Math.round(tookMs) });
  }

  stayed(cause: MoveCause, reason: CloseReason): void {
    const { server } = this.driver.session.conversation ?? {};
    if (server === undefined) return;
    const last = this.#stayed;
    this.#stayed = { server, cause, reason };
    // One that is drained is told to move again and again, as long as there is nowhere to go: that is one failure.
    if (last?.server === server && last.cause === cause && last.reason === reason) return;
    this.service.statistics.stayed(server);
    this.#host.parts.log.event('session-stayed', { ...this.#place(server), cause, reason });
  }

  doubted(server: Server, { submits, rejected, kept, forgotten }: InDoubt): void {
    this.service.statistics.doubted(server, submits);
    const what = { submits, rejected, kept: kept.length, forgotten };
    this.#host.parts.log.event('session-in-doubt', { ...this.#place(server), ...what });
  }

  limited(outcome: Limited): void {
    for (const { limited } of [this.#host.parts.counters, this.entrance.counters]) limited[outcome] += 1;
  }

  #place(server: Server): { readonly session: string; readonly backend: string; readonly server: string } {
    return { session: String(this.id), backend: this.service.name, server: server.name };
  }

  ended(reason: CloseReason, nowMs: number): void {
    const { log, totals, dontlognull, sessionsNow } = this.#host.parts;
    const { session } = this.driver;
    totals.close(reason);
    try {
      this.#count(reason, nowMs);
      if (!log.isEnabled('info') || (dontlognull && this.#isNull(reason))) return;
      log.event('session-end', endValues(session, this, { reason, former: this.#former, now: sessionsNow() }, nowMs));
    } finally {
      // A fault in what is told must not keep the place.
      this.#host.left(this);
    }
  }

  /** From the living sessions to the ended ones. */
  #count(reason: CloseReason, nowMs: number): void {
    const { session } = this.driver;
    const { clock, totals } = this.#host.parts;
    const { detail, malformed, placing } = session;
    noteEnd(totals, session, reason);
    noteStreamError(totals, { malformed, reason, detail, server: placing?.lastServer }, this, clock);
    for (const { endings, traffic } of [this.#host.parts.counters, this.entrance.counters]) {
      endings.add(reason, session.conversation !== undefined);
      addClientTraffic(traffic, session);
    }
    if (session.placing !== undefined) this.service.statistics.ended(session, reason, nowMs);
  }

  /** Whether the client has said nothing at all, though it was listened to: a port scan, or a check that only connects. */
  #isNull(reason: CloseReason): boolean {
    const { receivedBytes, conversation } = this.driver.session;
    if (receivedBytes > 0 || this.#heldHeader.length > 0 || REFUSALS.has(reason)) return false;
    return conversation?.startedAtMs === undefined;
  }

  failed(error: unknown): void {
    this.#host.parts.log.event('internal-error', { session: String(this.id), stack: stackOf(error) });
  }
}

/** What a PROXY header would say of it. */
function headerOf(socket: AnySocket): ProxyHeader {
  const ends = endsOf(socket);
  return ends === undefined ? { kind: 'unknown' } : { kind: 'proxied', source: ends.remote, destination: ends.local };
}
