import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Admission, FrontendPlaces } from '../../src/balancer/admission.js';

describe('Admission', () => {
  it('can be limited further, and then as it was configured, but not beyond', () => {
    const admission = new Admission(3);
    const places = new FrontendPlaces(Infinity, Infinity);
    const enter = () => admission.enter(places);
    assert.deepEqual([enter(), enter()], [undefined, undefined]);
    assert.deepEqual([admission.limitTo(1), admission.maxconn, admission.sessionsNow], [true, 1, 2]);
    assert.equal(enter(), 'maxconn');
    admission.leave(places);
    assert.equal(enter(), 'maxconn');
    admission.leave(places);
    assert.equal(enter(), undefined);
    assert.deepEqual([admission.limitTo(4), admission.maxconn], [false, 1]);
    assert.deepEqual([admission.limitTo(0), admission.maxconn], [true, 3]);
    assert.deepEqual([enter(), enter(), enter()], [undefined, undefined, 'maxconn']);
  });
});
