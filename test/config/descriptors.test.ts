import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { descriptorsNeeded, maxconnWithin } from '../../src/config/descriptors.js';

it('allows exactly as many sessions as the descriptors are enough for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 2_000_000 }), fc.integer({ min: 1, max: 5 }), (limit, frontends) => {
      const entrances = { frontends, listeners: 2 * frontends };
      const most = maxconnWithin(limit, entrances);
      assert.ok(descriptorsNeeded(most, entrances) <= limit);
      assert.ok(descriptorsNeeded(most + 1, entrances) > limit);
    }),
  );
});

it('allows none with fewer descriptors than are reserved, and has no limit where the system has none', () => {
  const entrances = { frontends: 1, listeners: 1 };
  assert.equal(maxconnWithin(10, entrances), 0);
  assert.equal(maxconnWithin(Infinity, entrances), Infinity);
});
