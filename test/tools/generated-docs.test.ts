import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { closeReasons } from '../../src/balancer/close-reason.js';
import { catalogue, factsOfEvent } from '../../src/log/event.js';
import type { EventName } from '../../src/log/event.js';
import { closeReasonsPage } from '../../tools/close-reasons-page.js';
import { logsPage } from '../../tools/logs-page.js';

function isEventName(name: string | undefined): name is EventName {
  return name !== undefined && name in catalogue;
}

describe('docs/close-reasons.md', () => {
  it('is what the list of close reasons says', () => {
    assert.equal(readFileSync('docs/close-reasons.md', 'utf8'), closeReasonsPage(), 'run npm run generate:docs');
  });

  it('has a heading for every reason', () => {
    const headings = [...closeReasonsPage().matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, closeReasons);
  });
});

describe('docs/logs.md', () => {
  it('is what the catalogue of events says', () => {
    assert.equal(readFileSync('docs/logs.md', 'utf8'), logsPage(), 'run npm run generate:docs');
  });

  it('has every event, with every field in its table and in its example', () => {
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
        assert.match(table, new RegExp(`^\\| \`${key}\` +\\| `, 'm'));
        assert.deepEqual(example[key], field.example);
      }
    }
  });
});
