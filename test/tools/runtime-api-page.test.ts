import assert from 'node:assert/strict';
import { it } from 'node:test';
import { commands } from '../../src/admin/command-table.js';
import { runtimeApiPage } from '../../tools/runtime-api-page.js';

it('names every command with its level', () => {
  const page = runtimeApiPage();
  for (const { words, level } of commands)
    assert.match(page, new RegExp(`^\\| \`${words}[^|]*.*\\| ${level} \\|`, 'm'));
});
