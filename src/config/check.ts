/** Checks a text against a schema and reports every problem at once, each at its place. Pure. */

import type * as z from 'zod';
import { byPlace } from './problem.js';
import type { Path, Problem } from './problem.js';
import type { Source } from './source.js';
import { readYaml } from './yaml-source.js';

/** A value or a key that its schema rejects. */
export interface Fault {
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly message: string;
}

/** Values that were looked at, sound (`data`) or not (`faults`). */
export interface Checked<Data> {
  readonly source: Source;
  readonly data: Data | undefined;
  readonly faults: readonly Fault[];
}

/** `duplicates` are problems of the YAML itself. */
export type Reading<Data> =
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] }
  | (Checked<Data> & { readonly kind: 'read'; readonly duplicates: readonly Problem[] });

/** Without the alias's name: a secret that begins with * and lacks its quotes must not be shown. */
const danglingMessage =
  'a value that begins with * needs quotes, such as "*:9999"; without them it is a YAML alias, and nothing has that name';

export function checkText<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
): Reading<z.output<Schema>> {
  const yaml = readYaml(file, text);
  if (yaml.kind === 'unreadable') return { kind: 'unreadable', problems: [...yaml.problems].sort(byPlace) };
  return { kind: 'read', ...checkSource(yaml.source, schema), duplicates: yaml.problems };
}

export function checkSource<Schema extends z.ZodType>(source: Source, schema: Schema): Checked<z.output<Schema>> {
  const parsed = schema.safeParse(source.value);
  const faults = (parsed.error?.issues ?? [])
    .flatMap((issue) => faultsOf(issue, []))
    .map((fault) => (source.isDangling(fault.path) ? { ...fault, message: danglingMessage } : fault));
  return { source, data: parsed.data, faults };
}

export function problemOf(source: Source, { path, message, part }: Fault): Problem {
  return source.problemAt(path, message, part);
}

function faultsOf(issue: z.core.$ZodIssue, above: Path): Fault[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      part: 'key',
      message: messages[index] ?? issue.message,
    }));
  }
  const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => faultsOf(inner, path));
  return [{ path, part: 'value', message: issue.message }];
}

/** Of the forms that a value may have, the one whose type it has: that one's complaint helps. */
function meantBranch(branches: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  return branches.find((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
}

/** A copy of `value` without what `faults` are about; a faulty element takes its list along. */
export function withoutFaults(value: unknown, faults: readonly Fault[]): unknown {
  const copy = structuredClone(value);
  for (const { path } of faults) {
    const end = path.findLastIndex((step) => typeof step === 'string');
    const holder = path.slice(0, Math.max(0, end)).reduce<unknown>(stepInto, copy);
    const key = path[end];
    if (typeof holder === 'object' && holder !== null && key !== undefined) Reflect.deleteProperty(holder, key);
  }
  return copy;
}

function stepInto(value: unknown, step: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
}

/** Whether one of `paths` leads to a fault, through one, or to a place above one. */
export function isTouched(paths: readonly Path[], faults: readonly Pick<Fault, 'path'>[]): boolean {
  return paths.some((path) => faults.some((fault) => isPrefix(path, fault.path) || isPrefix(fault.path, path)));
}

function isPrefix(start: Path, path: Path): boolean {
  return start.every((step, index) => step === path[index]);
}
