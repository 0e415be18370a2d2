/** Counts by a word, such as sessions by the reason of their end. Pure. */

export class Tally {
  /** Undefined as long as there is nothing to count, as for most of many thousand accounts. */
  #counts: Map<string, number> | undefined;

  add(word: string): void {
    this.#addAll(word, 1);
  }

  /** A word that did not occur is not in it. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts ?? []);
  }

  /** The counts of several as one. */
  static sum(tallies: readonly Tally[]): Readonly<Record<string, number>> {
    const sum = new Tally();
    for (const tally of tallies) {
      for (const [word, count] of tally.#counts ?? []) sum.#addAll(word, count);
    }
    return sum.counts;
  }

  clear(): void {
    this.#counts = undefined;
  }

  #addAll(word: string, count: number): void {
    this.#counts ??= new Map();
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + count);
  }
}

/** Counts by the same words as one. */
export function addedUp(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [word, count] of all.flatMap((counts) => Object.entries(counts))) sums[word] = (sums[word] ?? 0) + count;
  return sums;
}
