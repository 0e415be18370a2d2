/** Text to a message's content and back, in the alphabet that its Msg_Fmt names. Pure. */

import iconv from 'iconv-lite';
import { alphabetOf } from './message-format.js';
import type { Alphabet } from './message-format.js';

export type EncodedText =
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array }
  /** The alphabet lacks these: each once, in the text's order. */
  | { readonly kind: 'unmappable'; readonly characters: readonly string[] };

const REPLACEMENT = '\ufffd';

/** What is no character becomes U+FFFD. */
const decoders: Readonly<Record<Alphabet, (bytes: Uint8Array) => string>> = {
  ascii: (bytes) => Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : REPLACEMENT)).join(''),
  binary: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  gb18030: (bytes) => iconv.decode(bytes, 'gb18030'),
  // The decoder drops half a character at the end.
  ucs2: (bytes) => iconv.decode(bytes, 'utf-16be', { stripBOM: false }) + (bytes.length % 2 === 0 ? '' : REPLACEMENT),
};

/** The bytes of `text`, or the characters that have none: nothing is replaced in silence. Binary's text is hex digits. */
export function encodeText(text: string, msgFmt: number): EncodedText {
  const alphabet = alphabetOf(msgFmt);
  if (alphabet === 'binary') return encodeHex(text);
  const characters = Array.from(text).filter((character) => !isMappable(character, alphabet));
  if (characters.length > 0) return { kind: 'unmappable', characters: [...new Set(characters)] };
  return { kind: 'encoded', bytes: encodeMappable(text, alphabet) };
}

/** The text of `bytes`; what is no character in the alphabet becomes U+FFFD. Binary becomes hex digits. */
export function decodeText(bytes: Uint8Array, msgFmt: number): string {
  return decoders[alphabetOf(msgFmt)](bytes);
}

/** How many bytes the character at `offset` has, so that a message can be cut without cutting a character. */
export function characterBytes(bytes: Uint8Array, offset: number, alphabet: Alphabet): number {
  const first = bytes[offset] ?? 0;
  if (alphabet === 'ucs2') return first >= 0xd8 && first <= 0xdb ? 4 : 2;
  if (alphabet !== 'gb18030' || first < 0x80) return 1;
  // The second byte of a character of four is a digit.
  const second = bytes[offset + 1] ?? 0;
  return second >= 0x30 && second <= 0x39 ? 4 : 2;
}

type TextAlphabet = Exclude<Alphabet, 'binary'>;

function isMappable(character: string, alphabet: TextAlphabet): boolean {
  const codePoint = character.codePointAt(0) ?? 0;
  if (alphabet === 'ascii') return codePoint < 0x80;
  const isHalfOfPair = codePoint >= 0xd800 && codePoint <= 0xdfff;
  // GB18030 writes one private character, U+E5E5, as another.
  return !isHalfOfPair && decoders[alphabet](encodeMappable(character, alphabet)) === character;
}

function encodeMappable(text: string, alphabet: TextAlphabet): Uint8Array {
  if (alphabet === 'ascii') return Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new Uint8Array(iconv.encode(text, alphabet === 'ucs2' ? 'utf-16be' : 'gb18030'));
}

function encodeHex(text: string): EncodedText {
  const wrong = Array.from(text).filter((character) => !/^[0-9a-fA-F]$/.test(character));
  // A last digit without its pair has no byte either.
  if (wrong.length === 0 && text.length % 2 === 1) wrong.push(text.slice(-1));
  if (wrong.length > 0) return { kind: 'unmappable', characters: [...new Set(wrong)] };
  const pairs = text.match(/../g) ?? [];
  return { kind: 'encoded', bytes: Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) };
}
