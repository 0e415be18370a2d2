/** Cuts a line of a haproxy.cfg into words: quotes, escapes, comments and variables, as HAProxy does. Pure. */

export interface Word {
  readonly text: string;
  /** Where it begins, from 1. */
  readonly column: number;
}

/** The value of an environment variable, or undefined if it is not set. */
export type Variable = (name: string) => string | undefined;

export type Words =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  | { readonly kind: 'fault'; readonly column: number; readonly message: string };

/** Escapes that stand for another character; after a backslash most others stand for themselves. */
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
/** What a backslash takes its meaning from; before any other letter it stays where it is. */
const ESCAPABLE = ' #\\"\'$';
/** A bound against variables that hold whole files. */
const LONGEST_LINE_CHARS = 65_536;

export function wordsOf(line: string, variable: Variable): Words {
  return new Cutter(line, variable).cut();
}

class Cutter {
  readonly #line: string;
  readonly #variable: Variable;
  readonly #words: Word[] = [];
  #index = 0;
  #text = '';
  /** Undefined between two words; `""` is a word too, though it has no letter. */
  #startIndex: number | undefined;
  #fault: { readonly kind: 'fault'; readonly column: number; readonly message: string } | undefined;

  constructor(line: string, variable: Variable) {
    this.#line = line;
    this.#variable = variable;
  }

  cut(): Words {
    while (this.#index < this.#line.length) {
      const letter = this.#line.charAt(this.#index);
      if (letter === '#') break;
      if (letter === ' ' || letter === '\t' || letter === '\r') {
        this.#endWord();
        this.#index += 1;
        continue;
      }
      this.#startIndex ??= this.#index;
      if (letter === '"') this.#readWeakQuotes();
      else if (letter === "'") this.#readStrongQuotes();
      else if (letter === '\\') this.#readEscape();
      else this.#take(letter, 1);
    }
    this.#endWord();
    return this.#fault ?? { kind: 'words', words: this.#words };
  }

  /** The first fault stands; the rest of the line is passed over. */
  #fail(index: number, message: string): void {
    this.#fault ??= { kind: 'fault', column: index + 1, message };
    this.#index = this.#line.length;
  }

  #take(text: string, length: number): void {
    this.#text += text;
    this.#index += length;
    if (this.#text.length > LONGEST_LINE_CHARS) this.#fail(this.#index, 'the line is too long');
  }

  #endWord(): void {
    if (this.#startIndex !== undefined) this.#words.push({ text: this.#text, column: this.#startIndex + 1 });
    this.#text = '';
    this.#startIndex = undefined;
  }

  #readWeakQuotes(): void {
    const openIndex = this.#index;
    this.#index += 1;
    for (;;) {
      const letter = this.#line.charAt(this.#index);
      if (letter === '') {
        this.#fail(openIndex, 'the quote " is not closed on this line; write another "');
        return;
      }
      if (letter === '"') break;
      if (letter === '\\') this.#readEscape();
      else if (letter === '$') this.#readVariable();
      else this.#take(letter, 1);
    }
    this.#index += 1;
  }

  #readStrongQuotes(): void {
    const end = this.#line.indexOf("'", this.#index + 1);
    if (end < 0) this.#fail(this.#index, "the quote ' is not closed on this line; write another '");
    else this.#take(this.#line.slice(this.#index + 1, end), end + 1 - this.#index);
  }

  #readEscape(): void {
    const next = this.#line.charAt(this.#index + 1);
    if (next === 'x') {
      this.#readHexEscape();
      return;
    }
    const meant = ESCAPED[next] ?? (next !== '' && ESCAPABLE.includes(next) ? next : undefined);
    if (meant === undefined) this.#take('\\', 1);
    else this.#take(meant, 2);
  }

  #readHexEscape(): void {
    const [digits] = /^[0-9A-Fa-f]{2}/.exec(this.#line.slice(this.#index + 2)) ?? [];
    const code = Number.parseInt(digits ?? '', 16);
    if (digits === undefined) {
      this.#fail(this.#index, 'expected two hex digits behind \\x');
    } else if (code === 0 || code > 0x7f) {
      // Beyond ASCII it is half of a character, and a zero ends the word in HAProxy.
      this.#fail(this.#index, `\\x${digits} is no text; to send bytes write tcp-check send-binary`);
    } else {
      this.#take(String.fromCharCode(code), 4);
    }
  }

  /** `$NAME`, `${NAME}` or `${NAME-instead}`; one that is not set is nothing. */
  #readVariable(): void {
    const rest = this.#line.slice(this.#index);
    const [whole, braced, instead, plain] =
      /^\$(?:\{([A-Za-z_.][A-Za-z0-9_.]*)(?:-([^}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))/.exec(rest) ?? [];
    const name = braced ?? plain;
    if (whole === undefined || name === undefined) {
      this.#fail(this.#index, 'expected a variable such as "${NAME}"; write \\$ for the sign itself');
    } else if (name.startsWith('.')) {
      // HAProxy's own variables, such as the line's number.
      this.#fail(this.#index, `cmpp-lb has no variable ${name}; write its value`);
    } else this.#take(this.#variable(name) ?? instead ?? '', whole.length);
  }
}
