import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccountStage, activeTest, answered, answers, range, submit, submitted } from './account-stage.js';
import { accepted } from './moving-session.js';

const rejecting = { overRate: 'reject' } as const;

describe('a window', () => {
  it('rejects a SUBMIT beyond it, until one is answered', () => {
    const session = new AccountStage({ window: 2, ...rejecting }).session().logsIn();
    session.sends('client', activeTest(9), submit(1), submit(2), submit(3));
    answered(session, 2);
    session.sends('client', submit(4), submit(5));
    assert.deepEqual(
      [submitted(session), answers(session)],
      [
        [1, 2, 4],
        ['3: 8', '2: 0', '5: 8'],
      ],
    );
  });

  it('holds a SUBMIT beyond it back, until one is answered', () => {
    const session = new AccountStage({ window: 2 }).session().logsIn();
    session.sends('client', submit(1), submit(2), submit(3), submit(4));
    assert.deepEqual(submitted(session), [1, 2]);
    answered(session, 2);
    assert.deepEqual(submitted(session), [1, 2, 3]);
    answered(session, 1, 3);
    assert.deepEqual(submitted(session), [1, 2, 3, 4]);
  });

  it('is of each session by itself', () => {
    const stage = new AccountStage({ window: 1, ...rejecting });
    const sessions = [stage.session().logsIn(), stage.session().logsIn()];
    for (const session of sessions) session.sends('client', submit(1), submit(2));
    assert.deepEqual(sessions.map(submitted), [[1], [1]]);
  });

  it('does not wait for ever for what is never answered', () => {
    const held = new AccountStage({ window: 1 })
      .session({ rules: { clientTimeoutMs: 1e9, serverTimeoutMs: 1e9 } })
      .logsIn();
    held.sends('client', submit(1), submit(2)).waits(59_999);
    assert.deepEqual(submitted(held), [1]);
    assert.deepEqual(submitted(held.waits(1)), [1, 2]);
    const rejected = new AccountStage({ window: 1, ...rejecting })
      .session({ rules: { clientTimeoutMs: 1e9, serverTimeoutMs: 1e9 } })
      .logsIn();
    rejected.sends('client', submit(1)).waits(60_000).sends('client', submit(2));
    assert.deepEqual(submitted(rejected), [1, 2]);
  });

  it('is free at once when its SUBMITs are given up with their server', () => {
    const rules = { onLinkLost: 'move', clientTimeoutMs: 1e9, serverTimeoutMs: 1e9 } as const;
    const session = new AccountStage({ window: 1 }).session({ rules }).logsIn();
    session.sends('client', submit(1), submit(2), submit(3)).reset('server').waits(1);
    assert.deepEqual(answers(session), ['1: 8']);
    accepted(session);
    assert.deepEqual(submitted(session), [1, 2]);
    answered(session, 2);
    assert.deepEqual(submitted(session), [1, 2, 3]);
  });

  it('and a rate hold together', () => {
    const session = new AccountStage({ window: 2, submitRate: { perSecond: 10, burst: 1 } }).session().logsIn();
    session.sends('client', ...range(1, 4).map(submit));
    assert.deepEqual(submitted(session), [1]);
    assert.deepEqual(submitted(session.waits(1000)), [1, 2]);
    answered(session, 1, 2);
    assert.deepEqual(submitted(session), [1, 2, 3]);
    assert.deepEqual(submitted(session.waits(100)), [1, 2, 3, 4]);
  });
});

describe('limits that change', () => {
  it('hold at once for a session that is there, in the midst of a frame', () => {
    const stage = new AccountStage({});
    const session = stage.session().logsIn();
    const stream = Buffer.concat(range(1, 4).map(submit));
    session.sends('client', stream.subarray(0, 50));
    stage.use({ submitRate: { perSecond: 1, burst: 2 }, ...rejecting });
    session.sends('client', stream.subarray(50));
    assert.deepEqual(
      [submitted(session), answers(session)],
      [
        [1, 2],
        ['3: 8', '4: 8'],
      ],
    );
  });

  for (const [what, rules] of [
    ['taken away', {}],
    ['raised', { submitRate: { perSecond: 1e5, burst: 100 }, window: 100 }],
  ] as const) {
    it(`let go what was held back when they are ${what}`, () => {
      for (const limits of [{ window: 1 }, { submitRate: { perSecond: 0.001, burst: 1 } }]) {
        const stage = new AccountStage(limits);
        const session = stage.session().logsIn();
        session.sends('client', ...range(1, 4).map(submit)).waits(10);
        assert.deepEqual(submitted(session), [1]);
        stage.use(rules);
        session.waits(10);
        assert.deepEqual(submitted(session), range(1, 4));
      }
    });
  }
});
