/** What a command comes to. Pure. */

export interface Answer {
  /** `refused`: nothing was done, and the text says why. */
  readonly kind: 'done' | 'refused';
  /** Lines, without the last line's end; empty for a change that needs no words. */
  readonly text: string;
}

export const DONE: Answer = { kind: 'done', text: '' };

/** HAProxy's words for a command that is beyond the caller's level. */
export const PERMISSION_DENIED = 'Permission denied';

export function shown(lines: readonly string[]): Answer {
  return { kind: 'done', text: lines.join('\n') };
}

export function refused(text: string): Answer {
  return { kind: 'refused', text };
}
