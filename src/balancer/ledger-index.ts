/**
 * Finds a request among many in a ledger's ring. Pure.
 *
 * A ledger makes one when an answer is to none of the oldest requests, and nobody else pays for it: what was asked since is
 * taken in when the next such answer comes. Then any number of answers cost as much as there are answers and requests,
 * whatever their order, and also those that nobody waits for. Without it each of them would cost as much as all that waits,
 * and peers choose both numbers.
 */

/** An entry of the ring is three numbers: Sequence_Id, Command_Id, and a time. */
export const STRIDE = 3;
/** The Command_Id of an entry that was answered before an older one, and waits for that to go. */
export const ANSWERED = -1;

const NONE = -1;
/** 2^32 divided by the golden ratio: spreads Sequence_Ids that follow each other, and the commands that share one. */
const SPREAD = 0x9e3779b1;
const SPREAD_BITS = 15;

/** The entries of a ring that are taken: `used` from `first` on. */
export interface TakenEntries {
  readonly ring: readonly number[];
  readonly first: number;
  readonly used: number;
}

export class LedgerIndex {
  /** How many entries have left the ring, oldest first, since this index began. Its ledger keeps it. */
  gone = 0;
  /** Nodes are entries in the order in which they were asked, from 0 on; those of one bucket are a chain, the oldest first. */
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;
  #nodes = 0;

  /** For a ring of this capacity, a power of two. */
  constructor(capacity: number) {
    this.#mask = capacity - 1;
    this.#heads = new Int32Array(capacity).fill(NONE);
    this.#tails = new Int32Array(capacity);
    // It begins anew when so many have come; half of them at least are new then.
    this.#next = new Int32Array(capacity * 2);
  }

  /** How many are older than the oldest such request that waits; -1 if there is none. */
  find(sequenceId: number, commandId: number, entries: TakenEntries): number {
    this.#takeIn(entries);
    const { ring } = entries;
    const bucket = this.#bucketOf(sequenceId, commandId);
    let before = NONE;
    let node = this.#heads[bucket] ?? NONE;
    while (node !== NONE) {
      const at = this.#at(node, entries);
      const next = this.#next[node] ?? NONE;
      if (node < this.gone || ring[at + 1] === ANSWERED) this.#leaveOut(bucket, before, node, next);
      else if (ring[at] === sequenceId && ring[at + 1] === commandId) return node - this.gone;
      else before = node;
      node = next;
    }
    return NONE;
  }

  /** Takes in what has come since the last time. */
  #takeIn(entries: TakenEntries): void {
    const { ring, used } = entries;
    if (this.gone + used > this.#next.length) {
      this.#heads.fill(NONE);
      this.#nodes = 0;
      this.gone = 0;
    }
    const end = this.gone + used;
    for (let node = Math.max(this.#nodes, this.gone); node < end; node += 1) {
      const at = this.#at(node, entries);
      const commandId = ring[at + 1] ?? ANSWERED;
      if (commandId !== ANSWERED) this.#append(this.#bucketOf(ring[at] ?? 0, commandId), node);
    }
    this.#nodes = end;
  }

  #append(bucket: number, node: number): void {
    this.#next[node] = NONE;
    if (this.#heads[bucket] === NONE) this.#heads[bucket] = node;
    else this.#next[this.#tails[bucket] ?? 0] = node;
    this.#tails[bucket] = node;
  }

  /** What does not wait any more is passed over once. */
  #leaveOut(bucket: number, before: number, node: number, next: number): void {
    if (before === NONE) this.#heads[bucket] = next;
    else this.#next[before] = next;
    if (this.#tails[bucket] === node) this.#tails[bucket] = before;
  }

  #at(node: number, { first }: TakenEntries): number {
    return ((first + node - this.gone) & this.#mask) * STRIDE;
  }

  #bucketOf(sequenceId: number, commandId: number): number {
    return (Math.imul(sequenceId ^ Math.imul(commandId, SPREAD), SPREAD) >>> SPREAD_BITS) & this.#mask;
  }
}
