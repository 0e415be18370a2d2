/** Where something stands in a haproxy.cfg, and how its writer calls it; and what is to be said about it. Pure. */

import type { Problem } from '../problem.js';

export interface Place {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** Such as `backend smsc: server smsc1: inter`. */
  readonly words: string;
}

/** What was found in a file, or in one section of it. */
export class Remarks {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly notes: Problem[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  problem(place: Place, message: string): void {
    this.problems.push(this.at(place, message));
  }

  warning(place: Place, message: string): void {
    this.warnings.push(this.at(place, message));
  }

  /** What is not done, or done in a way of our own, without harm. */
  note(place: Place, message: string): void {
    this.notes.push(this.at(place, message));
  }

  /** Empty remarks on the same file, to be added or forgotten later. */
  apart(): Remarks {
    return new Remarks(this.#file);
  }

  add({ problems, warnings, notes }: Remarks): void {
    this.problems.push(...problems);
    this.warnings.push(...warnings);
    this.notes.push(...notes);
  }

  /** Problems and warnings, and those of the notes that are wanted. */
  addSome({ problems, warnings, notes }: Remarks, isWanted: (note: Problem) => boolean): void {
    this.problems.push(...problems);
    this.warnings.push(...warnings);
    this.notes.push(...notes.filter(isWanted));
  }

  at({ line, column, words }: Place, message: string): Problem {
    return { file: this.#file, line, column, key: words, message };
  }
}
