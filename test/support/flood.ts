/** Many megabytes through a session, whose receiver reads or does not. */

import { createHash } from 'node:crypto';
import { CommandId, writeHeader } from '../../src/cmpp/header.js';
import { seededRandom } from '../../src/runtime/random.js';
import type { Peer } from './peer.js';

/** Pieces of bytes that repeat only from piece to piece, none of them alike at their begin. */
export function pieces(count: number, lengthBytes: number): readonly Uint8Array[] {
  const random = seededRandom(count);
  return Array.from({ length: count }, (_, index) => {
    const piece = new Uint8Array(lengthBytes).fill(index);
    for (let at = 0; at < 16; at += 1) piece[at] = random.below(256);
    return piece;
  });
}

/** Whole frames of 12 bytes to max-frame, numbered. */
export function frames(command: 'submit' | 'deliver', count: number): readonly Uint8Array[] {
  const random = seededRandom(count);
  return Array.from({ length: count }, (_, index) => {
    const frame = new Uint8Array(12 + random.below(8192 - 12 + 1)).fill(index);
    writeHeader(frame, CommandId[command], index + 1);
    return frame;
  });
}

export function digestOf(all: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of all) hash.update(piece);
  return hash.digest('hex');
}

/** Sends pieces as fast as the system takes them, one after the other. */
export class Flood {
  readonly done: Promise<void>;
  #takenBytes = 0;

  constructor(peer: Peer, all: readonly Uint8Array[]) {
    this.done = this.#pour(peer, all);
  }

  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** Resolves when it stands still: no byte more is taken while others come and go many times. */
  async stalled(comeAndGo: () => Promise<unknown>): Promise<void> {
    let before = -1;
    while (this.#takenBytes !== before) {
      before = this.#takenBytes;
      for (let times = 0; times < 20; times += 1) await comeAndGo();
    }
  }

  async #pour(peer: Peer, all: readonly Uint8Array[]): Promise<void> {
    for (const piece of all) {
      await peer.sent(piece);
      this.#takenBytes += piece.length;
    }
  }
}

/** Reads so many bytes and no more. Returns their digest. */
export async function drain(peer: Peer, count: number): Promise<string> {
  const hash = createHash('sha256');
  for (let left = count; left > 0;) {
    const piece = await peer.bytes(Math.min(left, 65_536));
    hash.update(piece);
    left -= piece.length;
  }
  return hash.digest('hex');
}
