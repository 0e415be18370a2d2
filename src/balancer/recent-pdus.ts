/**
 * What one side of a session has sent last: the last PDU of each of the last reads, by its header. Pure; on the hot path,
 * once for each read and not for each frame.
 */

const KEPT = 8;
/** An entry is three numbers: Command_Id, Sequence_Id, and the time in milliseconds. */
const STRIDE = 3;

/** Most of many thousand sessions say little: the ring begins with room for so many. */
const FIRST = 2;
/** Shared, for those that have said nothing. */
export const NOTHING_SAID: number[] = [];

/** Notes one behind `notes` others in this ring. Returns the ring to go on with. */
export function notePdu(ring: number[], notes: number, commandId: number, sequenceId: number, nowMs: number): number[] {
  const at = (notes % KEPT) * STRIDE;
  const roomy = at < ring.length ? ring : grown(ring);
  roomy[at] = commandId;
  roomy[at + 1] = sequenceId;
  roomy[at + 2] = nowMs;
  return roomy;
}

/** What a ring has in it after so many notes. The ring is its writer's own: one object less to be reached for each read. */
export class RecentPdus {
  readonly #ring: readonly number[];
  readonly #notes: number;

  constructor(ring: readonly number[], notes: number) {
    this.#ring = ring;
    this.#notes = notes;
  }

  /** The oldest first. */
  each(visit: (commandId: number, sequenceId: number, atMs: number) => void): void {
    for (let note = Math.max(0, this.#notes - KEPT); note < this.#notes; note += 1) {
      const at = (note % KEPT) * STRIDE;
      visit(this.#ring[at] ?? 0, this.#ring[at + 1] ?? 0, this.#ring[at + 2] ?? 0);
    }
  }
}

function grown(ring: readonly number[]): number[] {
  const entries = ring.length === 0 ? FIRST : KEPT;
  // Of fractions from the start, V8 keeps the numbers in the array itself, and allocates none.
  return Array.from({ length: entries * STRIDE }, (_, at) => ring[at] ?? 0.5);
}
