/** Reads what a terminal sends into keys. Pure. */

export type Key = { readonly kind: 'character'; readonly character: string } | { readonly kind: KeyName };

type KeyName =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'tab'
  | 'back-tab'
  | 'enter'
  | 'backspace'
  | 'escape'
  | 'interrupt';

const ESCAPE = '\u001B';

/** What stands behind ESC, in the ways of xterm, the Linux console, tmux and PuTTY. */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[Z': 'back-tab',
};
const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\b': 'backspace',
  '\u007F': 'backspace',
  '\u0003': 'interrupt',
};

interface Decoded {
  readonly keys: readonly Key[];
  /** The beginning of a sequence whose rest may still come; a lone ESC is the key Escape if nothing does. */
  readonly rest: string;
}

/** `text` begins with the rest of what came before. What no key is known for is left out. */
export function decodeKeys(text: string): Decoded {
  const keys: Key[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character !== ESCAPE) {
      const control = CONTROLS[character];
      if (control !== undefined) keys.push({ kind: control });
      else if (character >= ' ' && character <= '~') keys.push({ kind: 'character', character });
      at += 1;
      continue;
    }
    const sequence = /^(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])/.exec(text.slice(at + 1))?.[0];
    if (sequence === undefined) {
      const rest = text.slice(at);
      if (/^.(?:\[[0-9;]*|O)?$/.test(rest)) return { keys, rest };
      keys.push({ kind: 'escape' });
      at += 1;
      continue;
    }
    const name = SEQUENCES[sequence];
    if (name !== undefined) keys.push({ kind: name });
    at += 1 + sequence.length;
  }
  return { keys, rest: '' };
}
