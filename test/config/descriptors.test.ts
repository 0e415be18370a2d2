import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { descriptorsNeeded, maxconnWithin } from '../../src/config/descriptors.js';
import { REFUSED_AT_ONCE } from '../../src/balancer/admission.js';

const one = { frontends: 1, listeners: 1, callers: 0, checkedServers: 0 };

it('allows exactly as many sessions as the descriptors are enough for', () => {
  const few = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(
      fc.integer({ min: 400, max: 2_000_000 }),
      few,
      few,
      few,
      (limit, frontends, listeners, checkedServers) => {
        const standing = { frontends, listeners, callers: 2, checkedServers };
        const most = maxconnWithin(limit, standing);
        assert.ok(descriptorsNeeded(most, standing) <= limit);
        assert.ok(descriptorsNeeded(most + 1, standing) > limit);
      },
    ),
  );
});

it('allows none with fewer descriptors than are reserved, and has no limit where the system has none', () => {
  assert.equal(maxconnWithin(10, one), 0);
  assert.equal(maxconnWithin(Infinity, one), Infinity);
});

it('leaves one descriptor for each listener, each caller of the runtime API and each server that is probed, and in each frontend room for those who are being refused', () => {
  const needed = descriptorsNeeded(100, one);
  assert.equal(descriptorsNeeded(100, { ...one, listeners: 3 }), needed + 2);
  assert.equal(descriptorsNeeded(100, { ...one, frontends: 2 }), needed + REFUSED_AT_ONCE);
  assert.equal(descriptorsNeeded(100, { ...one, checkedServers: 7 }), needed + 7);
  assert.equal(descriptorsNeeded(100, { ...one, callers: 11 }), needed + 11);
});
