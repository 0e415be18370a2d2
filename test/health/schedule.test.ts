import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { afterProbe, fullyUp, isUp } from '../../src/health/health.js';
import type { CheckRules } from '../../src/health/rules.js';
import { firstPauses, limitsOf, pauseAfter, pauseInTransition } from '../../src/health/schedule.js';
import { seededRandom } from '../../src/runtime/random.js';
import type { Random } from '../../src/runtime/random.js';

const usual: CheckRules = {
  rise: 2,
  fall: 3,
  interMs: 6000,
  fastinterMs: 1000,
  downinterMs: 20_000,
  timeoutMs: 5000,
  initState: 'up',
};
const leastShorter: Random = { below: () => 0 };
const mostShorter: Random = { below: (limit) => limit - 1 };

const interval = fc.integer({ min: 1, max: 60_000 });
const anyRules: fc.Arbitrary<CheckRules> = fc.record({
  rise: fc.integer({ min: 1, max: 5 }),
  fall: fc.integer({ min: 1, max: 5 }),
  interMs: interval,
  fastinterMs: interval,
  downinterMs: interval,
  timeoutMs: interval,
  initState: fc.constant('up'),
});

describe('the limits of a probe', () => {
  for (const { fall, wholeMs } of [
    { fall: 1, wholeMs: 3000 },
    { fall: 2, wholeMs: 3000 },
    { fall: 3, wholeMs: 4000 },
    { fall: 6, wholeMs: 5000 },
  ]) {
    it(`are ${wholeMs} of 6000 ms for fall ${fall}`, () => {
      assert.deepEqual(limitsOf({ ...usual, fall }), { wholeMs, answerMs: 5000 });
    });
  }
});

describe('the pause after a probe', () => {
  /** Each probe began at 12,000 and has just ended; the pause is from then on, with the least jitter, to a tick. */
  const cases = [
    { name: 'inter while fully up', counter: 4, status: 'L7OK', tookMs: 100, pauseMs: 5750 },
    { name: 'fastinter on the way down', counter: 3, status: 'L4CON', tookMs: 100, pauseMs: 875 },
    { name: 'fastinter on the way up', counter: 1, status: 'L7OK', tookMs: 100, pauseMs: 875 },
    { name: 'downinter while fully down', counter: 0, status: 'L4CON', tookMs: 0, pauseMs: 19_500 },
    { name: 'none if the probe took longer', counter: 3, status: 'L7RSP', tookMs: 3000, pauseMs: 0 },
    { name: 'none after a probe that ran out', counter: 3, status: 'L7TOUT', tookMs: 4000, pauseMs: 0 },
    { name: 'none after a connection that ran out', counter: 2, status: 'L4TOUT', tookMs: 4000, pauseMs: 0 },
    {
      name: 'downinter after one that ran out and put it down',
      counter: 0,
      status: 'L7TOUT',
      tookMs: 4000,
      pauseMs: 15_500,
    },
    { name: 'as usual after one that was broken off', counter: 4, status: undefined, tookMs: 0, pauseMs: 5850 },
  ] as const;
  for (const { name, counter, status, tookMs, pauseMs } of cases) {
    it(`is ${name}`, () => {
      const ended = { startedAtMs: 12_000, status };
      assert.equal(pauseAfter(ended, counter, 12_000 + tookMs, usual, leastShorter), pauseMs);
    });
  }

  it('waits out the rest of what a probe may take after one that ran into a shorter limit of its own', () => {
    const rules = { ...usual, timeoutMs: 500, fastinterMs: 6000 };
    const ended = { startedAtMs: 0, status: 'L7TOUT' } as const;
    assert.equal(pauseAfter(ended, 3, 500, rules, leastShorter), 3900 - 500);
  });

  it('is shortened by 2 to 10 %, never lengthened, and never negative', () => {
    const random = seededRandom(1);
    fc.assert(
      fc.property(anyRules, fc.nat(9), fc.nat(100_000), fc.boolean(), (rules, counter, tookMs, hasRunOut) => {
        const now = Math.min(counter, fullyUp(rules));
        const status = hasRunOut ? 'L7TOUT' : 'L4CON';
        const pauseOf = (random: Random) => pauseAfter({ startedAtMs: 0, status }, now, tookMs, rules, random);
        const pauseMs = pauseOf(random);
        assert.ok(pauseMs >= pauseOf(mostShorter) && pauseMs <= pauseOf(leastShorter));
        assert.ok(pauseOf(mostShorter) >= 0);
      }),
    );
    for (let startedAtMs = 0; startedAtMs < 150; startedAtMs += 1) {
      const ended = { startedAtMs, status: 'L7OK' } as const;
      assert.ok(pauseAfter(ended, 4, startedAtMs, usual, leastShorter) <= 5880);
      assert.ok(pauseAfter(ended, 4, startedAtMs, usual, mostShorter) >= 5400);
    }
  });

  it('ends on a tick, a fortieth of the interval, that is the same for all servers', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(), (startedAtMs, seed) => {
        const pauseMs = pauseAfter({ startedAtMs, status: 'L7OK' }, 4, startedAtMs, usual, seededRandom(seed));
        assert.equal((startedAtMs + pauseMs) % 150, 0);
      }),
    );
  });

  it('puts no servers in step, and keeps apart those that began so', () => {
    for (const apartMs of [0, usual.interMs / 200]) {
      const random = seededRandom(7);
      const ticks = new Map<number, number>();
      for (let server = 0; server < 200; server += 1) {
        let startedAtMs = server * apartMs;
        while (startedAtMs < 300 * usual.interMs) {
          startedAtMs += pauseAfter({ startedAtMs, status: 'L7OK' }, 4, startedAtMs, usual, random);
        }
        ticks.set(startedAtMs, (ticks.get(startedAtMs) ?? 0) + 1);
      }
      // 200 on 40 ticks by chance: 5 on each, and hardly ever three times as many on any.
      assert.ok(ticks.size > 30, `${ticks.size} ticks`);
      assert.ok(Math.max(...ticks.values()) < 15, `${Math.max(...ticks.values())} on one tick`);
    }
  });

  it('is at most fastinter, and inter, when others than probes have put it up or down', () => {
    assert.equal(pauseInTransition(usual, leastShorter), 980);
    assert.equal(pauseInTransition({ ...usual, fastinterMs: 60_000 }, mostShorter), 5550);
  });
});

/**
 * A server of which every probe passes at once until it stalls, and then none. Probes begin at 0; it has `counter` then.
 * Returns how long after the stall it is down.
 */
function timeToDown(rules: CheckRules, counter: number, stallAtMs: number, random: Random): number {
  const limits = limitsOf(rules);
  let health = counter;
  for (let startedAtMs = 0; ;) {
    const hasPassed = startedAtMs < stallAtMs;
    const endedAtMs = startedAtMs + (hasPassed ? 0 : Math.min(limits.wholeMs, limits.answerMs));
    health = afterProbe(health, hasPassed, rules);
    if (!isUp(health, rules)) return endedAtMs - stallAtMs;
    const ended = { startedAtMs, status: hasPassed ? 'L7OK' : 'L7TOUT' } as const;
    startedAtMs = endedAtMs + pauseAfter(ended, health, endedAtMs, rules, random);
  }
}

/** What is promised of that. */
function mostMs({ interMs, fall }: CheckRules): number {
  return (fall === 1 ? 1.5 : fall) * interMs;
}

describe('a server that stalls', () => {
  const shares = fc.double({ min: 0, max: 3, noNaN: true });

  it('is down within fall x inter, whenever it was that it stalled', () => {
    fc.assert(
      fc.property(anyRules, shares, fc.nat(), (rules, share, seed) => {
        const tookMs = timeToDown(rules, fullyUp(rules), share * rules.interMs, seededRandom(seed));
        assert.ok(tookMs <= mostMs(rules) + 1e-6, `${tookMs} of ${mostMs(rules)} ms`);
      }),
      { numRuns: 500 },
    );
  });

  it('is down that soon at the worst moment too, which is right after a probe', () => {
    const rules = { ...usual, fastinterMs: 6000, timeoutMs: 60_000 };
    assert.equal(timeToDown(rules, 4, 0.001, leastShorter) + 0.001, 5850 + 3 * 4000);
    assert.equal(timeToDown({ ...rules, fall: 1 }, 2, 0.001, leastShorter) + 0.001, 5850 + 3000);
  });

  it('is down that soon also if its last probes have failed otherwise, as long as fastinter is not above inter', () => {
    fc.assert(
      fc.property(anyRules, fc.nat(4), fc.nat(), (anyOf, failed, seed) => {
        const rules = { ...anyOf, fastinterMs: Math.min(anyOf.fastinterMs, anyOf.interMs) };
        const random = seededRandom(seed);
        const counter = Math.max(rules.rise, fullyUp(rules) - failed);
        const pauseMs = pauseAfter({ startedAtMs: 0, status: 'L4CON' }, counter, 0, rules, random);
        const tookMs = pauseMs + timeToDown(rules, counter, 0, random);
        assert.ok(tookMs <= mostMs(rules) + 1e-6, `${tookMs} of ${mostMs(rules)} ms`);
      }),
    );
  });
});

describe('the first probes of many servers', () => {
  it('are spread evenly over the shortest interval', () => {
    assert.deepEqual(firstPauses([usual, usual, usual, usual]), [0, 250, 500, 750]);
    assert.deepEqual(firstPauses([usual, { ...usual, downinterMs: 600 }]), [0, 300]);
    assert.deepEqual(firstPauses([usual]), [0]);
    assert.deepEqual(firstPauses([]), []);
  });
});
