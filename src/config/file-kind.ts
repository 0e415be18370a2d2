/** Which language a configuration is written in. Pure. */

import { isSectionKeyword } from './haproxy/sections.js';

export type FileKind = 'haproxy' | 'yaml';

/** By the file's name, or else by its first word: no key of cmpp-lb.yaml stands without a colon. */
export function fileKindOf(file: string, text: string): FileKind {
  if (/\.cfg$/i.test(file)) return 'haproxy';
  if (/\.ya?ml$/i.test(file)) return 'yaml';
  const [, first = ''] = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*([^\s#]*)/.exec(text) ?? [];
  return isSectionKeyword(first) ? 'haproxy' : 'yaml';
}
