/** Makes the text of a message safe to print on one line of a terminal. Pure. */

/**
 * What moves the cursor, ends the line, or changes the direction of what follows: the two control blocks, line and
 * paragraph separators, zero-width and bidirectional marks, the byte order mark, and halves of surrogate pairs.
 */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}|[\\"]/gu;

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

/** The text with `\n`, `\u001b` and the like in place of what must not be printed; quotes are escaped too. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (found) => NAMED.get(found) ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As `printable`, between quotes. */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}
