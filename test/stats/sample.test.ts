import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ratesBetween } from '../../src/stats/sample.js';

const passed = { atMs: 1000, submits: 100, delivers: 40 };

describe('Messages a second', () => {
  for (const [what, now, rates] of [
    ['are what passed since', { atMs: 6000, submits: 1100, delivers: 41 }, { submit: 200, deliver: 0.2 }],
    ['are none where nothing did', { ...passed, atMs: 6000 }, { submit: 0, deliver: 0 }],
    ['are unknown where counters were cleared', { atMs: 6000, submits: 0, delivers: 45 }, { submit: null, deliver: 1 }],
    ['are unknown without time between', { ...passed, submits: 200 }, { submit: null, deliver: null }],
  ] as const) {
    it(what, () => assert.deepEqual(ratesBetween(passed, now), rates));
  }
});
