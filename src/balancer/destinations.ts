/** How many destinations a SUBMIT has: for so many messages it counts. Pure. */

import type { Version } from '../cmpp/version.js';

interface Layout {
  /** Where DestUsr_tl is in the frame. */
  readonly countAt: number;
  readonly numberBytes: number;
  /** What follows the numbers at the least: Msg_Length, and what is behind the content. */
  readonly restBytes: number;
}

/** Specification 3.0, 7.4.3.1, and 2.0's narrower fields. */
const LAYOUTS: Readonly<Record<Version, Layout>> = {
  '2.0': { countAt: 128, numberBytes: 21, restBytes: 1 + 8 },
  '3.0': { countAt: 140, numberBytes: 32, restBytes: 1 + 1 + 20 },
};

/** Of the SUBMIT from `start` to `end`, in a session of this version; 1 for one that is malformed. */
export function destinationsOf(bytes: Uint8Array, start: number, end: number, version: Version): number {
  const { countAt, numberBytes, restBytes } = LAYOUTS[version];
  const lengthBytes = end - start;
  const count = lengthBytes > countAt ? (bytes[start + countAt] ?? 0) : 0;
  const leastBytes = countAt + 1 + count * numberBytes + restBytes;
  return count === 0 || lengthBytes < leastBytes ? 1 : count;
}
