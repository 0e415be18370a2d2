import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_UNANSWERED } from '../../src/balancer/ledger.js';
import { cpuMsOf } from '../support/cost.js';
import { onS1, submit } from './moving-session.js';

/**
 * Far more than these take, and far less than what they took when a session paid for all that it had outstanding with each
 * message: seconds, in which nobody else was served.
 */
const BEARABLE_MS = 500;

describe('One session cannot make the others wait', () => {
  it('by thousands of SUBMITs in doubt that have one Sequence_Id', () => {
    const session = onS1({ inDoubt: 'resend' });
    session.sends('client', ...Array.from({ length: MAX_UNANSWERED }, () => submit(7))).forgets();
    const spentMs = cpuMsOf(() => session.reset('server'));
    assert.deepEqual(session.acts, ['drops server', 'in doubt at s1: 4096, 0 rejected, 4096 resent', 'dials s2']);
    assert.ok(spentMs < BEARABLE_MS, `${spentMs} ms`);
  });
});
