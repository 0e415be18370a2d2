/** What a family of Prometheus metrics is, and how counts become its samples. Pure. */

import { ROW_FACTS } from './rows.js';
import type { Row, RowKind } from './rows.js';
import type { AccountsFigures, CountsByWord, ProcessFigures } from './snapshot.js';

export interface Sample {
  /** Behind the family's name, in a histogram. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
  /** Besides those that say of whom it is. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
}

export interface RowFamily extends Family {
  readonly kind: RowKind;
  readonly read: (row: Row) => readonly Sample[];
}

export interface ProcessFamily extends Family {
  readonly read: (process: ProcessFigures) => readonly Sample[];
}

export interface AccountFamily extends Family {
  readonly read: (accounts: AccountsFigures) => readonly Sample[];
}

export const NO_LABELS = {};

export function samplesOf(counts: CountsByWord, label: string, labels: Sample['labels'] = NO_LABELS): Sample[] {
  return Object.entries(counts).map(([word, value]) => ({ labels: { ...labels, [label]: word }, value }));
}

/** By their letters. */
export function kindsOf(letters: string): RowKind[] {
  const kinds: readonly RowKind[] = ['frontend', 'listener', 'backend', 'server'];
  return kinds.filter((kind) => letters.includes(ROW_FACTS[kind].letter));
}
