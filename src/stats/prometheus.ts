/**
 * The metrics for Prometheus, in its text format, written from the snapshot. Pure.
 *
 * A client library keeps metrics that the program changes, and has them collected. Here the counters are elsewhere, and
 * all values are known at one moment: a registry would be a second set of counters, to be kept equal to the first.
 */

import { PROCESS_FAMILIES, ROW_FAMILIES } from './prometheus-families.js';
import type { Sample } from './prometheus-family.js';
import { ACCOUNT_FAMILIES } from './prometheus-own-families.js';
import { ROW_FACTS, rowsOf } from './rows.js';
import type { Row } from './rows.js';
import type { Snapshot } from './snapshot.js';

const ALL_TYPES = Object.values(ROW_FACTS).reduce((sum, { bit }) => sum | bit, 0);

export function prometheusText(snapshot: Snapshot): string {
  const rows = rowsOf(snapshot, { types: ALL_TYPES });
  const ofProcess = PROCESS_FAMILIES.map(({ read, ...family }) => ({
    ...family,
    lines: linesOf(family.name, read(snapshot.process), {}),
  }));
  const ofRows = ROW_FAMILIES.map(({ kind, read, ...family }) => ({
    ...family,
    lines: rows.filter((row) => row.kind === kind).flatMap((row) => linesOf(family.name, read(row), labelsOf(row))),
  }));
  const ofAccounts = ACCOUNT_FAMILIES.map(({ read, ...family }) => ({
    ...family,
    lines: linesOf(family.name, read(snapshot.accounts), {}),
  }));
  return [...ofProcess, ...ofRows, ...ofAccounts]
    .filter(({ lines }) => lines.length > 0)
    .map(({ name, type, help, lines }) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`)
    .join('');
}

/** Of whom a sample is, as HAProxy's own exporter says it. */
function labelsOf({ kind, proxy, figures }: Row): Sample['labels'] {
  if (kind === 'listener' || kind === 'server') return { proxy: proxy.name, [kind]: figures.name };
  return { proxy: proxy.name };
}

function linesOf(name: string, samples: readonly Sample[], whose: Sample['labels']): string[] {
  return samples.map(({ suffix = '', labels, value }) => {
    const pairs = Object.entries({ ...whose, ...labels }).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
