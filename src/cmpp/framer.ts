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
/** V8 compiles a module's own constant into the code; an imported one is loaded for each frame. */
const SHORTEST_BYTES = HEADER_BYTES;
const NOTHING = new Uint8Array(0);
const CUT = { kind: 'cut' } as const;

export interface FrameFault {
  readonly kind: 'length-too-small' | 'length-too-large';
  readonly lengthBytes: number;
  /** What it must have at least, or may have at most. */
  readonly limitBytes: number;
  /** Where the frame begins in the chunk that showed it; below 0 if it has begun in one before. */
  readonly startsAt: number;
}

/** Receives each whole frame, in order: the bytes `start` to `end` of `bytes`, which are its own only during the call. */
export interface FrameSink {
  frame(bytes: Uint8Array, start: number, end: number): void;
}

/**
 * Where the frame that begins at `start` of `bytes` ends, or -1: then it is cut or at fault, which `Framer.hold` tells
 * apart. The length of `bytes` comes along because asking a DataView for it costs as much as all the rest.
 */
export function frameEnd(bytes: DataView, start: number, endOfBytes: number, limitBytes: number): number {
  const leftBytes = endOfBytes - start;
  if (leftBytes < LENGTH_BYTES) return -1;
  const lengthBytes = bytes.getUint32(start);
  return lengthBytes < SHORTEST_BYTES || lengthBytes > limitBytes || lengthBytes > leftBytes ? -1 : start + lengthBytes;
}

/** What became of a cut frame when more bytes came. */
export type Filled =
  | { readonly kind: 'cut' }
  /** The frame is whole; the chunk goes on at `nextStart`. */
  | { readonly kind: 'whole'; readonly frame: Uint8Array; readonly nextStart: number }
  | FrameFault;

export class Framer {
  readonly #limitBytes: number;
  /** The frame that the last chunk cut; its capacity is LENGTH_BYTES until Total_Length is known, then that length. */
  #held: Uint8Array = NOTHING;
  #heldBytes = 0;

  constructor(limitBytes: number = DEFAULT_MAX_FRAME_BYTES) {
    this.#limitBytes = limitBytes;
  }

  /** How many bytes are held of a frame that has begun and not ended. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Those bytes; pushed to a fresh framer, they restore this one's state. */
  get tail(): Uint8Array {
    return this.#held.subarray(0, this.#heldBytes);
  }

  /** The same, and this framer begins anew. */
  takeTail(): Uint8Array {
    const { tail } = this;
    this.#held = NOTHING;
    this.#heldBytes = 0;
    return tail;
  }

  /**
   * Hands every frame that `chunk` completes to `sink`. Returns the fault that makes the rest of the stream unreadable,
   * found as soon as Total_Length is there; the stream ends with it, so the framer must not be pushed to again.
   */
  push(chunk: Uint8Array, sink: FrameSink): FrameFault | undefined {
    let start = 0;
    if (this.#heldBytes > 0) {
      const filled = this.fill(chunk);
      if (filled.kind === 'cut') return undefined;
      if (filled.kind !== 'whole') return filled;
      sink.frame(filled.frame, 0, filled.frame.length);
      start = filled.nextStart;
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (;;) {
      const end = frameEnd(view, start, chunk.length, this.#limitBytes);
      if (end < 0) return this.hold(chunk, start);
      sink.frame(chunk, start, end);
      start = end;
    }
  }

  /** Goes on with the held frame. */
  fill(chunk: Uint8Array): Filled {
    const startsAt = 0 - this.#heldBytes;
    let start = this.#take(chunk, 0, LENGTH_BYTES);
    if (this.#heldBytes < LENGTH_BYTES) return CUT;
    const lengthBytes = readUint32(this.#held, 0);
    const fault = this.#check(lengthBytes, startsAt);
    if (fault !== undefined) return fault;
    start = this.#take(chunk, start, lengthBytes);
    if (this.#heldBytes < lengthBytes) return CUT;
    const frame = this.#held;
    this.#held = NOTHING;
    this.#heldBytes = 0;
    return { kind: 'whole', frame, nextStart: start };
  }

  /** Holds what is left of `chunk` at `start`, where `frameEnd` has found no whole frame; nothing may be left. */
  hold(chunk: Uint8Array, start: number): FrameFault | undefined {
    if (start === chunk.length) return undefined;
    const filled = this.fill(start === 0 ? chunk : chunk.subarray(start));
    return filled.kind === 'cut' || filled.kind === 'whole' ? undefined : { ...filled, startsAt: start };
  }

  #check(lengthBytes: number, startsAt: number): FrameFault | undefined {
    if (lengthBytes < HEADER_BYTES) {
      return { kind: 'length-too-small', lengthBytes, limitBytes: HEADER_BYTES, startsAt };
    }
    // Before anything is waited for, so that a bad peer cannot make us hold 4 GiB.
    if (lengthBytes > this.#limitBytes) {
      return { kind: 'length-too-large', lengthBytes, limitBytes: this.#limitBytes, startsAt };
    }
    return undefined;
  }

  /** Takes bytes of `chunk` from `start` on until `wantedBytes` are held. Returns where the chunk goes on. */
  #take(chunk: Uint8Array, start: number, wantedBytes: number): number {
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
