/** How many bytes may be read now by somebody who reads only so fast. Pure: the time is given. */

export class ReadRate {
  readonly #bytesPerSecond: number;
  #allowedBytes = 0;
  #sinceMs: number;

  constructor(bytesPerSecond: number, nowMs: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#sinceMs = nowMs;
  }

  /** Takes whole bytes out of what has come to be allowed since the last call; never more than a second's. */
  take(wantedBytes: number, nowMs: number): number {
    const gainedBytes = ((nowMs - this.#sinceMs) * this.#bytesPerSecond) / 1000;
    this.#allowedBytes = Math.min(this.#allowedBytes + gainedBytes, Math.max(1, this.#bytesPerSecond));
    this.#sinceMs = nowMs;
    const takenBytes = Math.min(wantedBytes, Math.floor(this.#allowedBytes));
    this.#allowedBytes -= takenBytes;
    return takenBytes;
  }
}
