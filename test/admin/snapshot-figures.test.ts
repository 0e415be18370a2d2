import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LivingTraffic } from '../../src/admin/living-traffic.js';
import { accountsFigures } from '../../src/admin/snapshot-accounts.js';
import { latencyFigures } from '../../src/admin/snapshot-latency.js';
import { SubmitAnswers } from '../../src/balancer/submit-answers.js';
import { AccountBook } from '../../src/stats/accounts.js';
import { MOST_SHOWN_ACCOUNTS } from '../../src/stats/snapshot.js';

/** A server that took so many milliseconds for its SUBMITs. */
function answersAfter(...times: readonly number[]): SubmitAnswers {
  const answers = new SubmitAnswers();
  for (const ms of times) answers.answeredAfter(ms * 1000);
  return answers;
}

describe('the latency of a server', () => {
  it('is unknown before the first answer', () => {
    const { count, sumMs, p50Ms, p95Ms, p99Ms, below } = latencyFigures([answersAfter()]);
    assert.deepEqual([count, sumMs, p50Ms, p95Ms, p99Ms], [0, 0, null, null, null]);
    assert.ok(below.every((each) => each.count === 0));
  });

  it('has quantiles that are too high by a quarter at most', () => {
    const times = Array.from({ length: 1000 }, (_, nth) => nth + 1);
    const { count, sumMs, p50Ms, p95Ms, p99Ms } = latencyFigures([answersAfter(...times)]);
    assert.deepEqual([count, sumMs], [1000, 500_500]);
    for (const [found, exact] of [
      [p50Ms, 500],
      [p95Ms, 950],
      [p99Ms, 990],
    ] as const) {
      assert.ok(found !== null && found >= exact && found <= exact * 1.25, `${found} for ${exact}`);
    }
  });

  it('is told in powers of two of a millisecond, of several servers together', () => {
    const { below, count } = latencyFigures([answersAfter(0.1, 1.5, 200_000), answersAfter(1.9, 3)]);
    const ends = below.map(({ ms }) => ms);
    assert.deepEqual([ends[0], ends.at(-1), ends.length, count], [0.25, 65_536, 19, 5]);
    const upTo = (ms: number) => below.find((each) => each.ms === ms)?.count;
    assert.deepEqual([upTo(0.25), upTo(1), upTo(2), upTo(4), upTo(65_536)], [1, 1, 3, 4, 4]);
  });

  it('ends its quantiles where its buckets do', () => {
    assert.equal(latencyFigures([answersAfter(200_000)]).p50Ms, 114_688);
  });
});

describe('the figures of accounts', () => {
  it('are told one by one of those with the most sessions, and of the others as a sum', () => {
    const book = new AccountBook();
    for (let nth = 0; nth < MOST_SHOWN_ACCOUNTS + 20; nth += 1) {
      const name = `9${nth}`;
      book.entered(name, 0, 0);
      book.left(name).submitsNotAccepted += 1;
      book.refused(name, 'maxconn');
    }
    for (const _ of [1, 2]) book.entered('big', 0, 7000);
    const limited = { rejected: 2, delayed: 3, delayedMs: 500 };
    const { leading, others } = accountsFigures(book, new LivingTraffic([]), (account) =>
      account === 'big' ? undefined : limited,
    );
    assert.equal(leading.length, MOST_SHOWN_ACCOUNTS);
    const [first, second] = leading;
    assert.deepEqual([first?.name, first?.sessionsNow, first?.lastLoginWallMs], ['big', 2, 7000]);
    assert.deepEqual([second?.name, second?.sessionsMost], ['90', 1]);
    const { accounts, sessionsTotal, submitsNotAccepted, refused } = others;
    assert.deepEqual([accounts, sessionsTotal, submitsNotAccepted, refused], [21, 21, 21, { maxconn: 21 }]);
    assert.deepEqual([first?.limited.rejected, second?.limited], [0, limited]);
    assert.deepEqual(others.limited, { rejected: 42, delayed: 63, delayedMs: 10_500 });
  });

  it('escape what a name may not show', () => {
    const book = new AccountBook();
    book.entered('a\xe9\n"', 0, 0);
    assert.equal(
      accountsFigures(book, new LivingTraffic([]), () => undefined).leading[0]?.name,
      String.raw`a\xe9\x0a"`,
    );
  });
});
