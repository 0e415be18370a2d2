/** What must be written to one leg, in order, and has not been yet. Pure. */

import { isSame } from './frames.js';

export class ExpectedOutput {
  readonly #pieces: Uint8Array[] = [];

  /** A frame in mode cmpp, which must be written whole; in mode tcp any bytes. */
  expect(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
  }

  get isMet(): boolean {
    return this.#pieces.length === 0;
  }

  clear(): void {
    this.#pieces.length = 0;
  }

  /** Takes what was written. Returns what is wrong about it. */
  wrote(bytes: Uint8Array): string | undefined {
    let start = 0;
    while (start < bytes.length) {
      const piece = this.#pieces.shift();
      if (piece === undefined) return `${bytes.length - start} bytes more than were to be written`;
      const end = start + piece.length;
      if (end > bytes.length) return `a frame of ${piece.length} bytes is cut after ${bytes.length - start}`;
      if (!isSame(bytes.subarray(start, end), piece)) return `other bytes than a frame of ${piece.length} that was due`;
      start = end;
    }
    return undefined;
  }

  describe(): string {
    return `${this.#pieces.length} due: ${this.#pieces.map((piece) => piece.length).join(', ')} bytes`;
  }
}
