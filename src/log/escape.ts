/** Makes what a peer sent safe to log: no byte of it can end a line, steer a terminal or pretend to be another field. Pure. */

declare const printableMark: unique symbol;

/** Text in which every character is one of 0x21..0x7e; only `printable` makes it, so that no field can forget to escape. */
export type Printable = string & { readonly [printableMark]: true };

const encoder = new TextEncoder();
const BACKSLASH = 0x5c;

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Writes every byte outside 0x21..0x7e, and the backslash, as `\xNN`. A string is taken as its UTF-8 bytes. */
export function printable(input: Uint8Array | string): Printable {
  const bytes = typeof input === 'string' ? encoder.encode(input) : input;
  let text = '';
  for (const byte of bytes) {
    const isSafe = byte > 0x20 && byte < 0x7f && byte !== BACKSLASH;
    text += isSafe ? String.fromCharCode(byte) : escapeByte(byte);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop has made it true: this is where the mark is given.
  return text as Printable;
}

/** The same for text of one character a byte, U+0000 to U+00FF, as an account's name is. */
export function printableBytes(text: string): Printable {
  return printable(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** `text` with everything outside 0x20..0x7e as `\xNN`: one line, whatever was in it. What is escaped already stays. */
export function asciiText(text: string): string {
  return text.replace(/[^ -~]+/g, (run) => Array.from(encoder.encode(run), escapeByte).join(''));
}

/** The JSON text `json` with everything outside 0x20..0x7e as `\uNNNN`, which a reader of JSON turns back. */
export function asciiJson(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
