import assert from 'node:assert/strict';
import { it } from 'node:test';
import { commands } from '../../src/admin/command-table.js';
import { planOf } from '../../src/config/reload-plan.js';
import { planLines } from '../../src/config/reload-plan-text.js';
import { reloadPage } from '../../tools/reload-page.js';
import { configOf, sound, withKey } from '../config/samples.js';

it('shows lines of a plan as they are', () => {
  const before = sound.replace('smsc1:', 'server2:');
  const after = withKey('server', 'weight: 3').replace('smsc1:', 'server4: { address: 10.0.0.4:7890 }, server2:');
  const lines = planLines(planOf(configOf(before), configOf(after)));
  assert.equal(lines.length, 2);
  for (const line of lines) assert.ok(reloadPage().includes(`    ${line}\n`), line);
});

it('names commands that there are', () => {
  const known = new Set(commands.map(({ words }) => words));
  for (const words of ['reload', 'add server', 'del server', 'enable health', 'set server']) {
    assert.ok(known.has(words) && reloadPage().includes(words), words);
  }
});

it('says of every key when it holds', () => {
  const rows = [...reloadPage().matchAll(/^\| `((?:global|admin|frontends|backends)\.\S+)` \| (.*?) \|/gm)];
  assert.ok(rows.length > 50);
  for (const [, key, holds = ''] of rows) assert.match(holds, /^(at once|new sessions|restart)$/, key);
});
