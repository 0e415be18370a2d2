import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InBand, mayEject } from '../../src/health/in-band.js';
import type { Evidence, ServerSample } from '../../src/health/in-band.js';
import type { ObserveRules } from '../../src/health/rules.js';

const usual: ObserveRules = {
  unansweredMs: 4000,
  linkLosses: 5,
  busyPercent: 80,
  withinMs: 10_000,
  maxEjectedPercent: 50,
};
const quiet: ServerSample = {
  oldestUnansweredMs: 0,
  unanswered: '',
  answers: 0,
  submitAnswers: 0,
  busyAnswers: 0,
  linkLosses: 0,
  lastLoss: '',
};

type TimedSample = Partial<ServerSample> & { readonly atMs: number };

function waiting(atMs: number, oldestUnansweredMs: number, answers = 0): TimedSample {
  return { atMs, oldestUnansweredMs, answers, unanswered: '312 SUBMIT, 2 ACTIVE_TEST' };
}

function lost(atMs: number, linkLosses: number): TimedSample {
  return { atMs, linkLosses, lastLoss: 'ECONNREFUSED' };
}

function busy(atMs: number, busyAnswers: number, submitAnswers: number): TimedSample {
  return { atMs, busyAnswers, submitAnswers, answers: submitAnswers };
}

/** What is said of each of these samples, of which each comes at its time. */
function evidenceOf(samples: readonly TimedSample[], rules: Partial<ObserveRules> = {}): readonly string[] {
  const inBand = new InBand({ ...usual, ...rules });
  return samples.map(({ atMs, ...sample }) => said(inBand.take({ ...quiet, ...sample }, atMs)));
}

function said(evidence: Evidence): string {
  return evidence.kind === 'eject' ? evidence.text : evidence.kind;
}

describe('a stall', () => {
  it('is suspected from half of the time on, and ejects after the whole', () => {
    const samples = [0, 1999, 2000, 3999, 4000, 4250].map((ageMs) => waiting(50_000 + ageMs, ageMs));
    assert.deepEqual(evidenceOf(samples), [
      'none',
      'none',
      'suspect',
      'suspect',
      'nothing answered for 4 s (312 SUBMIT, 2 ACTIVE_TEST unanswered)',
      'nothing answered for 4.3 s (312 SUBMIT, 2 ACTIVE_TEST unanswered)',
    ]);
  });

  it('counts from the last answer to anything, and from the last probe that has passed', () => {
    const slow = [0, 3000, 6000, 8000, 10_000].map((atMs) => waiting(atMs, 20_000 + atMs, atMs === 6000 ? 1 : 0));
    assert.match(evidenceOf(slow).join('; '), /^nothing.*; nothing.*; none; suspect; nothing answered for 4 s/);
    const inBand = new InBand(usual);
    const seen = [0, 3000, 3500, 5499, 5500].map((atMs) => {
      if (atMs === 3500) inBand.cleared(3500);
      return said(inBand.take({ ...quiet, oldestUnansweredMs: 2000 + atMs }, atMs));
    });
    assert.deepEqual(seen, ['suspect', 'nothing answered for 5 s ( unanswered)', 'none', 'none', 'suspect']);
  });

  it('says how long in words that fit', () => {
    const [short] = evidenceOf([waiting(0, 430)], { unansweredMs: 400 });
    const [long] = evidenceOf([waiting(0, 1_234_567)]);
    assert.match(`${short} ${long}`, /for 430 ms .* for 1234.6 s /);
  });

  it('is not looked for where the rule is Infinity', () => {
    assert.deepEqual(evidenceOf([waiting(0, 1e9)], { unansweredMs: Infinity }), ['none']);
  });

  it('is never seen in a server that answers anything in time, however long the rest waits', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: usual.unansweredMs - 1 }), { maxLength: 100 });
    fc.assert(
      fc.property(gaps, fc.nat(1e9), (gaps, oldestMs) => {
        const inBand = new InBand(usual);
        let nowMs = 0;
        inBand.take({ ...quiet, answers: 1 }, nowMs);
        for (const gapMs of gaps) {
          const silent = inBand.take({ ...quiet, oldestUnansweredMs: oldestMs }, nowMs + gapMs);
          assert.notEqual(silent.kind, 'eject');
          nowMs += gapMs;
          assert.equal(inBand.take({ ...quiet, oldestUnansweredMs: oldestMs, answers: 1 }, nowMs).kind, 'none');
        }
      }),
    );
  });
});

describe('link losses', () => {
  it('make it suspect one by one, eject when there are many, and then count anew', () => {
    const samples = [lost(0, 1), lost(100, 0), lost(200, 3), lost(300, 1), lost(400, 4), lost(500, 1)];
    const text = '5 connections lost in 10 s (ECONNREFUSED)';
    assert.deepEqual(evidenceOf(samples), ['suspect', 'none', 'suspect', text, 'suspect', text]);
  });

  it('are forgotten when their time is over', () => {
    assert.deepEqual(evidenceOf([lost(0, 4), lost(10_000, 1), lost(10_001, 3)]), ['suspect', 'suspect', 'suspect']);
  });

  it('are not looked at where the rule is Infinity', () => {
    assert.deepEqual(evidenceOf([lost(0, 1e6)], { linkLosses: Infinity }), ['none']);
  });

  it('eject only if there were so many in that time, and always if there were in nine tenths of it', () => {
    const step = fc.record({ afterMs: fc.oneof(fc.nat(3000), fc.nat(40_000)), linkLosses: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const inBand = new InBand(usual);
        let nowMs = 0;
        let losses: { readonly atMs: number; readonly count: number }[] = [];
        const within = (ms: number) =>
          losses.filter(({ atMs }) => atMs > nowMs - ms).reduce((sum, { count }) => sum + count, 0);
        for (const { afterMs, linkLosses } of steps) {
          nowMs += afterMs;
          losses.push({ atMs: nowMs, count: linkLosses });
          const isEjected = inBand.take({ ...quiet, linkLosses }, nowMs).kind === 'eject';
          if (isEjected) assert.ok(within(usual.withinMs) >= usual.linkLosses);
          else assert.ok(within(usual.withinMs * 0.9) < usual.linkLosses);
          if (isEjected) losses = [];
        }
      }),
    );
  });
});

describe('busy answers', () => {
  const cases = [
    { name: 'too few to say anything', samples: [busy(0, 49, 49)], seen: ['none'] },
    { name: 'enough of them', samples: [busy(0, 50, 50)], seen: ['100 % of 50 SUBMIT_RESP in 10 s say busy'] },
    {
      name: 'just so many of them',
      samples: [busy(0, 800, 1000)],
      seen: ['80 % of 1,000 SUBMIT_RESP in 10 s say busy'],
    },
    { name: 'just not so many of them', samples: [busy(0, 799, 1000)], seen: ['none'] },
    {
      name: 'adding up, and counted anew when it is ejected',
      samples: [busy(0, 500, 600), busy(9000, 529, 600), busy(9100, 49, 49)],
      seen: ['83 % of 600 SUBMIT_RESP in 10 s say busy', '88 % of 600 SUBMIT_RESP in 10 s say busy', 'none'],
    },
    {
      name: 'too few at first',
      samples: [busy(0, 30, 40), busy(5000, 1000, 1160)],
      seen: ['none', '85 % of 1,200 SUBMIT_RESP in 10 s say busy'],
    },
    { name: 'forgotten', samples: [busy(0, 40, 40), busy(10_000, 40, 40)], seen: ['none', 'none'] },
  ];
  for (const { name, samples, seen } of cases) it(name, () => assert.deepEqual(evidenceOf(samples), seen));

  it('are not looked at where the rule is Infinity', () => {
    assert.deepEqual(evidenceOf([busy(0, 1e6, 1e6)], { busyPercent: Infinity }), ['none']);
  });
});

describe('the right to eject', () => {
  for (const { servers, downNow, percent, may } of [
    { servers: 4, downNow: 0, percent: 50, may: true },
    { servers: 4, downNow: 1, percent: 50, may: true },
    { servers: 4, downNow: 2, percent: 50, may: false },
    { servers: 3, downNow: 0, percent: 34, may: true },
    { servers: 3, downNow: 0, percent: 33, may: false },
    { servers: 1, downNow: 0, percent: 50, may: false },
    { servers: 1, downNow: 0, percent: 100, may: true },
    { servers: 2, downNow: 0, percent: 0, may: false },
  ]) {
    it(`is ${may ? '' : 'not '}there with ${downNow} of ${servers} down and a limit of ${percent} %`, () => {
      assert.equal(mayEject({ ...usual, maxEjectedPercent: percent }, { servers, downNow }), may);
    });
  }
});
