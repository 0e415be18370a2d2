/**
 * What one side of a session has sent last: the last PDU of each of the last reads, by its header. Pure; on the hot path,
 * once for each read and not for each frame.
 */

const KEPT = 8;
/** An entry is three numbers: Command_Id, Sequence_Id, and the time in milliseconds. */
const STRIDE = 3;

/** Most of many thousand sessions say little: the ring begins with room for so many. */
const FIRST = 2;
const EMPTY: number[] = [];

export class RecentPdus {
  #ring = EMPTY;
  #notes = 0;

  note(commandId: number, sequenceId: number, nowMs: number): void {
    const at = (this.#notes % KEPT) * STRIDE;
    const ring = at < this.#ring.length ? this.#ring : this.#grow();
    ring[at] = commandId;
    ring[at + 1] = sequenceId;
    ring[at + 2] = nowMs;
    this.#notes += 1;
  }

  /** The oldest first. */
  each(visit: (commandId: number, sequenceId: number, atMs: number) => void): void {
    for (let note = Math.max(0, this.#notes - KEPT); note < this.#notes; note += 1) {
      const at = (note % KEPT) * STRIDE;
      visit(this.#ring[at] ?? 0, this.#ring[at + 1] ?? 0, this.#ring[at + 2] ?? 0);
    }
  }

  #grow(): number[] {
    const entries = this.#ring.length === 0 ? FIRST : KEPT;
    // Of fractions from the start, V8 keeps the numbers in the array itself, and allocates none.
    const ring = Array.from({ length: entries * STRIDE }, (_, at) => this.#ring[at] ?? 0.5);
    this.#ring = ring;
    return ring;
  }
}
