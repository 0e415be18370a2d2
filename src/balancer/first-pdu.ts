/**
 * Reads the first PDU of a stream, before anything is known about the peer. Pure.
 *
 * It holds as many bytes as that PDU may have and not one more, and asks after every chunk whether it is what was
 * expected, so that a foreign stream is refused at its first wrong byte.
 */

/** What a recogniser says of the bytes so far. */
export type Recognised<Found, Refused> =
  { readonly kind: 'more' } | { readonly kind: 'found'; readonly found: Found; readonly lengthBytes: number } | Refused;

/** What a reader says of a chunk: `nextStart` is where in the chunk the stream goes on behind the PDU. */
export type FirstRead<Found, Refused> =
  { readonly kind: 'more' } | { readonly kind: 'found'; readonly found: Found; readonly nextStart: number } | Refused;

export class FirstPduReader<Found, Refused extends { readonly kind: 'refused' }> {
  readonly #limitBytes: number;
  readonly #recognise: (begin: Uint8Array) => Recognised<Found, Refused>;
  #held: Uint8Array | undefined;
  #heldBytes = 0;

  /** `limitBytes` is the longest PDU that `recognise` may find; it gets the bytes so far and must copy what it keeps. */
  constructor(limitBytes: number, recognise: (begin: Uint8Array) => Recognised<Found, Refused>) {
    this.#limitBytes = limitBytes;
    this.#recognise = recognise;
  }

  /** Reads on from `start` of `chunk`. After `found` the reader begins anew, after `refused` it must not be used. */
  read(chunk: Uint8Array, start: number): FirstRead<Found, Refused> {
    this.#held ??= new Uint8Array(this.#limitBytes);
    const heldBefore = this.#heldBytes;
    const taken = Math.min(chunk.length - start, this.#limitBytes - heldBefore);
    this.#held.set(chunk.subarray(start, start + taken), heldBefore);
    this.#heldBytes += taken;
    const recognised = this.#recognise(this.#held.subarray(0, this.#heldBytes));
    if (recognised.kind !== 'found') return recognised;
    this.#heldBytes = 0;
    return { kind: 'found', found: recognised.found, nextStart: start + recognised.lengthBytes - heldBefore };
  }
}
