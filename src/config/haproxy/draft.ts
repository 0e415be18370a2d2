/** The values of a cmpp-lb.yaml as they are drawn from a haproxy.cfg: each knows its place there, and may have a comment. Pure. */

import type { Path } from '../problem.js';
import type { Place } from './place.js';

export type Scalar = string | number | boolean;

export interface Branch {
  readonly place: Place;
  /** What a reader of the YAML would not know. */
  comment: string | undefined;
  /** What is to be said before it. */
  readonly remarks: string[];
  /** Of a secret: where the YAML says that it is kept. */
  readonly variable: string | undefined;
  /** Undefined where there are keys below. */
  readonly value: Scalar | undefined;
  /** In the order in which they were put. */
  readonly entries: Map<string | number, Branch>;
}

export class Draft {
  readonly root: Branch = branchAt({ line: 1, column: 1, words: '' });

  /** What is above it is made, and has its place, unless it is there already. */
  put(path: Path, value: Scalar, place: Place, comment?: string): void {
    const holder = this.open(path.slice(0, -1), place);
    const key = path.at(-1);
    if (key !== undefined) holder.entries.set(key, branchAt(place, value, comment));
  }

  /** A value that stands in the haproxy.cfg, and that the YAML is not to show. */
  putSecret(path: Path, value: string, place: Place, variable: string, comment: string): void {
    const holder = this.open(path.slice(0, -1), place);
    const key = path.at(-1);
    if (key !== undefined) holder.entries.set(key, { ...branchAt(place, value, comment), variable });
  }

  /** Makes sure that there are keys there, or may be. */
  open(path: Path, place: Place): Branch {
    let branch = this.root;
    for (const step of path) {
      const next = branch.entries.get(step) ?? branchAt(place);
      branch.entries.set(step, next);
      branch = next;
    }
    return branch;
  }

  find(path: Path): Branch | undefined {
    return path.reduce<Branch | undefined>((branch, step) => branch?.entries.get(step), this.root);
  }

  /** The place of what stands at `path`, or of the nearest above it. */
  placeOf(path: Path): Place {
    let branch = this.root;
    for (const step of path) {
      const next = branch.entries.get(step);
      if (next === undefined) break;
      branch = next;
    }
    return branch.place;
  }
}

function branchAt(place: Place, value?: Scalar, comment?: string): Branch {
  return { place, comment, remarks: [], variable: undefined, value, entries: new Map() };
}

/** Whether what is below it is a list. */
export function isList({ entries }: Branch): boolean {
  return entries.has(0);
}

/** Objects without a prototype, lists and scalars, as a reader of YAML makes them. */
export function plainValue(branch: Branch): unknown {
  if (branch.value !== undefined) return branch.value;
  const values = [...branch.entries].map(([key, entry]) => [key, plainValue(entry)] as const);
  if (isList(branch)) return values.map(([, value]) => value);
  return Object.assign(Object.create(null), Object.fromEntries(values));
}
