import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_UNANSWERED } from '../../src/balancer/ledger.js';
import {
  AccountStage,
  activeTest,
  answered,
  answers,
  deliverResp,
  range,
  submit,
  submitTo,
  submitted,
  terminate,
} from './account-stage.js';
import { LOGIN } from './staged-session.js';

const rejecting = { overRate: 'reject' } as const;

describe('over the rate, reject', () => {
  it('answers each SUBMIT that is too much with Result 8, and the server does not see it', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 10, burst: 3 }, ...rejecting });
    const session = stage.session().logsIn();
    session.sends('client', ...range(1, 5).map(submit));
    assert.deepEqual(submitted(session), [1, 2, 3]);
    assert.deepEqual(answers(session), ['4: 8', '5: 8']);
    session.waits(100).sends('client', submit(6), submit(7));
    answered(session, 1, 2, 3, 6);
    assert.deepEqual(submitted(session), [1, 2, 3, 6]);
    assert.deepEqual(answers(session), ['4: 8', '5: 8', '7: 8', '1: 0', '2: 0', '3: 0', '6: 0']);
    const { rejected, delayed } = stage.figures ?? {};
    assert.deepEqual([rejected, delayed, stage.limited.length], [3, 0, 3]);
    assert.deepEqual(session.limitedSubmits, { rejected: 3, delayed: 0 });
  });

  for (const version of ['2.0', '3.0'] as const) {
    it(`counts destinations, and answers in the version of the session: ${version}`, () => {
      const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 100 }, ...rejecting });
      const session = stage.session().logsIn(LOGIN, version);
      session.sends('client', submitTo(60, 1, version), submitTo(41, 2, version), submitTo(40, 3, version));
      assert.deepEqual(submitted(session), [1, 3]);
      assert.deepEqual(answers(session, version), ['2: 8']);
      assert.equal(session.written.client.at(-1)?.length, version === '2.0' ? 21 : 24);
    });
  }

  it('costs nothing for heartbeats, answers and other requests', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 1 }, ...rejecting });
    const session = stage.session().logsIn();
    session.sends('client', submit(1), submit(2), activeTest(3), deliverResp(4), submit(5), terminate(6));
    assert.deepEqual(session.acts, [
      'server gets SUBMIT 1',
      'client gets SUBMIT_RESP 2',
      'server gets ACTIVE_TEST 3',
      'server gets DELIVER_RESP 4',
      'client gets SUBMIT_RESP 5',
      'server gets TERMINATE 6',
    ]);
  });

  it('is one rate for all sessions of the account, and of no other', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 3 }, ...rejecting });
    const [one, other] = [stage.session().logsIn(), stage.session().logsIn()];
    const stranger = stage.session().logsIn({ ...LOGIN, account: '900002' });
    one.sends('client', submit(1), submit(2));
    other.sends('client', submit(1), submit(2));
    stranger.sends('client', ...range(1, 50).map(submit));
    assert.deepEqual([submitted(one), submitted(other), submitted(stranger).length], [[1, 2], [1], 50]);
  });

  it('answers fragments with one Sequence_Id in their order', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 10, burst: 2 }, ...rejecting });
    const session = stage.session().logsIn();
    session.sends('client', submit(7), submit(7), submit(7), submit(8), submit(7));
    assert.deepEqual(answers(session), ['8: 8']);
    answered(session, 7);
    assert.deepEqual(answers(session), ['8: 8', '7: 0']);
    // Whatever room there is: with one of them refused, the rest is of no use.
    session.waits(1000).sends('client', submit(7));
    answered(session, 7);
    assert.deepEqual(answers(session), ['8: 8', '7: 0', '7: 0', '7: 8', '7: 8', '7: 8']);
    session.sends('client', submit(7));
    assert.deepEqual(submitted(session), [7, 7, 7]);
  });

  it('answers behind each of many Sequence_Ids when its own is settled, in whatever order that is', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 60 }, ...rejecting });
    const session = stage.session().logsIn();
    const all = range(1, 60).map(submit);
    session.sends('client', ...all, ...all, submit(50));
    assert.deepEqual(answers(session), []);
    answered(session, 50, 3);
    assert.deepEqual(answers(session), ['50: 0', '3: 0', '50: 8', '50: 8', '3: 8']);
    session.forgets();
    for (const sequenceId of range(1, 60).toReversed())
      if (sequenceId !== 50 && sequenceId !== 3) answered(session, sequenceId);
    assert.deepEqual(answers(session).slice(5, 9), ['60: 0', '60: 8', '59: 0', '59: 8']);
    assert.equal(answers(session).length, 60 + 61);
  });

  it('answers at once where the SUBMIT before it has been forgotten, or was lost with its server', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: MAX_UNANSWERED + 1 }, ...rejecting });
    const session = stage.session({ rules: { onLinkLost: 'move' } }).logsIn();
    session.sends('client', ...range(1, MAX_UNANSWERED).map(submit), submit(MAX_UNANSWERED + 1), submit(1), submit(2));
    assert.deepEqual(answers(session), ['1: 8']);
    session.reset('server').sends('client', activeTest(1));
    assert.deepEqual(answers(session).slice(1, 2), ['2: 8']);
    assert.deepEqual(answers(session).slice(-1), ['2: 8']);
    assert.equal(answers(session).length, 1 + MAX_UNANSWERED + 1);
  });

  it('answers those behind SUBMITs of a lost server without waiting for anything else', () => {
    const stage = new AccountStage({ window: 3, ...rejecting });
    const session = stage.session({ rules: { onLinkLost: 'move' } }).logsIn();
    session.sends('client', ...range(1, 5).map(() => submit(7)));
    assert.deepEqual(answers(session), []);
    session.reset('server').waits(0);
    assert.deepEqual(answers(session), Array(5).fill('7: 8'));
  });

  for (const inDoubt of ['reject', 'resend'] as const) {
    it(`answers those behind SUBMITs that are held in their order, too: in-doubt ${inDoubt}`, () => {
      const stage = new AccountStage({ window: 3, ...rejecting });
      const session = stage.session({ rules: { onLinkLost: 'move', inDoubt } }).logsIn();
      const fragments = range(1, 5).map(() => submit(7));
      if (inDoubt === 'resend') session.sends('client', ...fragments).reset('server');
      else session.reset('server').sends('client', ...fragments);
      session.waits(0);
      assert.deepEqual(answers(session), []);
      session.accepts().sends('next', loginAnswer()).waits(0);
      assert.deepEqual(submitted(session), inDoubt === 'resend' ? Array(6).fill(7) : [7, 7, 7]);
      for (let nth = 0; nth < 3; nth += 1) answered(session, 7);
      assert.deepEqual(answers(session), ['7: 0', '7: 0', '7: 0', '7: 8', '7: 8']);
    });
  }

  it('reads no more of a client that does not take the answers', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 1 }, ...rejecting });
    const session = stage.session().logsIn();
    const { legs } = session.session;
    session.sends('client', submit(1), submit(2));
    legs.blocked('client');
    assert.deepEqual(session.isPaused, { client: false, server: true, next: false });
    session.sends('client', submit(3));
    assert.equal(session.isPaused.client, true);
    legs.drained('client', stage.stage.clock.nowMs());
    assert.deepEqual(session.isPaused, { client: false, server: false, next: false });
  });

  it('holds for what was sent before the login was answered', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 1 }, ...rejecting });
    const session = stage.session();
    session.sends('client', Buffer.from(loginBytes()), submit(1), submit(2)).accepts();
    session.sends('server', loginAnswer());
    assert.deepEqual([submitted(session), answers(session)], [[1], ['2: 8']]);
  });

  it('leaves alone what is cut, until it is whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 40 }), (cuts) => {
        const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 4 }, ...rejecting });
        const session = stage.session().logsIn();
        const stream = Buffer.concat([...range(1, 6).map(submit), activeTest(7)]);
        for (let start = 0, nth = 0; start < stream.length; nth += 1) {
          const end = start + (cuts[nth % cuts.length] ?? 1);
          session.sends('client', stream.subarray(start, end));
          start = end;
        }
        assert.deepEqual(
          [submitted(session), answers(session)],
          [
            [1, 2, 3, 4],
            ['5: 8', '6: 8'],
          ],
        );
        assert.match(session.acts.at(-1) ?? '', /server gets ACTIVE_TEST 7/);
      }),
    );
  });

  it('ends a stream that is unreadable as ever', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 4 }, ...rejecting });
    const session = stage.session().logsIn();
    session.sends('client', submit(1), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1, 2));
    session.waits(60_000);
    assert.equal(session.acts.at(-1), 'ended: client-frame');
    assert.equal(session.session.detail, 'Total_Length 4294967295, limit 8192');
  });
});

function loginBytes(): Uint8Array {
  const session = new AccountStage({}).session().logsIn();
  return session.bytesTo('server').subarray(0, 39);
}

function loginAnswer(): Uint8Array {
  const session = new AccountStage({}).session().logsIn();
  return session.bytesTo('client').subarray(0, 30);
}
