/**
 * Cuts a TCP byte stream into CMPP frames (specification 3.0, 8.2). Pure.
 *
 * Whole frames in a chunk are handed out as ranges of that chunk, without a copy. Only a frame that a chunk cuts is
 * collected, in a buffer of that frame's own length, so that a framer never holds more than its limit.
 */

import { HEADER_BYTES, readUint32 } from './header.js';

/** A legal 3.0 group SUBMIT of 99 destinations is 3,471 bytes; peers in the field send up to 4,096. */
export const DEFAULT_MAX_FRAME_BYTES = 8192;

/** Total_Length is the first field; with these bytes a frame's end is known. */
const LENGTH_BYTES = 4;
const NOTHING = new Uint8Array(0);

export type FrameFault =
  | { readonly kind: 'length-too-small'; readonly lengthBytes: number; readonly limitBytes: typeof HEADER_BYTES }
  | { readonly kind: 'length-too-large'; readonly lengthBytes: number; readonly limitBytes: number };

/** Receives each whole frame, in order: the bytes `start` to `end` of `bytes`, which are its own only during the call. */
export interface FrameSink {
  frame(bytes: Uint8Array, start: number, end: number): void;
}

export class Framer {
  readonly #limitBytes: number;
  /** The frame that the last chunk cut; its capacity is LENGTH_BYTES until Total_Length is known, then that length. */
  #held: Uint8Array = NOTHING;
  #heldBytes = 0;

  constructor(limitBytes: number = DEFAULT_MAX_FRAME_BYTES) {
    this.#limitBytes = limitBytes;
  }

  /** The bytes of the frame that has begun and not ended; pushed to a fresh framer, they restore this one's state. */
  get tail(): Uint8Array {
    return this.#held.subarray(0, this.#heldBytes);
  }

  /**
   * Hands every frame that `chunk` completes to `sink`. Returns the fault that makes the rest of the stream unreadable,
   * found as soon as Total_Length is there; the stream ends with it, so the framer must not be pushed to again.
   */
  push(chunk: Uint8Array, sink: FrameSink): FrameFault | undefined {
    let start = 0;
    if (this.#heldBytes > 0) {
      start = this.#fill(chunk, LENGTH_BYTES, 0);
      if (this.#heldBytes < LENGTH_BYTES) return undefined;
      const lengthBytes = readUint32(this.#held, 0);
      const fault = this.#check(lengthBytes);
      if (fault !== undefined) return fault;
      start = this.#fill(chunk, lengthBytes, start);
      if (this.#heldBytes < lengthBytes) return undefined;
      const frame = this.#held;
      this.#held = NOTHING;
      this.#heldBytes = 0;
      sink.frame(frame, 0, lengthBytes);
    }
    const chunkEnd = chunk.length;
    while (chunkEnd - start >= LENGTH_BYTES) {
      const lengthBytes = readUint32(chunk, start);
      // The limit is checked before anything is waited for, so that a bad peer cannot make us hold 4 GiB.
      const fault = this.#check(lengthBytes);
      if (fault !== undefined) return fault;
      if (chunkEnd - start < lengthBytes) {
        this.#fill(chunk, lengthBytes, start);
        return undefined;
      }
      sink.frame(chunk, start, start + lengthBytes);
      start += lengthBytes;
    }
    if (start < chunkEnd) this.#fill(chunk, LENGTH_BYTES, start);
    return undefined;
  }

  #check(lengthBytes: number): FrameFault | undefined {
    if (lengthBytes < HEADER_BYTES) return { kind: 'length-too-small', lengthBytes, limitBytes: HEADER_BYTES };
    if (lengthBytes > this.#limitBytes) {
      return { kind: 'length-too-large', lengthBytes, limitBytes: this.#limitBytes };
    }
    return undefined;
  }

  /** Holds bytes of `chunk` from `start` on until `wantedBytes` are held. Returns where the chunk goes on. */
  #fill(chunk: Uint8Array, wantedBytes: number, start: number): number {
    if (this.#heldBytes >= wantedBytes) return start;
    if (this.#held.length < wantedBytes) {
      const grown = new Uint8Array(wantedBytes);
      grown.set(this.tail);
      this.#held = grown;
    }
    const end = Math.min(chunk.length, start + wantedBytes - this.#heldBytes);
    this.#held.set(chunk.subarray(start, end), this.#heldBytes);
    this.#heldBytes += end - start;
    return end;
  }
}
