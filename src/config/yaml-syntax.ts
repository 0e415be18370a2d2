/** What to do about text that is not YAML, by the parser's code. Our own words, so that no text of the file, which may be a secret, is repeated. Pure. */

import type { ErrorCode } from 'yaml';

const quotesNeeded = 'a value that begins with [ { * & ! | > % @ or ` needs quotes, such as "[::]:9999"';
const spaceNeeded = 'expected "key: value"; write a space after the colon, and one key a line';

const messages: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: 'not an escape that double quotes know; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'expected the same indentation as the lines beside it; a bracket, a brace or a quote may be open above',
  BAD_SCALAR_START: quotesNeeded,
  BLOCK_AS_IMPLICIT_KEY: 'expected one "key: value" a line; a value with a colon and a space in it needs quotes',
  BLOCK_IN_FLOW: 'expected the closing } or ] of what is open above, on its line or indented below it',
  MISSING_CHAR: 'expected a comma, a closing quote or a closing bracket before this place; see also the line above',
  MULTILINE_IMPLICIT_KEY: spaceNeeded,
  MULTIPLE_DOCS: 'expected one document in the file; remove --- and what follows it',
  NON_STRING_KEY: 'expected a plain word as the key; a key cannot be a list, keys or an alias',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab cannot indent; write spaces',
  TAG_RESOLVE_FAILED: 'tags, words that begin with !, have no meaning here; a value that begins with ! needs quotes',
  UNEXPECTED_TOKEN: `unexpected text; ${quotesNeeded}`,
};

export function syntaxMessage(code: ErrorCode): string {
  return messages[code] ?? `not valid YAML here (${code})`;
}
