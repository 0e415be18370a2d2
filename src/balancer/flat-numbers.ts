/** Numbers that a message writes, in an array that lies in one piece. Pure. */

/**
 * So many zeros. V8 keeps numbers in the array itself, and allocates none, if a fraction was in it before anything else; and a
 * plain array is one object less to be reached for each message than a Float64Array.
 */
export function flatNumbers(length: number): number[] {
  return Array.from({ length }, () => 0.5).fill(0);
}
