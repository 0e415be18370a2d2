/** Cuts a text into as many messages as it needs. Pure. */

import { alphabetOf, contentLimitBytes } from './message-format.js';
import { characterBytes, encodeText } from './text.js';
import { writeConcatenation } from './user-data-header.js';
import type { Concatenation } from './user-data-header.js';

/** The fields of a SUBMIT that differ from part to part. */
export interface SmsPart {
  readonly pkTotal: number;
  readonly pkNumber: number;
  readonly tpUdhi: 0 | 1;
  readonly msgContent: Uint8Array;
}

/** Joins the parts: to be another one for the next long message of the same sender to the same receiver. */
export type LongSmsReference = Pick<Concatenation, 'reference' | 'referenceBits'>;

export type SplitText =
  | { readonly kind: 'parts'; readonly parts: readonly SmsPart[] }
  | { readonly kind: 'unmappable'; readonly characters: readonly string[] }
  /** A long message has at most 255 parts. */
  | { readonly kind: 'too-long'; readonly partsNeeded: number };

const MOST_PARTS = 255;
/** A part's content, header included, in every format: what the radio carries in one message. */
const PART_BYTES = 140;

/** One message when `text` fits into it, without a header; else parts with a header, cut between characters. */
export function splitText(text: string, msgFmt: number, reference: LongSmsReference): SplitText {
  const encoded = encodeText(text, msgFmt);
  if (encoded.kind === 'unmappable') return encoded;
  const { bytes } = encoded;
  if (bytes.length <= contentLimitBytes(msgFmt)) {
    return { kind: 'parts', parts: [{ pkTotal: 1, pkNumber: 1, tpUdhi: 0, msgContent: bytes }] };
  }
  const headerBytes = reference.referenceBits === 8 ? 6 : 7;
  const bodies = cut(bytes, PART_BYTES - headerBytes, (offset) => characterBytes(bytes, offset, alphabetOf(msgFmt)));
  const total = bodies.length;
  if (total > MOST_PARTS) return { kind: 'too-long', partsNeeded: total };
  const parts = bodies.map((body, index): SmsPart => {
    const header = writeConcatenation({ ...reference, total, number: index + 1 });
    const msgContent = new Uint8Array(header.length + body.length);
    msgContent.set(header);
    msgContent.set(body, header.length);
    return { pkTotal: total, pkNumber: index + 1, tpUdhi: 1, msgContent };
  });
  return { kind: 'parts', parts };
}

/** Pieces of at most `mostBytes`, each of whole characters. */
function cut(bytes: Uint8Array, mostBytes: number, characterBytesAt: (offset: number) => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  while (end < bytes.length) {
    const next = end + characterBytesAt(end);
    if (next - start > mostBytes) {
      pieces.push(bytes.subarray(start, end));
      start = end;
    }
    end = next;
  }
  pieces.push(bytes.subarray(start));
  return pieces;
}
