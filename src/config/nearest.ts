/** Finds the known word that a misspelt one was meant to be. Pure. */

/** The nearest of `known` to `word`, or undefined when none is near enough to be worth suggesting. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const meant = word.toLowerCase().replaceAll('_', '-');
  let best: string | undefined;
  // A third of the letters wrong is a slip; more is another word, unless one is the beginning of the other.
  let bestDistance = Math.max(1, Math.floor(meant.length / 3)) + 1;
  for (const candidate of known) {
    const isBeginning = meant.length >= 3 && (candidate.startsWith(meant) || meant.startsWith(candidate));
    const distance = isBeginning ? 1 : editDistance(meant, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many letters must be inserted, removed, replaced, or swapped with their neighbour, to make one word the other. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const moved = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, replaced);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(isSwap ? Math.min(moved, at(beforePrevious, column - 2) + 1) : moved);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, to.length);
}

/** A cell outside the table costs more than any way through it. */
function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
