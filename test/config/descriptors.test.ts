import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { descriptorsNeeded, maxconnWithin } from '../../src/config/descriptors.js';

it('allows exactly as many sessions as the descriptors are enough for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 70, max: 2_000_000 }), fc.integer({ min: 1, max: 5 }), (limit, listeners) => {
      const most = maxconnWithin(limit, listeners);
      assert.ok(descriptorsNeeded(most, listeners) <= limit);
      assert.ok(descriptorsNeeded(most + 1, listeners) > limit);
    }),
  );
});

it('allows none with fewer descriptors than are reserved, and has no limit where the system has none', () => {
  assert.equal(maxconnWithin(10, 1), 0);
  assert.equal(maxconnWithin(Infinity, 1), Infinity);
});
