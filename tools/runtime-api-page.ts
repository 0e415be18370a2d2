/** Draws docs/runtime-api.md from the table of commands. Pure. */

import { commands } from '../src/admin/command-table.js';
import { markdownTable } from './markdown-table.js';
import { DIFFERENCES, INTRODUCTION } from './runtime-api-page-text.js';

export function runtimeApiPage(): string {
  const rows = [...commands]
    .sort((one, other) => (one.words < other.words ? -1 : 1))
    .map(({ words, takes, level, help }) => [`\`${`${words} ${takes}`.replaceAll(/ +/g, ' ').trim()}\``, level, help]);
  return [INTRODUCTION, markdownTable(['command', 'level', 'what it does'], rows), DIFFERENCES].join('\n');
}
