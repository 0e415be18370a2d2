import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_UNANSWERED } from '../../src/balancer/ledger.js';
import { cpuMsOf } from '../support/cost.js';
import { AccountStage, activeTest, answered, answers, submit as submitFrame, submitted } from './account-stage.js';
import { deliver, deliverResp, onS1, submit } from './moving-session.js';

/**
 * Far more than these take, and far less than what they took when a session paid for all that it had outstanding with each
 * message: seconds, in which nobody else was served.
 */
const BEARABLE_MS = 1000;

/** As many as are kept account of, with Sequence_Ids from this on. */
function numbered(from: number, make: (sequenceId: number) => Uint8Array): Uint8Array[] {
  return Array.from({ length: MAX_UNANSWERED }, (_, index) => make(from + index));
}

describe('One session cannot make the others wait', () => {
  it('by thousands of SUBMITs in doubt that have one Sequence_Id', () => {
    const session = onS1({ inDoubt: 'resend' });
    session.sends('client', ...Array.from({ length: MAX_UNANSWERED }, () => submit(7))).forgets();
    const spentMs = cpuMsOf(() => session.reset('server'));
    assert.deepEqual(session.acts, ['drops server', 'in doubt at s1: 4096, 0 rejected, 4096 kept', 'dials s2']);
    assert.ok(spentMs < BEARABLE_MS, `${spentMs} ms`);
  });

  it('by answers that nobody has asked for, while thousands of DELIVERs wait for theirs', () => {
    const session = onS1();
    session.sends('server', ...numbered(1, deliver));
    const unasked = numbered(1_000_000, deliverResp);
    const spentMs = cpuMsOf(() => {
      for (let times = 0; times < 100; times += 1) session.sends('client', ...unasked);
    });
    assert.equal(session.session.conversation?.relay.server.unanswered, MAX_UNANSWERED);
    assert.equal(session.session.conversation.relay.client.unasked, 100 * MAX_UNANSWERED);
    assert.ok(spentMs < BEARABLE_MS, `${spentMs} ms`);
  });

  for (const [what, sequenceIds] of [
    ['one Sequence_Id', () => 7],
    ['Sequence_Ids of their own', (index: number) => index],
  ] as const) {
    it(`by thousands of rejected SUBMITs with ${what}, whose answers wait for others`, () => {
      const session = new AccountStage({ submitRate: { perSecond: 1, burst: MAX_UNANSWERED }, overRate: 'reject' })
        .session()
        .logsIn();
      const all = Array.from({ length: MAX_UNANSWERED }, (_, index) => submitFrame(sequenceIds(index)));
      session.sends('client', ...all).sends('client', ...all);
      assert.deepEqual(answers(session), []);
      const spentMs = cpuMsOf(() => {
        for (let index = 0; index < MAX_UNANSWERED; index += 1) answered(session, sequenceIds(index));
      });
      assert.equal(answers(session).filter((answer) => answer.endsWith(': 8')).length, MAX_UNANSWERED);
      assert.ok(spentMs < BEARABLE_MS, `${spentMs} ms`);
    });
  }

  it('by SUBMITs beyond its window, while thousands of heartbeats have no answer', () => {
    const session = new AccountStage({ window: 1, overRate: 'reject' }).session().logsIn();
    session.sends('client', ...numbered(1, activeTest), submitFrame(1));
    const flood = numbered(2, submitFrame);
    const spentMs = cpuMsOf(() => {
      for (let times = 0; times < 30; times += 1) session.sends('client', ...flood);
    });
    assert.deepEqual(submitted(session), [1]);
    assert.ok(spentMs < BEARABLE_MS, `${spentMs} ms`);
  });
});
