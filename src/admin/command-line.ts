/**
 * Takes a line of the runtime API apart, as HAProxy does. Pure.
 *
 * `;` parts commands, blanks part words, and a backslash takes from the character behind it what it means. Quotes mean
 * nothing: HAProxy 2.6 has none here.
 */

const BLANKS: ReadonlySet<string> = new Set([' ', '\t', '\r']);

/** The words of each command of a line; a command that is empty has none. */
export function splitCommands(line: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    commands.push(words);
    words = [];
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '\\' && at + 1 < line.length) {
      at += 1;
      word = (word ?? '') + line.charAt(at);
    } else if (character === ';') {
      endCommand();
    } else if (BLANKS.has(character)) {
      endWord();
    } else {
      word = (word ?? '') + character;
    }
  }
  endCommand();
  return commands;
}

/** The words as one line that is taken apart into the same words again: for the log, and for who sends commands. */
export function joinWords(words: readonly string[]): string {
  return words.map((word) => word.replace(/[\\; \t\r]/g, '\\$&')).join(' ');
}
