import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HELD_LIMIT_BYTES } from '../../src/balancer/account-limiter.js';
import { addClientTraffic } from '../../src/balancer/session-traffic.js';
import { Traffic } from '../../src/stats/traffic.js';
import {
  AccountStage,
  activeTest,
  answers,
  deliverResp,
  range,
  submit,
  submitTo,
  submitted,
  terminate,
} from './account-stage.js';

describe('over the rate, delay', () => {
  it('holds back what is too much, in order, and passes it on as the rate allows', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 10, burst: 3 } });
    const session = stage.session().logsIn();
    session.sends('client', ...range(1, 6).map(submit));
    assert.deepEqual(submitted(session), [1, 2, 3]);
    const seen = [99, 1, 99, 1, 99, 1].map((ms) => submitted(session.waits(ms)).length);
    assert.deepEqual(seen, [3, 4, 4, 5, 5, 6]);
    assert.deepEqual(answers(session), []);
    const { rejected, delayed, delayedMs } = stage.figures ?? {};
    assert.deepEqual([rejected, delayed, Math.round(delayedMs ?? 0)], [0, 3, 300]);
    assert.deepEqual(session.limitedSubmits, { rejected: 0, delayed: 3 });
  });

  it('lets heartbeats and answers overtake, and nothing else', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 10, burst: 1 } });
    const session = stage.session().logsIn();
    session
      .sends('client', submit(1), submit(2), activeTest(3), terminate(4), deliverResp(5))
      .sends('client', activeTest(6));
    assert.deepEqual(session.acts, [
      'server gets SUBMIT 1',
      'server gets ACTIVE_TEST 3',
      'server gets DELIVER_RESP 5',
      'server gets ACTIVE_TEST 6',
    ]);
    session.waits(100);
    assert.deepEqual(session.acts, ['server gets SUBMIT 2', 'server gets TERMINATE 4']);
  });

  it('reads the client no more when so much is held back, and again when there is room', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1000, burst: 1 } });
    const session = stage.session().logsIn();
    const each = submit(1).length;
    const untilFull = 1 + Math.ceil(HELD_LIMIT_BYTES / each);
    for (const sequenceId of range(1, untilFull - 1)) session.sends('client', submit(sequenceId));
    assert.equal(session.isPaused.client, false);
    session.sends('client', submit(untilFull));
    assert.equal(session.isPaused.client, true);
    // Neither does the server's pace let it be read.
    session.session.legs.blocked('server');
    session.session.legs.drained('server', stage.stage.clock.nowMs());
    assert.equal(session.isPaused.client, true);
    session.waits(2000);
    assert.equal(session.isPaused.client, false);
    assert.deepEqual(submitted(session), range(1, untilFull));
  });

  it('does not take a client for gone that is not read', () => {
    const heartbeat = { client: { intervalMs: 1000, timeoutMs: 500, tries: 2 }, server: undefined };
    const stage = new AccountStage({ submitRate: { perSecond: 0.1, burst: 1 } });
    const session = stage.session({ rules: { heartbeat, serverTimeoutMs: 1e6, clientTimeoutMs: 1e6 } }).logsIn();
    const held = Math.ceil(HELD_LIMIT_BYTES / submit(1).length);
    session.sends('client', ...range(1, held + 2).map(submit));
    session.waits(15_000);
    assert.equal(session.isPaused.client, true);
    assert.equal(session.session.state.kind, 'relaying');
    // Read again, it is asked, and found gone.
    session.waits(60_000);
    assert.deepEqual(session.session.state.kind, 'closed');
  });

  it('wakes seldom: several at a time where the rate is high', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1000, burst: 100 } });
    const session = stage.session().logsIn();
    session.sends('client', ...range(1, 200).map(submit));
    let wakes = 0;
    const { session: machine } = session;
    const tick = machine.tick.bind(machine);
    machine.tick = (nowMs) => {
      wakes += 1;
      tick(nowMs);
    };
    session.waits(100);
    assert.equal(submitted(session).length, 200);
    assert.ok(wakes <= 12, `woke ${wakes} times`);
  });

  it('gives several sessions their turns', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 100, burst: 1 } });
    const sessions = range(1, 4).map(() => stage.session().logsIn());
    for (const session of sessions) session.sends('client', ...range(1, 50).map(submit));
    stage.stage.clock.advance(1000);
    const counts = sessions.map((session) => submitted(session).length);
    assert.ok(Math.min(...counts) >= 24 && Math.max(...counts) <= 28, counts.join());
    assert.ok(counts.reduce((sum, count) => sum + count, 0) <= 101, counts.join());
  });

  it('counts what is lost with the session', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 1, burst: 1 } });
    const session = stage.session().logsIn();
    session.sends('client', submit(1), submit(2), submit(3)).reset('client').waits(60_000);
    assert.equal(session.session.conversation?.droppedBytes, 2 * submit(1).length);
    const traffic = new Traffic();
    addClientTraffic(traffic, session.session);
    assert.equal(traffic.unanswered, 3);
    assert.equal(stage.stage.clock.pending, 0);
    // What it had set aside is free again.
    const other = stage.session().logsIn();
    other.sends('client', submit(1));
    assert.deepEqual(submitted(other), [1]);
  });

  it('gives back what it had set aside when it is killed', () => {
    const stage = new AccountStage({ submitRate: { perSecond: 10, burst: 1 } });
    const session = stage.session().logsIn();
    session.sends('client', submit(1), submit(2)).kills();
    const other = stage.session().logsIn();
    other.waits(100).sends('client', submit(1));
    assert.deepEqual(submitted(other), [1]);
  });

  it('never lets pass more than rate x t and a burst, whatever the sessions do', () => {
    const step = fc.record({
      who: fc.nat(2),
      count: fc.nat(6),
      to: fc.integer({ min: 1, max: 9 }),
      waitMs: fc.nat(120),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 9, max: 60 }),
        fc.array(step),
        (perSecond, burst, steps) => {
          const stage = new AccountStage({ submitRate: { perSecond, burst } });
          const sessions = range(0, 2).map(() => stage.session().logsIn());
          let sent = 0;
          for (const { who, count, to, waitMs } of steps) {
            for (let nth = 0; nth < count; nth += 1) sessions[who]?.sends('client', submitTo(to, (sent += 1)));
            stage.stage.clock.advance(waitMs);
            const passed = sessions
              .flatMap((session) => session.written.server)
              .reduce((sum, { length }) => sum + length, 0);
            // A SUBMIT to n destinations has 21 bytes for each.
            const most = burst + (perSecond * stage.stage.clock.nowMs()) / 1000;
            const atLeast = (passed - 3 * 39 - sent * 138) / 21;
            assert.ok(atLeast <= most + 1e-6, `${atLeast} of at most ${most}`);
          }
          stage.stage.clock.advance(3_600_000);
          const all = sessions.flatMap((session) => submitted(session)).sort((one, other) => one - other);
          assert.deepEqual(all, range(1, sent));
        },
      ),
      { numRuns: 60 },
    );
  });
});
