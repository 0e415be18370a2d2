/** The 32-bit hashes that place a session by who it is. Pure. */

import { readUint32 } from '../cmpp/header.js';
import type { Requester } from './server.js';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Spreads a 32-bit number over all 32-bit numbers, one to one: the six steps and the factor of HAProxy's `avalanche`.
 * `consistent` depends on every bit of it.
 */
export function avalanche(word: number): number {
  let mixed = (word + 0x7ed55d16 + (word << 12)) | 0;
  mixed = mixed ^ 0xc761c23c ^ (mixed >>> 19);
  mixed = (mixed + 0x165667b1 + (mixed << 5)) | 0;
  mixed = (mixed + 0xd3a2646c) ^ (mixed << 9);
  mixed = (mixed + 0xfd7046c5 + (mixed << 3)) | 0;
  mixed = mixed ^ 0xb55a4f09 ^ (mixed >>> 16);
  return Math.imul(mixed, 3221225473) >>> 0;
}

/** FNV-1a over UTF-16 code units, then `avalanche`: FNV alone leaves the low bits of short texts too much alike. */
export function textHash(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return avalanche(hash);
}

/** HAProxy's key of `balance source`: the address' big-endian 32-bit words, XORed. No address, no hash. */
export function sourceHash({ source }: Requester): number | undefined {
  if (source.length === 0) return undefined;
  let hash = 0;
  for (let offset = 0; offset < source.length; offset += 4) hash ^= readUint32(source, offset);
  return hash >>> 0;
}

/** The key of `balance account`. No account, no hash. */
export function accountHash({ account }: Requester): number | undefined {
  return account === undefined ? undefined : textHash(account);
}
