import assert from 'node:assert/strict';
import { it } from 'node:test';
import { wordOf } from '../../src/admin/session-word.js';
import { accepted, onS1, submit, submitResp } from '../balancer/moving-session.js';
import { StagedSession } from '../balancer/staged-session.js';

it('what a session does is said in one word, also while it moves', () => {
  assert.equal(wordOf(new StagedSession().session), 'recognising');
  const drained = onS1().sends('client', submit(7));
  assert.equal(wordOf(drained.session), 'relaying');
  drained.begins('drain');
  assert.equal(wordOf(drained.session), 'moving');
  assert.equal(wordOf(accepted(drained).session), 'held');
  assert.equal(wordOf(drained.sends('server', submitResp(7)).session), 'relaying');
  assert.equal(wordOf(drained.reset('server').session), 'held');
  assert.equal(wordOf(drained.stops(1000).session), 'ending');
});
