import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TokenBucket } from '../../src/balancer/token-bucket.js';

/** Rounding of sums. */
const EPSILON = 1e-6;

describe('a token bucket', () => {
  it('gives a burst at once, and then as much as comes', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, 0);
    const takenAt = (...times: number[]) => times.filter((nowMs) => bucket.take(1, nowMs));
    assert.deepEqual(takenAt(0, 0, 0, 0), [0, 0, 0]);
    assert.deepEqual(takenAt(99, 100, 101, 199, 200), [100, 200]);
    assert.deepEqual(takenAt(10_000, 10_000, 10_000, 10_000), [10_000, 10_000, 10_000]);
  });

  it('lets a cost above its burst pass when it is full, and those behind it pay for that', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, 0);
    assert.equal(bucket.take(1, 0), true);
    assert.equal(bucket.take(99, 0), false);
    assert.equal(bucket.take(99, 100), true);
    assert.equal(bucket.take(1, 9500), false);
    assert.equal(bucket.take(1, 9600), true);
  });

  it('sets aside in the order in which it is asked, and nobody overtakes', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0);
    assert.equal(bucket.take(2, 0), true);
    assert.deepEqual([bucket.reserve(1, 0), bucket.reserve(1, 0), bucket.reserve(2, 0)], [100, 200, 400]);
    assert.equal(bucket.spend(1, 100), undefined);
    assert.equal(bucket.take(1, 150), false);
    assert.equal(bucket.spend(1, 150), 200);
    assert.equal(bucket.spend(1, 200), undefined);
    bucket.release(2);
    assert.equal(bucket.take(2, 399), false);
    assert.equal(bucket.take(2, 400), true);
  });

  it('goes on with what is left when its rules change', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 10 }, 0);
    assert.equal(bucket.take(6, 0), true);
    bucket.use({ perSecond: 1, burst: 20 }, 0);
    assert.equal(bucket.take(5, 0), false);
    assert.equal(bucket.take(5, 1000), true);
    bucket.use({ perSecond: 1000, burst: 2 }, 1000);
    assert.equal(bucket.take(3, 5000), true);
    assert.equal(bucket.take(1, 5001), false);
  });

  const rules = fc.record({ perSecond: fc.integer({ min: 1, max: 2000 }), burst: fc.integer({ min: 1, max: 300 }) });
  const step = fc.record({
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.double({ min: 0, max: 5, noNaN: true })),
    act: fc.constantFrom('take', 'reserve', 'spend', 'spend late', 'release'),
    cost: fc.integer({ min: 1, max: 99 }),
  });

  it('never gives more than rate x t and a burst in any time t, whoever asks how', () => {
    fc.assert(
      fc.property(rules, fc.array(step, { maxLength: 120 }), ({ perSecond, burst }, steps) => {
        const bucket = new TokenBucket({ perSecond, burst }, 0);
        const spent: { atMs: number; cost: number }[] = [];
        const turns: { cost: number; dueMs: number }[] = [];
        let nowMs = 0;
        for (const { waitMs, act, cost } of steps) {
          nowMs += waitMs;
          const [turn] = turns;
          if (act === 'take' && bucket.take(cost, nowMs)) spent.push({ atMs: nowMs, cost });
          if (act === 'reserve') turns.push({ cost, dueMs: bucket.reserve(cost, nowMs) });
          if (act === 'release' && turn !== undefined) bucket.release(turns.shift()?.cost ?? 0);
          if (!act.startsWith('spend') || turn === undefined) continue;
          if (act === 'spend late') nowMs = Math.max(nowMs, turn.dueMs);
          if (nowMs < turn.dueMs) continue;
          const dueMs = bucket.spend(turn.cost, nowMs);
          assert.ok(dueMs === undefined || dueMs > nowMs);
          if (dueMs !== undefined) continue;
          spent.push({ atMs: nowMs, cost: turn.cost });
          turns.shift();
        }
        const largest = Math.max(burst, ...spent.map(({ cost }) => cost));
        for (const [first, { atMs }] of spent.entries()) {
          let sum = 0;
          for (const { atMs: lastMs, cost } of spent.slice(first)) {
            sum += cost;
            const most = largest + (perSecond * (lastMs - atMs)) / 1000;
            assert.ok(sum <= most + EPSILON, `${sum} from ${atMs} to ${lastMs} ms, at most ${most}`);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('gives all that comes to those who ask in turn', () => {
    fc.assert(
      fc.property(rules, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 60 }), (drawn, costs) => {
        const bucket = new TokenBucket(drawn, 0);
        const total = costs.reduce((sum, cost) => sum + cost, 0);
        let nowMs = 0;
        for (const cost of costs) {
          nowMs = Math.max(nowMs, bucket.reserve(cost, nowMs));
          for (let dueMs = bucket.spend(cost, nowMs); dueMs !== undefined; dueMs = bucket.spend(cost, nowMs))
            nowMs = dueMs;
        }
        const least = (1000 * Math.max(0, total - drawn.burst)) / drawn.perSecond;
        const slack = (1000 * 20) / drawn.perSecond;
        assert.ok(nowMs <= least + slack + EPSILON, `${total} took ${nowMs} ms`);
      }),
    );
  });
});
