/** Where lines go, and the count of those that did not get there. Pure. */

import type { Level } from './field.js';

/** Takes lines, and never blocks or throws for them. */
export interface LineSink {
  /** `line` is ASCII and without its end. */
  write(line: string, level: Level): void;
  /** Lines that were lost since the start. */
  readonly lostLines: number;
  /** A log file may have been moved away (logrotate): goes on in the one that has its name now. */
  reopen(): Reopened;
  /** Writes what can still be written, and lets go of files and sockets. Lines that come later are lost. */
  close(): Promise<void>;
}

export type Reopened =
  | { readonly kind: 'reopened' }
  /** It is no file. */
  | { readonly kind: 'nothing' }
  /** Why the file cannot be opened; lines go where they went before. */
  | { readonly kind: 'fault'; readonly message: string };

export const NOTHING_TO_REOPEN: Reopened = { kind: 'nothing' };

/** Told, once lines get through again, how many did not. */
export type ReportLoss = (loss: { readonly lines: number; readonly total: number; readonly why: string }) => void;

const TOO_SLOW = 'lines came faster than they could be written';

export class LossCount {
  readonly #report: ReportLoss;
  #total = 0;
  #reported = 0;
  #why = TOO_SLOW;

  constructor(report: ReportLoss) {
    this.#report = report;
  }

  get total(): number {
    return this.#total;
  }

  add(lines: number): void {
    this.#total += lines;
  }

  because(why: string): void {
    this.#why = why;
  }

  /** Reports what was lost since the last report, if anything was. */
  report(): void {
    const lines = this.#total - this.#reported;
    if (lines === 0) return;
    this.#reported = this.#total;
    const why = this.#why;
    this.#why = TOO_SLOW;
    this.#report({ lines, total: this.#total, why });
  }
}
