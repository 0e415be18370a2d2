/** How messages say numbers. Pure. */

/** `1 session`, `412 sessions`. */
export function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
