import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  HealthRecord,
  afterEjection,
  afterProbe,
  afterRules,
  fullyUp,
  healthWord,
  initialCounter,
  isUp,
} from '../../src/health/health.js';
import type { ProbeOutcome } from '../../src/health/probe.js';
import { INIT_STATES } from '../../src/health/rules.js';
import type { InitState } from '../../src/health/rules.js';

const usual = { rise: 2, fall: 3 };
const pass: ProbeOutcome = { hasPassed: true, status: 'L7OK', text: 'status 0 (ok)', durationMs: 3, steps: [] };
const refusal: ProbeOutcome = { hasPassed: false, status: 'L4CON', text: 'ECONNREFUSED', durationMs: 1, steps: [] };

/** The status words after each of these probes: o passed, x failed. */
function wordsOf(marks: string, counter: number, rules = usual): readonly string[] {
  let now = counter;
  return Array.from(marks, (mark) => healthWord((now = afterProbe(now, mark === 'o', rules)), rules));
}

function recordOf(initState: InitState, nowMs = 0): HealthRecord {
  return new HealthRecord({ ...usual, initState }, nowMs);
}

describe('the health counter', () => {
  /** The first two were printed by HAProxy 2.6.12; haproxy-states.test.ts compares many more with it. */
  const sequences: readonly { from: number; rise: number; fall: number; marks: string; words: string }[] = [
    { from: 4, rise: 2, fall: 3, marks: 'xxxoo', words: 'UP 2/3, UP 1/3, DOWN, DOWN 1/2, UP' },
    { from: 2, rise: 2, fall: 3, marks: 'xoo', words: 'DOWN, DOWN 1/2, UP' },
    { from: 2, rise: 2, fall: 3, marks: 'o', words: 'UP' },
    { from: 4, rise: 2, fall: 3, marks: 'xxoxxox', words: 'UP 2/3, UP 1/3, UP, UP 2/3, UP 1/3, UP, UP 2/3' },
    { from: 0, rise: 3, fall: 1, marks: 'oxoooxo', words: 'DOWN 1/3, DOWN, DOWN 1/3, DOWN 2/3, UP, DOWN, DOWN 1/3' },
    { from: 1, rise: 1, fall: 1, marks: 'xxoox', words: 'DOWN, DOWN, UP, UP, DOWN' },
    { from: 3, rise: 1, fall: 3, marks: 'xxxo', words: 'UP 2/3, UP 1/3, DOWN, UP' },
  ];
  for (const { from, rise, fall, marks, words } of sequences) {
    it(`goes from ${from} by ${marks} with rise ${rise} and fall ${fall} through ${words}`, () => {
      assert.equal(wordsOf(marks, from, { rise, fall }).join(', '), words);
    });
  }

  it('begins where init-state says', () => {
    const wordsWith = (rules: typeof usual) => INIT_STATES.map((s) => healthWord(initialCounter(s, rules), rules));
    assert.deepEqual(wordsWith(usual), ['UP', 'UP 1/3', 'DOWN 1/2', 'DOWN']);
    assert.deepEqual(wordsWith({ rise: 1, fall: 1 }), ['UP', 'UP', 'DOWN', 'DOWN']);
  });

  const anyHealth = fc
    .record({ rise: fc.integer({ min: 1, max: 6 }), fall: fc.integer({ min: 1, max: 6 }) })
    .chain((rules) => fc.record({ rules: fc.constant(rules), counter: fc.nat(fullyUp(rules)) }));

  it('takes fall failures from fully up to down, and rise passes from down to fully up', () => {
    fc.assert(
      fc.property(anyHealth, fc.array(fc.boolean(), { maxLength: 20 }), ({ rules }, before) => {
        let counter = [...before, ...Array.from({ length: rules.rise }, () => true)].reduce(
          (c, o) => afterProbe(c, o, rules),
          0,
        );
        assert.equal(counter, fullyUp(rules), 'whatever came before');
        for (let failed = 1; failed <= rules.fall; failed += 1) {
          counter = afterProbe(counter, false, rules);
          assert.equal(isUp(counter, rules), failed < rules.fall);
        }
        assert.equal(counter, 0);
      }),
    );
  });

  it('is down after an ejection, by which no server comes nearer to being up, and one pass brings it back', () => {
    fc.assert(
      fc.property(anyHealth, ({ rules, counter }) => {
        const ejected = afterEjection(counter, rules);
        assert.ok(!isUp(ejected, rules) && ejected <= counter);
        if (isUp(counter, rules)) assert.equal(afterProbe(ejected, true, rules), fullyUp(rules));
        assert.equal(afterProbe(ejected, false, rules), 0);
      }),
    );
  });
});

describe('the record of health', () => {
  it('says what has become of each probe, and counts only the failures that set it back', () => {
    const record = recordOf('up');
    assert.equal(record.word, 'UP 1/3');
    const kinds = [pass, pass, refusal, refusal, refusal, refusal, pass, refusal, pass, pass].map(
      (outcome, index) => record.probed(outcome, 100 * index).kind,
    );
    assert.deepEqual(kinds, ['step', 'none', 'step', 'step', 'down', 'none', 'step', 'step', 'step', 'up']);
    const { checks, failures, timesDown, changedAtMs, why, lastOutcome } = record;
    assert.deepEqual(
      { checks, failures, timesDown, changedAtMs, why },
      { checks: 10, failures: 4, timesDown: 1, changedAtMs: 900, why: 'status 0 (ok)' },
    );
    assert.equal(lastOutcome, pass);
  });

  it('adds up the time down, and lets it run while it is down', () => {
    const record = recordOf('fully-up', 1000);
    assert.equal(record.downtimeMs(5000), 0);
    record.forced('down', 6000);
    assert.equal(record.downtimeMs(6500), 500);
    record.forced('down', 7000);
    record.forced('up', 8000);
    assert.equal(record.downtimeMs(9000), 2000);
    record.forced('down', 10_000);
    assert.equal(record.downtimeMs(10_001), 2001);
    assert.equal(record.timesDown, 2);
    assert.equal(recordOf('down', 1000).downtimeMs(1500), 500, 'also from the beginning');
  });

  it('keeps the reason and the time of the last change between up and down', () => {
    const record = recordOf('fully-up');
    const seen = [`${record.why} @${record.changedAtMs}`];
    const note = () => seen.push(`${record.word}: ${record.why} @${record.changedAtMs}`);
    record.probed(refusal, 10);
    note();
    assert.deepEqual(record.ejected('nothing answered for 4 s', 20), { kind: 'down' });
    note();
    assert.deepEqual(record.ejected('5 connections lost in 10 s', 30), { kind: 'none' });
    assert.deepEqual(record.probed(refusal, 40), { kind: 'step' });
    note();
    assert.deepEqual(record.forced('up', 50), { kind: 'up' });
    note();
    assert.deepEqual(record.leftMaintenance(60), { kind: 'step' });
    note();
    record.forced('down', 70);
    assert.deepEqual(record.leftMaintenance(80), { kind: 'up' });
    note();
    assert.deepEqual(seen, [
      'init-state fully-up @0',
      'UP 2/3: init-state fully-up @0',
      'DOWN 1/2: nothing answered for 4 s @20',
      'DOWN: nothing answered for 4 s @20',
      'UP: set up by the operator @50',
      'UP 1/3: set up by the operator @50',
      'UP 1/3: left maintenance @80',
    ]);
  });
});

describe('other rules', () => {
  const rules = fc.record({ rise: fc.integer({ min: 1, max: 9 }), fall: fc.integer({ min: 1, max: 9 }) });

  it('leave a server as healthy as it was', () => {
    fc.assert(
      fc.property(rules, rules, fc.nat(16), (before, now, number) => {
        const counter = number % (fullyUp(before) + 1);
        const after = afterRules(counter, before, now);
        assert.ok(after >= 0 && after <= fullyUp(now));
        assert.equal(isUp(after, now), isUp(counter, before));
        if (counter === 0) assert.equal(after, 0);
        if (counter === fullyUp(before)) assert.equal(healthWord(after, now), 'UP');
        assert.equal(afterRules(counter, before, before), counter);
      }),
    );
  });

  it('keep what was counted', () => {
    const record = new HealthRecord({ ...usual, initState: 'up' }, 0);
    record.probed(refusal, 10);
    record.use({ rise: 1, fall: 1 });
    assert.deepEqual([record.word, record.failures, record.timesDown, record.changedAtMs], ['DOWN', 1, 1, 10]);
    assert.equal(record.probed(pass, 20).kind, 'up');
  });
});
