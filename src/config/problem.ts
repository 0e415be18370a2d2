/** What is wrong in a file, where, and what to write instead: the one shape of all that `cmpp-lb check` prints. Pure. */

/** The keys and list indices that lead from a file's top to a value. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly file: string;
  /** Line and column count from 1; 0 for a file that cannot be read. */
  readonly line: number;
  readonly column: number;
  /** Such as `backends.smsc.timeout.connect`; empty when it is about the whole file. */
  readonly key: string;
  /** What was expected, what is there, and what to write. Never holds the value of a secret. */
  readonly message: string;
}

/** One line, such as `cmpp-lb.yaml:12:14: backends.smsc.retries: expected …`. */
export function problemText({ file, line, column, key, message }: Problem): string {
  const where = line === 0 ? file : `${file}:${line}:${column}`;
  return key === '' ? `${where}: ${message}` : `${where}: ${key}: ${message}`;
}

/** `['frontends', 'sp', 'listen', 1]` as `frontends.sp.listen[1]`. */
export function keyText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}

export function byPlace(one: Problem, other: Problem): number {
  return one.line - other.line || one.column - other.column;
}

/** A value as a problem quotes it: short, on one line. Not for secrets. */
export function quoted(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : 'keys';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
