/** Reads YAML into plain values, each of which knows its line and column. Pure. */

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, YAMLMap } from 'yaml';
import { keyText } from './problem.js';
import type { Path, Problem } from './problem.js';
import type { Source } from './source.js';
import { syntaxMessage } from './yaml-syntax.js';

/** Far above any real file. They stop an alias that holds itself, and aliases that multiply one another. */
const DEEPEST_NESTING = 32;
const MOST_VALUES = 100_000;
/** One slip makes a parser complain about all that follows; the first complaints name it. */
const MOST_SYNTAX_PROBLEMS = 10;
const LARGEST_TEXT_CHARS = 4 * 1024 ** 2;

/** A text that is YAML may still have problems, such as a key written twice. */
export type YamlReading =
  | { readonly kind: 'read'; readonly source: Source; readonly problems: readonly Problem[] }
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };

/** A value, where it begins (an offset into the text), and the same for all below it. */
interface Located {
  readonly value: unknown;
  readonly start: number;
  readonly entries: ReadonlyMap<string | number, { readonly keyStart: number; readonly located: Located }>;
}

interface Complaint {
  readonly start: number;
  readonly path: Path;
  readonly message: string;
}

export function readYaml(file: string, text: string): YamlReading {
  const lines = new LineCounter();
  const problem = ({ start, path, message }: Complaint): Problem => {
    const { line, col } = lines.linePos(start);
    return { file, line: Math.max(1, line), column: Math.max(1, col), key: keyText(path), message };
  };
  if (text.length > LARGEST_TEXT_CHARS) {
    const message = `expected a configuration of at most ${LARGEST_TEXT_CHARS} characters, got ${text.length}`;
    return { kind: 'unreadable', problems: [problem({ start: 0, path: [], message })] };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
    // Found below instead, where the key's whole path is known.
    uniqueKeys: false,
  });
  const reader = new Reader(document, (offset) => lines.linePos(offset).line);
  const complaints = syntaxComplaints(document, text);
  const top = complaints.length === 0 ? reader.read(document.contents, [], 0) : undefined;
  if (top === undefined || reader.isStopped) {
    return { kind: 'unreadable', problems: [...complaints, ...reader.complaints].map(problem) };
  }
  const source: Source = {
    value: top.value,
    problemAt: (path, message, part = 'value') => problem({ start: startOf(top, path, part), path, message }),
    isWritten: (path) => locate(top, path) !== undefined,
    isDangling: (path) => reader.dangling.has(keyText(path)),
    keysAt: (path) => [...(locate(top, path)?.entries.keys() ?? [])].map(String),
  };
  return { kind: 'read', source, problems: reader.complaints.map(problem) };
}

function syntaxComplaints(document: Document.Parsed, text: string): Complaint[] {
  const byStart = new Map<number, Complaint>();
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    const start = Math.min(pos[0], text.length);
    if (!byStart.has(start)) byStart.set(start, { start, path: [], message: syntaxMessage(code) });
  }
  return [...byStart.values()].slice(0, MOST_SYNTAX_PROBLEMS);
}

function startOf(top: Located, path: Path, part: 'key' | 'value'): number {
  let located = top;
  let start = 0;
  for (const [index, step] of path.entries()) {
    const entry = located.entries.get(step);
    if (entry === undefined) return start;
    located = entry.located;
    // What holds keys begins at the first of them, often on another line; it is known by its own key.
    const isSingle = typeof located.value !== 'object' || located.value === null;
    const isValue = part === 'value' && index === path.length - 1 && isSingle;
    start = isValue ? located.start : entry.keyStart;
  }
  return start;
}

function locate(top: Located, path: Path): Located | undefined {
  return path.reduce<Located | undefined>((located, step) => located?.entries.get(step)?.located, top);
}

class Reader {
  readonly complaints: Complaint[] = [];
  readonly dangling = new Set<string>();
  isStopped = false;
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #lineOf: (offset: number) => number;
  #values = 0;

  constructor(document: Document.Parsed, lineOf: (offset: number) => number) {
    this.#targets = aliasTargets(document);
    this.#lineOf = lineOf;
  }

  /** `fallbackStart` is the place of a value that is not there, as after `key:`. */
  read(node: unknown, path: Path, fallbackStart: number): Located {
    const start = startOfText(node) ?? fallbackStart;
    this.#values += 1;
    if (path.length > DEEPEST_NESTING || this.#values > MOST_VALUES) this.#stop(start, path);
    if (this.isStopped) return { value: null, start, entries: new Map() };
    if (isAlias(node)) return this.#readAlias(node, path, start);
    if (isMap(node)) return this.#readMap(node, path, start);
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.read(item, [...path, index], start));
      const entries = new Map(items.map((located, index) => [index, { keyStart: located.start, located }]));
      return { value: items.map((item) => item.value), start, entries };
    }
    return { value: isScalar(node) ? node.value : null, start, entries: new Map() };
  }

  #readAlias(alias: Alias, path: Path, start: number): Located {
    const target = this.#targets.get(alias);
    if (target !== undefined) return this.read(target, path, start);
    this.dangling.add(keyText(path));
    return { value: null, start, entries: new Map() };
  }

  #readMap(map: YAMLMap, path: Path, start: number): Located {
    const value: Record<string, unknown> = Object.create(null);
    const entries = new Map<string, { keyStart: number; located: Located }>();
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      const keyStart = startOfText(pair.key) ?? start;
      const below = [...path, key];
      const earlier = entries.get(key);
      if (earlier !== undefined) {
        const message = `written twice, first in line ${this.#lineOf(earlier.keyStart)}; remove one`;
        this.complaints.push({ start: keyStart, path: below, message });
      }
      // Objects treat this one key in a way of their own, and a schema would pass over it.
      if (key === '__proto__')
        this.complaints.push({ start: keyStart, path: below, message: 'not a name; write another' });
      const located = this.read(pair.value, below, keyStart);
      value[key] = located.value;
      entries.set(key, { keyStart, located });
    }
    return { value, start, entries };
  }

  #stop(start: number, path: Path): void {
    if (this.isStopped) return;
    this.isStopped = true;
    const message = `expected at most ${DEEPEST_NESTING} levels and ${MOST_VALUES} values; an alias may hold itself here`;
    this.complaints.push({ start, path: path.slice(0, 4), message });
  }
}

/** The node that each alias stands for: the last with its anchor before it. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** Undefined where nothing is written, as after `key:`. */
function startOfText(node: unknown): number | undefined {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [];
  return start === end ? undefined : start;
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isScalar(value) || isMap(value) || isSeq(value);
}
