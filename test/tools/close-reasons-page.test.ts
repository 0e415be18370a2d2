import assert from 'node:assert/strict';
import { it } from 'node:test';
import { closeReasons } from '../../src/balancer/close-reason.js';
import { closeReasonsPage } from '../../tools/close-reasons-page.js';

it('docs/close-reasons.md has a heading for every reason', () => {
  const headings = [...closeReasonsPage().matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, closeReasons);
});
