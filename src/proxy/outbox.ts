/**
 * Collects what an event writes, so that each receiver gets it in one system call, and from memory that stays.
 *
 * All sockets read into one buffer, so what is written must be copied before the next read. It goes into a slab that is
 * used again at once when the kernel took everything, which is nearly always; otherwise that part of the slab is left to
 * the socket, and the slab goes on behind it.
 */

export interface Receiver {
  /** Takes the bytes. Returns false if it needs them longer than this call. */
  transmit(bytes: Uint8Array): boolean;
}

const SLAB_BYTES = 256 * 1024;
/** Views of up to this length are kept for the next message of that length: making one costs more than copying it. */
export const KEPT_VIEW_BYTES = 4096;

/**
 * Room for a view of each length that is kept. It has its full length from the start, so that none is out of bounds: V8
 * throws away what it has compiled when one is.
 */
export function noViews<View>(): (View | undefined)[] {
  return Array.from({ length: KEPT_VIEW_BYTES + 1 }, () => undefined);
}

export class Outbox {
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  /** Where the free part of the slab begins, and how much of it is written and not yet transmitted. */
  #base = 0;
  #length = 0;
  #views = noViews<Uint8Array>();
  #receiver: Receiver | undefined;
  #isCollecting = false;

  /** Until `deliver`, what is appended is collected; at other times it leaves at once. */
  collect(): void {
    this.#isCollecting = true;
  }

  deliver(): void {
    this.#isCollecting = false;
    this.#transmit();
  }

  /** What is collected for this receiver leaves now. */
  deliverTo(receiver: Receiver): void {
    if (this.#receiver === receiver) this.#transmit();
  }

  append(receiver: Receiver, bytes: Uint8Array, start: number, end: number): void {
    if (this.#receiver !== receiver) this.#transmit();
    const lengthBytes = end - start;
    if (this.#base + this.#length + lengthBytes > this.#slab.length) {
      this.#transmit();
      this.#renew(lengthBytes);
    }
    this.#receiver = receiver;
    const piece = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    this.#slab.set(piece, this.#base + this.#length);
    this.#length += lengthBytes;
    if (!this.#isCollecting) this.#transmit();
  }

  #transmit(): void {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    const lengthBytes = this.#length;
    this.#receiver = undefined;
    this.#length = 0;
    if (receiver.transmit(this.#view(lengthBytes))) return;
    this.#base += lengthBytes;
    this.#views = noViews<Uint8Array>();
  }

  #view(lengthBytes: number): Uint8Array {
    if (lengthBytes > KEPT_VIEW_BYTES) return this.#slab.subarray(this.#base, this.#base + lengthBytes);
    return (this.#views[lengthBytes] ??= this.#slab.subarray(this.#base, this.#base + lengthBytes));
  }

  #renew(neededBytes: number): void {
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, neededBytes));
    this.#base = 0;
    this.#views = noViews<Uint8Array>();
  }
}
