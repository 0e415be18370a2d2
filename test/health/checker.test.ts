import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Checker } from '../../src/health/checker.js';
import type { Probe, ProbeLimits, ProbeOutcome } from '../../src/health/probe.js';
import type { CheckRules } from '../../src/health/rules.js';
import { seededRandom } from '../../src/runtime/random.js';
import { FakeClock } from '../support/fake-clock.js';

const usual: CheckRules = {
  rise: 2,
  fall: 3,
  interMs: 5000,
  fastinterMs: 1000,
  downinterMs: 10_000,
  timeoutMs: 2000,
  initState: 'up',
};

function outcomeOf(status: ProbeOutcome['status']): ProbeOutcome {
  return { hasPassed: status === 'L7OK', status, text: `text of ${status}`, durationMs: 1, steps: [] };
}

/** A probe that ends when it is told to, or throws. */
class FakeProbe implements Probe {
  readonly startsMs: number[] = [];
  readonly limits: ProbeLimits[] = [];
  stops = 0;
  throwsOnRun = false;
  throwsOnStop = false;
  readonly #clock: FakeClock;
  #done: ((outcome: ProbeOutcome) => void) | undefined;
  #isUnderWay = false;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  run(limits: ProbeLimits, done: (outcome: ProbeOutcome) => void): void {
    assert.ok(!this.#isUnderWay, 'one at a time');
    this.startsMs.push(this.#clock.nowMs());
    this.limits.push(limits);
    this.#isUnderWay = true;
    this.#done = done;
    if (this.throwsOnRun) throw new Error('a bug');
  }

  stop(): void {
    this.stops += 1;
    this.#isUnderWay = false;
    if (this.throwsOnStop) throw new Error('a bug in stop');
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Also when it has been stopped, as a probe with a bug would. */
  end(status: ProbeOutcome['status']): void {
    this.#isUnderWay = false;
    this.#done?.(outcomeOf(status));
  }
}

function bench(rules: Partial<CheckRules> = {}) {
  const clock = new FakeClock();
  const probe = new FakeProbe(clock);
  const told: string[] = [];
  const checker: Checker = new Checker({
    probe,
    rules: { ...usual, ...rules },
    clock,
    // No jitter but the least, so that the times can be read: 2 %, and back to a tick, a fortieth of the interval.
    random: { below: () => 0 },
    watcher: {
      probed: ({ status }, { kind }) => void told.push(`${status} ${kind} ${checker.health.word}`),
      failed: (error) => void told.push(String(error)),
    },
  });
  return { clock, probe, told, checker };
}

/** The same with the first probe passed at 0, so that the server is fully up and the next probe begins at 4875. */
function fullyUpBench(rules: Partial<CheckRules> = {}) {
  const all = bench(rules);
  all.checker.start(0);
  all.clock.advance(0);
  all.probe.end('L7OK');
  return all;
}

describe('a checker', () => {
  it('begins after the first pause, and then goes by health: fastinter, inter, downinter', () => {
    const { clock, probe, told, checker } = bench();
    checker.start(300);
    assert.equal(checker.health.word, 'UP 1/3');
    for (const status of ['L7OK', 'L4CON', 'L4CON', 'L4CON', 'L7OK', 'L7OK'] as const) {
      while (!probe.isUnderWay) clock.advance(10);
      probe.end(status);
    }
    assert.deepEqual(told, [
      'L7OK step UP',
      'L4CON step UP 2/3',
      'L4CON step UP 1/3',
      'L4CON down DOWN',
      'L7OK step DOWN 1/2',
      'L7OK up UP',
    ]);
    assert.deepEqual(probe.startsMs, [300, 5125, 6100, 7075, 16_750, 17_725]);
    assert.deepEqual(probe.limits[0], { wholeMs: (5000 * 2) / 3, answerMs: 2000 });
  });

  it('puts down a server that stalls within fall x inter', () => {
    const { clock, probe, checker } = fullyUpBench({ fastinterMs: 5000, timeoutMs: 60_000 });
    clock.advance(1);
    while (checker.health.isUp) {
      clock.advance(1);
      const startMs = probe.startsMs.at(-1) ?? 0;
      if (probe.isUnderWay && clock.nowMs() - startMs >= usual.interMs * (2 / 3)) probe.end('L7TOUT');
    }
    assert.ok(clock.nowMs() <= usual.fall * usual.interMs, `${clock.nowMs()}`);
  });

  it('probes a suspected server at once, but not one after the other', () => {
    const { clock, probe, checker } = fullyUpBench();
    clock.advance(1000);
    checker.probeSoon();
    checker.probeSoon();
    assert.equal(probe.startsMs.length, 1, 'not within the call');
    clock.advance(0);
    assert.deepEqual(probe.startsMs, [0, 1000]);
    checker.probeSoon();
    clock.advance(100);
    probe.end('L7OK');
    checker.probeSoon();
    checker.probeSoon();
    clock.advance(149);
    assert.deepEqual(probe.startsMs, [0, 1000]);
    clock.advance(1);
    assert.deepEqual(probe.startsMs, [0, 1000, 1250]);
    probe.end('L7OK');
    clock.advance(4900);
    assert.deepEqual(probe.startsMs.at(-1), 6125, 'and then as before');
  });

  it('does not probe later for being suspected', () => {
    const { clock, probe, checker } = fullyUpBench({ interMs: 200 });
    checker.probeSoon();
    clock.advance(250);
    assert.deepEqual(probe.startsMs, [0, 195]);
  });

  it('forgets the probe that is under way when it is suspended, and probes again soon when it is resumed', () => {
    const { clock, probe, told, checker } = fullyUpBench();
    clock.advance(4900);
    assert.ok(probe.isUnderWay);
    checker.suspend();
    assert.equal(probe.stops, 1);
    probe.end('L4CON');
    checker.probeSoon();
    assert.deepEqual(checker.eject('nothing answered'), { kind: 'none' });
    checker.start(0);
    clock.advance(100_000);
    assert.deepEqual([probe.startsMs.length, told.length, checker.health.word], [2, 1, 'UP']);
    assert.deepEqual(checker.resume(), { kind: 'step' });
    assert.equal(checker.health.word, 'UP 1/3');
    clock.advance(250);
    assert.equal(probe.startsMs.length, 3);
    probe.end('L4CON');
    assert.equal(told.at(-1), 'L4CON down DOWN');
    assert.deepEqual(checker.resume(), { kind: 'none' }, 'only once');
    assert.equal(checker.health.word, 'DOWN');
  });

  it('lets go of what its probe keeps between two probes, and goes on with the health that it had', () => {
    const { clock, probe, checker } = fullyUpBench();
    checker.suspend();
    assert.equal(probe.stops, 1);
    clock.advance(100_000);
    checker.goOn();
    assert.equal(checker.health.word, 'UP');
    clock.advance(250);
    assert.ok(probe.isUnderWay);
    checker.goOn();
    assert.equal(clock.pending, 0);
  });

  it('waits for resume if it was suspended before it began', () => {
    const { clock, probe, checker } = bench();
    checker.suspend();
    checker.start(0);
    clock.advance(10_000);
    assert.equal(probe.startsMs.length, 0);
    checker.resume();
    clock.advance(250);
    assert.equal(probe.startsMs.length, 1);
  });

  it('takes the word of operator and traffic, and lets the next probe decide on fastinter', () => {
    const { clock, probe, told, checker } = fullyUpBench();
    clock.advance(2000);
    assert.deepEqual(checker.eject('5 connections lost'), { kind: 'down' });
    assert.deepEqual([checker.health.word, checker.health.why], ['DOWN 1/2', '5 connections lost']);
    clock.advance(980);
    probe.end('L7OK');
    assert.equal(told.at(-1), 'L7OK up UP');
    clock.advance(1000);
    assert.deepEqual(checker.force('down'), { kind: 'down' });
    assert.equal(checker.health.word, 'DOWN');
    clock.advance(980);
    probe.end('L7OK');
    assert.equal(told.at(-1), 'L7OK step DOWN 1/2');
    assert.deepEqual(checker.force('up'), { kind: 'up' });
    assert.deepEqual(probe.startsMs, [0, 2980, 4960]);
  });

  it('leaves a server that is down to its downinter however often live traffic says so', () => {
    const { clock, probe, checker } = fullyUpBench();
    checker.force('down');
    clock.advance(980);
    probe.end('L4CON');
    for (let count = 0; count < 50; count += 1) {
      checker.eject('nothing answered');
      clock.advance(100);
    }
    assert.equal(probe.startsMs.length, 2);
  });

  it('goes on after a probe that throws, and holds it against nobody', () => {
    const { clock, probe, told, checker } = bench();
    probe.throwsOnRun = true;
    checker.start(0);
    clock.advance(0);
    assert.deepEqual([told, probe.stops, checker.health.checks], [['Error: a bug'], 1, 0]);
    probe.end('L4CON');
    assert.deepEqual([checker.health.word, checker.health.checks], ['UP 1/3', 0], 'what threw has no say any more');
    probe.throwsOnRun = false;
    clock.advance(980);
    probe.end('L7OK');
    assert.deepEqual(told.slice(1), ['L7OK step UP']);
    clock.advance(4900);
    probe.throwsOnStop = true;
    checker.suspend();
    assert.equal(told.at(-1), 'Error: a bug in stop');
    checker.resume();
    clock.advance(250);
    assert.ok(probe.isUnderWay);
  });

  it('ends for good', () => {
    const { clock, probe, told, checker } = fullyUpBench();
    checker.stop();
    assert.deepEqual([clock.pending, probe.stops], [0, 1], 'it may have kept its connection');
    checker.suspend();
    checker.resume();
    checker.start(0);
    checker.probeSoon();
    clock.advance(100_000);
    assert.deepEqual([probe.startsMs.length, told.length, clock.pending], [1, 1, 0]);
  });

  it('can be stopped by its watcher', () => {
    const clock = new FakeClock();
    const probe = new FakeProbe(clock);
    const watcher = { probed: () => checker.stop(), failed: assert.fail };
    const checker = new Checker({ probe, rules: usual, clock, random: seededRandom(1), watcher });
    checker.start(0);
    clock.advance(0);
    probe.end('L7OK');
    assert.equal(clock.pending, 0);
  });

  it('whatever is asked of it, probes one at a time, never in a rush, and never falls asleep', () => {
    const deed = fc.oneof(
      fc.constantFrom('start', 'probeSoon', 'suspend', 'resume', 'up', 'down', 'eject', 'L7OK', 'L4CON', 'L7TOUT'),
      fc.integer({ min: 1, max: 6000 }),
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const { clock, probe, checker } = bench();
        checker.start(0);
        let isSuspended = false;
        for (const deed of deeds) {
          if (typeof deed === 'number') clock.advance(deed);
          else if (deed === 'start') checker.start(0);
          else if (deed === 'probeSoon') checker.probeSoon();
          else if (deed === 'suspend') checker.suspend();
          else if (deed === 'resume') checker.resume();
          else if (deed === 'up' || deed === 'down') checker.force(deed);
          else if (deed === 'eject') checker.eject('nothing answered');
          else if (probe.isUnderWay) probe.end(deed);
          if (deed === 'suspend' || deed === 'resume') isSuspended = deed === 'suspend';
          assert.equal(clock.pending, isSuspended || probe.isUnderWay ? 0 : 1);
        }
        const gaps = probe.startsMs.slice(1).map((startMs, index) => startMs - (probe.startsMs[index] ?? 0));
        if (!deeds.includes('suspend')) assert.ok(gaps.every((gapMs) => gapMs >= 250));
      }),
    );
  });
});
