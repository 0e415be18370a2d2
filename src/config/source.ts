/** A file that was read into values, whatever its language: each value knows its place. Pure. */

import type { Path, Problem } from './problem.js';

export interface Source {
  /** Objects without a prototype, arrays and scalars. */
  readonly value: unknown;
  /** A problem at the place of `path`, or of the nearest key above it that was written. */
  problemAt(path: Path, message: string, part?: 'key' | 'value'): Problem;
  isWritten(path: Path): boolean;
  /** Whether an alias stands there that stands for nothing; its value is null. */
  isDangling(path: Path): boolean;
  /** The keys below `path` in the order of the file, which an object does not keep for names such as 10 and 9. */
  keysAt(path: Path): readonly string[];
}
