import assert from 'node:assert/strict';
import { it } from 'node:test';
import { repositoryText } from '../../tools/repository.js';
import { configOf } from './samples.js';

it('docs/moving.md shows a configuration that says what holds without it', () => {
  const docs = repositoryText('docs/moving.md');
  const [, text = ''] = docs.match(/```yaml\n([^`]*)```/) ?? [];
  const silent = text
    .split('\n')
    .filter(
      (line) =>
        !/^defaults|timeout:|heartbeat:|on-marked-down|on-link-lost|in-doubt|login-concurrency|move-rate|rebalance/.test(
          line,
        ),
    )
    .join('\n');
  assert.notEqual(silent, text);
  assert.deepEqual(configOf(text), configOf(silent));
});

it('docs/moving.md names every cause of a move that the log has', () => {
  const docs = repositoryText('docs/moving.md');
  for (const cause of ['server-marked-down', 'server-lost', 'server-reset', 'server-terminate', 'server-silent'])
    assert.ok(docs.includes(`\`${cause}\``), cause);
});
