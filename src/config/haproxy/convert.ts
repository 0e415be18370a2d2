/** Writes the cmpp-lb.yaml that says what a haproxy.cfg says. Pure. */

import { Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Node } from 'yaml';
import type { Mode } from '../vocabulary.js';
import { isList } from './draft.js';
import type { Branch, Draft } from './draft.js';
import type { Remarks } from './place.js';
import { translate } from './translate.js';
import type { Variable } from './words.js';

const LONGEST_LINE_CHARS = 120;
/** Before the space and the sign, and what a section is indented by. */
const LONGEST_COMMENT_CHARS = 110;

/** For a file without problems. */
export function convert(file: string, text: string, mode: Mode | undefined, variable: Variable): string {
  const { draft, remarks } = translate(file, text, mode, variable);
  addRemarks(draft, remarks);
  const document = new Document(nodeOf(draft.root));
  document.commentBefore = commentText([`What ${file} says`, ...draft.root.remarks]);
  return document.toString({ lineWidth: LONGEST_LINE_CHARS });
}

/** Each remark goes before the section that its line is in, or to the top of the file. */
function addRemarks({ root }: Draft, { warnings, notes }: Remarks): void {
  const sections = sectionsOf(root);
  for (const { line, key, message } of [...notes, ...warnings].sort((one, other) => one.line - other.line)) {
    const section = sections.findLast(({ place }) => place.line <= line && isOf(place.words, key));
    (section ?? root).remarks.push(`line ${line}: ${key}: ${message}`);
  }
}

/** `global`, `defaults`, and each frontend and backend. A listen section is in the file twice, and is spoken of once. */
function sectionsOf(root: Branch): readonly Branch[] {
  return [...root.entries].flatMap(([key, branch]) =>
    key === 'frontends' || key === 'backends' ? [...branch.entries.values()] : [branch],
  );
}

function isOf(title: string, key: string): boolean {
  return key === title || key.startsWith(`${title}:`);
}

function nodeOf(branch: Branch, depth = 0, isWithin = false): Node {
  if (branch.variable !== undefined) return referenceNode(branch.variable, branch.comment);
  if (branch.value !== undefined) {
    const scalar = new Scalar(branch.value);
    if (branch.comment !== undefined) scalar.comment = ` ${branch.comment}`;
    return scalar;
  }
  // What is short stands on one line; a comment or a section would not be seen there.
  const isFlow = isWithin || [...branch.entries.values()].every(isBare);
  if (isList(branch)) {
    const list = new YAMLSeq();
    list.items = [...branch.entries.values()].map((entry) => nodeOf(entry, depth + 1, isFlow));
    list.flow = isFlow;
    return list;
  }
  const map = new YAMLMap();
  for (const [key, entry] of branch.entries) {
    const name = new Scalar(key);
    if (entry.remarks.length > 0) name.commentBefore = commentText(entry.remarks);
    name.spaceBefore = depth === 0 && map.items.length > 0;
    map.add({ key: name, value: nodeOf(entry, depth + 1, isFlow) });
  }
  map.flow = isFlow;
  return map;
}

/** `{ env: NAME }` in place of the secret itself. */
function referenceNode(variable: string, comment: string | undefined): Node {
  const map = new YAMLMap();
  map.add({ key: new Scalar('env'), value: new Scalar(variable) });
  map.flow = true;
  if (comment !== undefined) map.comment = ` ${comment}`;
  return map;
}

/** As lines of comments, those that are too long cut between words. */
function commentText(remarks: readonly string[]): string {
  const cut = new RegExp(`(.{1,${LONGEST_COMMENT_CHARS}})(?: |$)`, 'g');
  return remarks.map((remark) => [...remark.matchAll(cut)].map(([, part]) => ` ${part}`).join('\n  ')).join('\n');
}

/** A single value without a comment. */
function isBare({ value, comment, remarks }: Branch): boolean {
  return value !== undefined && comment === undefined && remarks.length === 0;
}
