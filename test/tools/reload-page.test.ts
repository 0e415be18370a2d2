import assert from 'node:assert/strict';
import { it } from 'node:test';
import { commands } from '../../src/admin/command-table.js';
import type { Config } from '../../src/config/config.js';
import { planOf } from '../../src/config/reload-plan.js';
import { planLines } from '../../src/config/reload-plan-text.js';
import { reloadPage } from '../../tools/reload-page.js';
import { configOf, sound, withKey } from '../config/samples.js';

function withAccounts(keys: string): Config {
  return configOf(`accounts: { ${keys} }\n${sound}`);
}

it('shows lines of a plan as they are', () => {
  const before = sound.replace('smsc1:', 'server2:');
  const after = withKey('server', 'weight: 3').replace('smsc1:', 'server4: { address: 10.0.0.4:7890 }, server2:');
  const lines = planLines(planOf(configOf(before), configOf(after)));
  const [rate, limits] = ['submit-rate: 600/s', 'max-connections: 4, window: 16'];
  const former = withAccounts('"900001": { submit-rate: 500/s }, "900002": {}');
  const next = withAccounts(`"900001": { ${rate} }, "900003": { ${limits} }`);
  lines.push(...planLines(planOf(former, next, { sessionsAt: () => 1, originOf: () => '' })));
  assert.equal(lines.length, 5);
  for (const line of lines) assert.ok(reloadPage().includes(`    ${line}\n`), line);
});

it('names commands that there are', () => {
  const known = new Set(commands.map(({ words }) => words));
  for (const words of ['reload', 'add server', 'del server', 'enable health', 'set server']) {
    assert.ok(known.has(words) && reloadPage().includes(words), words);
  }
});

it('says of every key when it holds', () => {
  const rows = [
    ...reloadPage().matchAll(/^\| `((?:global|admin|frontends|backends|accounts|default-account)\.\S+)` \| (.*?) \|/gm),
  ];
  assert.ok(rows.length > 70);
  for (const [, key, holds = ''] of rows) assert.match(holds, /^(at once|new sessions|restart)$/, key);
});
