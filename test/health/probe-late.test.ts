import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ProbeLinkEvents, ProbeOutcome } from '../../src/health/probe.js';
import { createProbe } from '../../src/health/probe-table.js';
import { FakeClock } from '../support/fake-clock.js';

function probeOn(clock: FakeClock) {
  const links: ProbeLinkEvents[] = [];
  const outcomes: ProbeOutcome[] = [];
  const openLink = (_: number | undefined, events: ProbeLinkEvents) => {
    links.push(events);
    return { write: () => {}, close: () => {} };
  };
  createProbe({ kind: 'tcp' }, { clock, openLink }).run({ wholeMs: 1000, answerMs: 1000 }, (end) => outcomes.push(end));
  return { links, outcomes };
}

it('a probe whose timer fires late gives an answer that waits to be read its chance, once', () => {
  const clock = new FakeClock();
  const { links, outcomes } = probeOn(clock);
  clock.stall(1300);
  clock.advance(0);
  assert.deepEqual(outcomes, []);
  links[0]?.opened();
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['L4OK'],
  );

  const busy = new FakeClock();
  const lost = probeOn(busy);
  busy.stall(1300);
  busy.advance(0);
  busy.stall(800);
  busy.advance(0);
  assert.deepEqual(
    lost.outcomes.map(({ status, text }) => [status, text]),
    [['L4TOUT', 'no connection in 2.1 s']],
  );
  assert.equal(busy.pending, 0);
});

it('a probe whose timer fires in time gives none', () => {
  const clock = new FakeClock();
  const { outcomes } = probeOn(clock);
  clock.stall(1010);
  clock.advance(0);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['L4TOUT'],
  );
});
