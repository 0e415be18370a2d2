/** What one session has of its account's rate: it pays at once, or asks for its turn and pays then. Pure. */

import type { Account } from './account.js';
import type { TokenBucket } from './token-bucket.js';

/** Tokens of so much time are asked for at once, so that a session that is held back wakes seldom. */
const PORTION_MS = 20;

interface Turn {
  readonly bucket: TokenBucket;
  /** Tokens that are set aside for it. */
  left: number;
  dueMs: number;
}

export class RateClaim {
  readonly #account: Account;
  #turn: Turn | undefined;

  constructor(account: Account) {
    this.#account = account;
  }

  /** When it is its turn; Infinity when it has not asked. */
  get dueMs(): number {
    return this.#turn?.dueMs ?? Infinity;
  }

  /** Pays, if that can be done now. */
  take(cost: number, nowMs: number): boolean {
    return this.#account.bucket(nowMs)?.take(cost, nowMs) ?? true;
  }

  /** Pays, if it is its turn; else it will be at `dueMs`. */
  pay(cost: number, nowMs: number): boolean {
    const bucket = this.#account.bucket(nowMs);
    if (bucket === undefined) return true;
    if (this.#turn !== undefined && (this.#turn.bucket !== bucket || this.#turn.left < cost)) this.giveBack();
    if (this.#turn === undefined) {
      if (bucket.take(cost, nowMs)) return true;
      const left = Math.max(cost, bucket.portionOf(PORTION_MS));
      this.#turn = { bucket, left, dueMs: bucket.reserve(left, nowMs) };
    }
    return this.#spend(this.#turn, cost, nowMs);
  }

  /** The account's rate may be another one: it asks anew, at once. */
  renew(nowMs: number): void {
    if (this.#turn !== undefined) this.#turn.dueMs = nowMs;
  }

  /** It needs no more. */
  giveBack(): void {
    this.#turn?.bucket.release(this.#turn.left);
    this.#turn = undefined;
  }

  #spend(turn: Turn, cost: number, nowMs: number): boolean {
    if (nowMs < turn.dueMs) return false;
    const dueMs = turn.bucket.spend(cost, nowMs);
    if (dueMs !== undefined) {
      turn.dueMs = dueMs;
      return false;
    }
    turn.left -= cost;
    return true;
  }
}
