import assert from 'node:assert/strict';
import { it } from 'node:test';
import { catalogue, factsOfEvent } from '../../src/log/event.js';
import type { EventName } from '../../src/log/event.js';
import { logsPage } from '../../tools/logs-page.js';

function isEventName(name: string | undefined): name is EventName {
  return name !== undefined && name in catalogue;
}

it('docs/logs.md has every event, with every field in its table and in its example', () => {
  const sections = new Map(
    [...logsPage().matchAll(/^### (\S+)\n(.*?)```json\n(.*?)\n```/gms)].map(([, name, table = '', json = '']) => [
      name,
      { table, json },
    ]),
  );
  assert.deepEqual([...sections.keys()], Object.keys(catalogue));
  for (const [name, { table, json }] of sections) {
    assert.ok(isEventName(name));
    const { fields } = factsOfEvent(name);
    const example: Record<string, unknown> = JSON.parse(json);
    assert.equal(example['event'], name);
    for (const [key, field] of Object.entries(fields)) {
      assert.ok(table.includes(`\n| \`${key}\` | `), key);
      assert.deepEqual(example[key], field.example);
    }
  }
});
