/**
 * Reads the first PDU of a stream, before anything is known about the peer. Pure.
 *
 * It holds as many bytes as that PDU may have and not one more, and asks after every chunk whether it is what was
 * expected, so that a foreign stream is refused at its first wrong byte.
 */

/** What a recogniser says of the bytes so far. */
export type Recognised<Found, Refused> =
  { readonly kind: 'more' } | { readonly kind: 'found'; readonly found: Found; readonly lengthBytes: number } | Refused;

/** What a reader says of a chunk: `frame` is the whole PDU, and the chunk goes on behind it at `nextStart`. */
export type FirstRead<Found, Refused> =
  | { readonly kind: 'more' }
  | { readonly kind: 'found'; readonly found: Found; readonly frame: Uint8Array; readonly nextStart: number }
  | Refused;

const NOTHING = new Uint8Array(0);
/** As much as is kept of a chunk that is no login, for the operator to look at. */
const MOST_REFUSED_BYTES = 512;

export class FirstPduReader<Found, Refused extends { readonly kind: 'refused' }> {
  readonly #limitBytes: number;
  readonly #recognise: (begin: Uint8Array) => Recognised<Found, Refused>;
  #held: Uint8Array | undefined;
  #heldBytes = 0;
  #refused: Uint8Array = NOTHING;

  /** `limitBytes` is the longest PDU that `recognise` may find; it gets the bytes so far, which stay as they are. */
  constructor(limitBytes: number, recognise: (begin: Uint8Array) => Recognised<Found, Refused>) {
    this.#limitBytes = limitBytes;
    this.#recognise = recognise;
  }

  /** After `refused`: what has come, from the begin of the PDU that was none. */
  get refused(): Uint8Array {
    return this.#refused;
  }

  /** Reads on from `start` of `chunk`. After `found` the reader begins anew, after `refused` it must not be used. */
  read(chunk: Uint8Array, start: number): FirstRead<Found, Refused> {
    this.#held ??= new Uint8Array(this.#limitBytes);
    const heldBefore = this.#heldBytes;
    const taken = Math.min(chunk.length - start, this.#limitBytes - heldBefore);
    this.#held.set(chunk.subarray(start, start + taken), heldBefore);
    this.#heldBytes += taken;
    const begin = this.#held.subarray(0, this.#heldBytes);
    const recognised = this.#recognise(begin);
    if (recognised.kind === 'refused')
      this.#refused = joined(begin.subarray(0, heldBefore), chunk.subarray(start, start + MOST_REFUSED_BYTES));
    if (recognised.kind !== 'found') return recognised;
    const { found, lengthBytes } = recognised;
    // The buffer now belongs to whoever keeps the PDU; the next one gets another.
    this.#held = undefined;
    this.#heldBytes = 0;
    return { kind: 'found', found, frame: begin.subarray(0, lengthBytes), nextStart: start + lengthBytes - heldBefore };
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
