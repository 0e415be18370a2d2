/** When a session may and must move, for which cause, and how long it must wait for those that it leaves. Pure. */

import type { MoveCause } from '../../../src/balancer/move-order.js';
import { isUsable } from '../../../src/balancer/server.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import type { Facts } from './facts.js';
import type { LinkRecord } from './link-record.js';

/** A server that was there for so long was none that comes and goes. */
const LASTING_MS = 10_000;

interface Stay {
  readonly arrivedAtMs: number;
  lostAtMs: number;
}

export class ExpectedMove {
  /** With servers that were lost, or are there; in order. */
  readonly #stays: Stay[] = [];
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

  /** It has a server: the first one, or another one. */
  arrives(nowMs: number): void {
    this.#stays.push({ arrivedAtMs: nowMs, lostAtMs: Infinity });
  }

  /** Its server is lost, or will not be for long. */
  loses(cause: MoveCause, nowMs: number): void {
    const stay = this.#stays.at(-1);
    if (stay?.lostAtMs === Infinity) stay.lostAtMs = nowMs;
    this.begins(cause, nowMs);
    if (this.#facts.distrustedAtMs !== undefined) return;
    this.#facts.distrustedAtMs = nowMs;
    this.#facts.withoutMs = this.#row
      .slice(0, -1)
      .reduce((sum, each) => sum + this.#arrivalAfter(each) - each.lostAtMs, 0);
  }

  /** How long nobody is dialled, from the last loss on. */
  get pauseMs(): number {
    const pauses = [0, 0, 0, 1000, 2000, 4000, 8000];
    return pauses[this.#row.length] ?? 10_000;
  }

  #arrivalAfter(stay: Stay): number {
    return this.#stays[this.#stays.indexOf(stay) + 1]?.arrivedAtMs ?? stay.lostAtMs;
  }

  /** The servers that were lost one soon after the other, up to the last one. */
  get #row(): Stay[] {
    const lost = this.#stays.filter(({ lostAtMs }) => lostAtMs < Infinity);
    const first = lost.findLastIndex(({ arrivedAtMs, lostAtMs }) => lostAtMs - arrivedAtMs >= LASTING_MS);
    return lost.slice(Math.max(0, first));
  }

  /** It dials; `isVain`: the server that it leaves, though there is another one. Returns what is wrong about that. */
  dials(isVain: boolean, nowMs: number): string | undefined {
    const isFirst = !this.#hasDialled && nowMs === this.#move?.sinceMs;
    this.#hasDialled = true;
    const lostAtMs = this.#stays.at(-1)?.lostAtMs ?? Infinity;
    // Where it moves for another reason already, another server may be on its way.
    const isLoss = this.#move?.sinceMs === lostAtMs;
    if (isLoss && nowMs < lostAtMs + this.pauseMs) return 'logs in again too soon';
    return isVain && isFirst ? 'goes back to its server though there is another one' : undefined;
  }

  /** The next server has accepted the login. Returns from when on the former one is waited for. */
  accepted(former: LinkRecord | undefined, nowMs: number): number {
    // One that was known to be down is not waited for twice.
    const isKnown = former !== undefined && this.#facts.distrustedAtMs !== undefined;
    return isKnown ? Math.min(former.saidAtMs, nowMs) : nowMs;
  }

  /** Whether it may leave a server that is still there, and owes or waits for answers. */
  mayPart(next: LinkRecord | undefined, nowMs: number): boolean {
    const { moveTimeoutMs, holdTimeoutMs } = this.#rules;
    const sinceMs = next?.waitsSinceMs ?? Infinity;
    const { distrustedAtMs = Infinity, withoutMs } = this.#facts;
    return nowMs >= Math.min(sinceMs + moveTimeoutMs, distrustedAtMs + holdTimeoutMs - withoutMs);
  }

  /** It tells that it has moved. Returns what is wrong about that. */
  ends(cause: MoveCause, tookMs: number, nowMs: number): string | undefined {
    const move = this.#move;
    if (move === undefined || cause !== move.cause) return `moves for ${cause}, and should for ${move?.cause}`;
    if (tookMs !== nowMs - move.sinceMs) return `has moved in ${tookMs} ms, and began at ${move.sinceMs} ms`;
    this.#over();
    this.arrives(nowMs);
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
    this.#facts.withoutMs = 0;
  }
}
