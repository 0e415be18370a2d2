/** One caller's conversation with the runtime API: what it may do, and how it is answered. Pure. */

import type { AdminLevel } from '../config/vocabulary.js';
import type { Answer } from './answer.js';

export interface TalkSettings {
  readonly level: AdminLevel;
  /** Who speaks, for the log: `unix:/run/cmpp-lb/cmpp-lb.sock`. */
  readonly from: string;
  /** How long the caller may be silent. */
  readonly timeoutMs: number;
}

/** Commands such as `prompt` and `operator` change it. */
export class Talk {
  readonly from: string;
  level: AdminLevel;
  timeoutMs: number;
  /** After `prompt`: the conversation goes on after an answer. */
  isInteractive = false;
  /** After `verdict`: each answer ends with a line that says whether it was done. */
  hasVerdicts = false;
  /** After `quit`. */
  isOver = false;

  constructor({ level, from, timeoutMs }: TalkSettings) {
    this.level = level;
    this.from = from;
    this.timeoutMs = timeoutMs;
  }

  /**
   * The bytes of an answer: its lines, an empty line, and the prompt where one was asked for. An answer without words is
   * the empty line alone.
   */
  frame({ kind, text }: Answer): string {
    const lines = text === '' ? '' : `${text}\n`;
    const verdict = this.hasVerdicts ? `${VERDICTS[kind]}\n` : '';
    return `${lines}${verdict}\n${this.isInteractive ? '> ' : ''}`;
  }
}

/** No other line of an answer begins like these, except table headings with other words. */
export const VERDICTS: Readonly<Record<Answer['kind'], string>> = { done: '# done', refused: '# refused' };
