import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { latenciesBetween, ratesBetween } from '../../src/stats/sample.js';

const NOBODY = new Map<string, { count: number; sumMs: number }>();
const passed = { atMs: 1000, submits: 100, delivers: 40, limited: 10, answers: NOBODY };

describe('Messages a second', () => {
  for (const [what, now, rates] of [
    [
      'are what passed since',
      { atMs: 6000, submits: 1100, delivers: 41, limited: 15 },
      { submit: 200, deliver: 0.2, limited: 1 },
    ],
    ['are none where nothing did', { ...passed, atMs: 6000 }, { submit: 0, deliver: 0, limited: 0 }],
    [
      'are unknown where counters were cleared',
      { atMs: 6000, submits: 0, delivers: 45 },
      { submit: null, deliver: 1, limited: 0 },
    ],
    ['are unknown without time between', { ...passed, submits: 200 }, { submit: null, deliver: null, limited: null }],
  ] as const) {
    it(what, () => assert.deepEqual(ratesBetween(passed, { ...passed, ...now }), rates));
  }
});

it('averages how soon servers answered, where they did', () => {
  const before = {
    ...passed,
    answers: new Map([
      ['smsc/s1', { count: 10, sumMs: 100 }],
      ['smsc/s3', { count: 9, sumMs: 9 }],
    ]),
  };
  const answers = new Map([
    ['smsc/s1', { count: 14, sumMs: 110 }],
    ['smsc/s2', { count: 2, sumMs: 30 }],
    ['smsc/s3', { count: 1, sumMs: 1 }],
    ['smsc/s4', { count: 0, sumMs: 0 }],
  ]);
  assert.deepEqual(latenciesBetween(before, { ...before, answers }), {
    'latency:smsc/s1': 2.5,
    'latency:smsc/s2': 15,
    'latency:smsc/s3': null,
    'latency:smsc/s4': null,
  });
});
