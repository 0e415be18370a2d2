/** How a session must go about finding its server: places, tries, pauses, and when each of them is too late. Pure. */

import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { FailedTry } from '../../src/balancer/placing-state.js';
import type { Server } from '../../src/balancer/server.js';
import type { SessionRules } from '../../src/balancer/session-state.js';
import { ANSWER, CONNECT, commandOf, concat } from './frames.js';
import type { Sightings } from './sightings.js';
import type { WitnessedFarm } from './witnessed-farm.js';

type Seeking =
  /** It has asked for a place, in this very event. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'queued'; readonly sinceMs: number }
  /** There was nothing to wait for any more: it asks once again, in an event of its own. */
  | { readonly kind: 'turned-away'; readonly sinceMs: number }
  | { readonly kind: 'waiting' | 'dialling' | 'logging-in'; readonly server: Server; readonly sinceMs: number };

/** It has a place, and does not dial yet. */
export interface Pause {
  readonly server: Server;
  readonly untilMs: number;
}

const MOST_PAUSE_MS = 1000;

interface SearchParts {
  readonly rules: SessionRules;
  readonly farm: WitnessedFarm;
  readonly sightings: Sightings;
  readonly nowMs: () => number;
}

export class WitnessedSearch {
  readonly failedTries: FailedTry[] = [];
  readonly #rules: SessionRules;
  readonly #farm: WitnessedFarm;
  readonly #sightings: Sightings;
  readonly #nowMs: () => number;
  #seeking: Seeking = { kind: 'asking' };
  #answer: Uint8Array = new Uint8Array(0);

  constructor({ rules, farm, sightings, nowMs }: SearchParts) {
    this.#rules = rules;
    this.#farm = farm;
    this.#sightings = sightings;
    this.#nowMs = nowMs;
  }

  get kind(): Seeking['kind'] {
    return this.#seeking.kind;
  }

  /** The server on which it has a place. */
  get place(): Server | undefined {
    return 'server' in this.#seeking ? this.#seeking.server : undefined;
  }

  /** When it must do something by itself. */
  get deadlineMs(): number {
    const seeking = this.#seeking;
    switch (seeking.kind) {
      case 'asking':
        return Infinity;
      case 'queued':
        return seeking.sinceMs + this.#rules.queueTimeoutMs;
      case 'turned-away':
        return seeking.sinceMs;
      case 'waiting':
        return seeking.sinceMs + this.#pauseMs(seeking.server);
      case 'dialling':
        return seeking.sinceMs + this.#rules.connectTimeoutMs;
      case 'logging-in':
        return seeking.sinceMs + this.#rules.loginTimeoutMs;
    }
  }

  ask(): void {
    this.#seeking = { kind: 'asking' };
  }

  /** Nobody can be placed any more: who is in the queue need not wait on. */
  isTurnedAway(): void {
    if (this.#seeking.kind === 'queued') this.#seeking = { kind: 'turned-away', sinceMs: this.#nowMs() };
  }

  /** The session dials. Returns what is wrong about it. */
  dials(server: Server): string | undefined {
    const seeking = this.#seeking;
    this.#seeking = { kind: 'dialling', server, sinceMs: this.#nowMs() };
    if (!this.#farm.takes(server)) return `dials ${server.name}, which takes no new session`;
    if (seeking.kind === 'waiting') {
      if (seeking.server !== server) return `tries ${server.name} again instead of ${seeking.server.name}`;
      return this.#nowMs() === seeking.sinceMs + this.#pauseMs(server)
        ? undefined
        : 'does not pause before the same server';
    }
    if (seeking.kind !== 'asking') return `dials ${server.name} while ${seeking.kind}`;
    return this.#hasTried(server) ? `does not pause before ${server.name}, which has failed` : undefined;
  }

  /**
   * What became of asking for a place is known when the event is over: it is in the queue, or has a place and waits.
   * Returns what is wrong about it.
   */
  learn(isQueued: boolean, pause: Pause | undefined): string | undefined {
    const { kind } = this.#seeking;
    if (kind !== 'asking' && kind !== 'queued') return undefined;
    if (pause !== undefined) {
      const { server, untilMs } = pause;
      this.#seeking = { kind: 'waiting', server, sinceMs: untilMs - this.#pauseMs(server) };
      if (!this.#farm.takes(server)) return `has a place on ${server.name}, which takes no new session`;
      if (!this.#hasTried(server)) return kind === 'queued' ? undefined : `does not dial ${server.name} at once`;
      const untried = this.#farm.candidates.find((candidate) => !this.#hasTried(candidate));
      return untried && `tries ${server.name} again though ${untried.name} is untried`;
    }
    if (isQueued && kind === 'asking') this.#seeking = { kind: 'queued', sinceMs: this.#nowMs() };
    return undefined;
  }

  /** The server has been shown the login. */
  logsIn(): void {
    const seeking = this.#seeking;
    if (seeking.kind !== 'dialling') throw new Error(`a server accepts while ${seeking.kind}`);
    this.#seeking = { ...seeking, kind: 'logging-in', sinceMs: this.#nowMs() };
    this.#answer = new Uint8Array(0);
  }

  /** What the server says to the login. */
  reads(chunk: Uint8Array): 'more' | 'no CONNECT_RESP' | { readonly answer: Uint8Array; readonly rest: Uint8Array } {
    this.#answer = concat([this.#answer, chunk]);
    const bytes = this.#answer;
    if (bytes.length < 8) return 'more';
    const lengthBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (commandOf(bytes) !== ANSWER + CONNECT || (lengthBytes !== 30 && lengthBytes !== 33)) return 'no CONNECT_RESP';
    if (bytes.length < lengthBytes) return 'more';
    if (this.place !== undefined) this.#sightings.sees(this.place, 'answers');
    return { answer: bytes.slice(0, lengthBytes), rest: bytes.slice(lengthBytes) };
  }

  /** A try came to nothing. What takes no session any more is not tried again, whatever the rules say. */
  fails(reason: CloseReason): FailedTry['next'] {
    const { retries, redispatch } = this.#rules;
    const server = this.place;
    if (server === undefined) throw new Error(`${reason} of no try`);
    // That a server went down was somebody else's finding.
    if (reason !== 'server-marked-down') this.#sightings.sees(server, 'linkLosses');
    const attempt = this.failedTries.length + 1;
    const left = retries + 1 - attempt;
    const isElsewhere =
      !this.#farm.takes(server) || redispatch === 'every-retry' || (redispatch === 'last-retry' && left === 1);
    const next = left === 0 ? 'close' : isElsewhere ? 'redispatch' : 'retry';
    this.failedTries.push({ server, reason, detail: '', attempt, next, malformed: undefined });
    if (next === 'retry') this.#seeking = { kind: 'waiting', server, sinceMs: this.#nowMs() };
    return next;
  }

  /** Before a server that has failed; before others none, but whoever was handed a place goes on in its own event. */
  #pauseMs(server: Server): number {
    return this.#hasTried(server) ? Math.min(MOST_PAUSE_MS, this.#rules.connectTimeoutMs) : 0;
  }

  #hasTried(server: Server): boolean {
    return this.failedTries.some((failed) => failed.server === server);
  }
}
