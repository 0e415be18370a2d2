/**
 * The servers that a session has lost one soon after the other. One that accepts every login and goes away again must
 * not be logged in to as fast as it does so, and is no server to go on with: what it leaves is one time without any. Pure.
 */

/** A server that was there for so long has not been lost in a row with the one before. */
const LASTING_MS = 10_000;
/** So many in a row are no reason to wait: each may have been well when it was chosen. */
const AT_ONCE = 2;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

export class Losses {
  #arrivedAtMs = -Infinity;
  #lostAtMs = Infinity;
  #inARow = 0;
  #withoutMs = 0;

  /** How long no other server is to be sought, from the loss on. */
  get pauseMs(): number {
    const pauses = this.#inARow - AT_ONCE;
    return pauses <= 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (pauses - 1), LONGEST_PAUSE_MS);
  }

  /** How long the session had no server in this row of losses, before the last of them. */
  get withoutMs(): number {
    return this.#withoutMs;
  }

  /** It has lost its server; that it has may be said twice. */
  lost(nowMs: number): void {
    if (this.#lostAtMs !== Infinity) return;
    this.#lostAtMs = nowMs;
    if (nowMs - this.#arrivedAtMs >= LASTING_MS) {
      this.#inARow = 0;
      this.#withoutMs = 0;
    }
    this.#inARow += 1;
  }

  /** It has another server. */
  arrived(nowMs: number): void {
    if (this.#lostAtMs !== Infinity) this.#withoutMs += nowMs - this.#lostAtMs;
    this.#lostAtMs = Infinity;
    this.#arrivedAtMs = nowMs;
  }
}
