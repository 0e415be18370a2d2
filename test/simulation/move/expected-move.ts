/** When a session may and must move, for which cause, and how long it must wait for those that it leaves. Pure. */

import type { MoveCause } from '../../../src/balancer/move-order.js';
import { isUsable } from '../../../src/balancer/server.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import type { Facts } from './facts.js';
import type { LinkRecord } from './link-record.js';

export class ExpectedMove {
  readonly #facts: Facts;
  readonly #rules: SessionRules;
  #move: { readonly cause: MoveCause; readonly sinceMs: number } | undefined;
  #hasDialled = false;

  constructor(facts: Facts, rules: SessionRules) {
    this.#facts = facts;
    this.#rules = rules;
  }

  /** Whether anything has told it to, or made it. */
  get isUnderWay(): boolean {
    return this.#move !== undefined;
  }

  /** The first cause is the one that is told. */
  begins(cause: MoveCause, nowMs: number): void {
    this.#move ??= { cause, sinceMs: nowMs };
  }

  /** Its server is lost, or will not be for long. */
  distrusts(cause: MoveCause, nowMs: number): void {
    this.begins(cause, nowMs);
    this.#facts.distrustedAtMs ??= nowMs;
  }

  /** It dials; `isVain`: the server that it leaves, though there is another one. Returns what is wrong about that. */
  dials(isVain: boolean, nowMs: number): string | undefined {
    const isFirst = !this.#hasDialled && nowMs === this.#move?.sinceMs;
    this.#hasDialled = true;
    return isVain && isFirst ? 'goes back to its server though there is another one' : undefined;
  }

  /** Whether it may leave a server that is still there, and owes or waits for answers. */
  mayPart(next: LinkRecord | undefined, nowMs: number): boolean {
    const { moveTimeoutMs, holdTimeoutMs } = this.#rules;
    const sinceMs = next?.acceptedAtMs ?? Infinity;
    return nowMs >= Math.min(sinceMs + moveTimeoutMs, (this.#facts.distrustedAtMs ?? Infinity) + holdTimeoutMs);
  }

  /** It tells that it has moved. Returns what is wrong about that. */
  ends(cause: MoveCause, tookMs: number, nowMs: number): string | undefined {
    const move = this.#move;
    if (move === undefined || cause !== move.cause) return `moves for ${cause}, and should for ${move?.cause}`;
    if (tookMs !== nowMs - move.sinceMs) return `has moved in ${tookMs} ms, and began at ${move.sinceMs} ms`;
    this.#over();
    return undefined;
  }

  /** It tells that it stays on this server. */
  stays(cause: MoveCause, link: LinkRecord | undefined): string | undefined {
    if (cause !== this.#move?.cause) return `was to move for ${cause}, and should for ${this.#move?.cause}`;
    if (link?.state !== 'accepted') return 'stays on a server that is lost';
    if (this.#facts.distrustedAtMs !== undefined && !isUsable(link.server)) return 'stays on a server that is down';
    this.#over();
    return undefined;
  }

  #over(): void {
    this.#move = undefined;
    this.#hasDialled = false;
    this.#facts.distrustedAtMs = undefined;
  }
}
