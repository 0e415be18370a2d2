import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Transport } from '../../src/proxy/transport.js';

it('takes the fast way on this Node, and the documented one where it is told to', () => {
  assert.equal(new Transport().isFast, true);
  assert.equal(new Transport(true).isFast, false);
});
