import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serversOf } from '../support/servers.js';
import { connect, connectResp, frame } from '../simulation/frames.js';
import { LOGIN, StagedSession, stageOf } from './staged-session.js';
import type { Stage, StageOptions } from './staged-session.js';

const accepted = connectResp('2.0', LOGIN.sequenceId, 0, 0x20, 9);
const comes = (options: StageOptions = {}) => new StagedSession(options).sends('client', connect(LOGIN));
const places = ({ backend }: Stage) => backend.servers.map(({ sessionsNow }) => sessionsNow);

/** The only place is taken. */
const fullStage = () => {
  const stage = stageOf(serversOf({ maxconn: 1 }));
  return { stage, first: new StagedSession({ stage }).logsIn() };
};

describe('a session that looks for its server', () => {
  const silences: readonly (readonly [string, string, (session: StagedSession) => void])[] = [
    ['refuses the connection', 'connect-refused', (session) => session.refuses()],
    ['does not take the connection in time', 'connect-timeout', (session) => session.waits(5000)],
    ['takes it and never answers', 'login-unanswered', (session) => session.accepts().waits(7000)],
    ['takes it and closes', 'login-unanswered', (session) => session.accepts().fin('server')],
    ['takes it and resets', 'login-unanswered', (session) => session.accepts().reset('server')],
    [
      'answers half a CONNECT_RESP and closes',
      'login-unanswered',
      (session) => session.accepts().sends('server', accepted.subarray(0, 29)).fin('server'),
    ],
    ['answers HTTP', 'login-unanswered', (session) => session.accepts().sends('server', Buffer.from('HTTP/1.0 400'))],
    ['answers a DELIVER', 'login-unanswered', (session) => session.accepts().sends('server', frame(5, 1, 60, 1))],
    [
      'answers a CONNECT_RESP of neither version',
      'login-unanswered',
      (session) => session.accepts().sends('server', frame(0x80000001, 1, 19, 1)),
    ],
  ];
  for (const [name, reason, happens] of silences) {
    it(`goes to another server when the first one ${name}`, () => {
      const session = comes();
      happens(session);
      const acts = session.acts;
      assert.deepEqual(acts.slice(-2), [`try 1 on s1 failed: ${reason}, redispatch`, 'dials s2']);
      assert.ok(acts.includes('drops server'));
      assert.deepEqual(places(session.stage), [0, 1]);
      session.accepts().sends('server', accepted);
      assert.deepEqual(session.acts, ['server gets CONNECT 1', 'client gets CONNECT_RESP 1', 'started']);
      assert.deepEqual(session.bytesTo('client'), Buffer.from(accepted));
    });
  }

  const policies = [
    [{ retries: 0, redispatch: 'every-retry' }, '0 s s1 close'],
    [{ retries: 3, redispatch: 'never' }, '0 s s1 retry, 1 s s1 retry, 2 s s1 retry, 3 s s1 close'],
    [{ retries: 3, redispatch: 'last-retry' }, '0 s s1 retry, 1 s s1 retry, 2 s s1 redispatch, 2 s s2 close'],
    // With both tried, either may be tried again, after a pause.
    [
      { retries: 3, redispatch: 'every-retry' },
      '0 s s1 redispatch, 0 s s2 redispatch, 1 s s2 redispatch, 2 s s1 close',
    ],
  ] as const;
  for (const [rules, expected] of policies) {
    it(`with retries ${rules.retries}, redispatch ${rules.redispatch} tries: ${expected}`, () => {
      const session = comes({ rules });
      const tries: string[] = [];
      for (let seconds = 0; seconds < 10; seconds += 1) {
        while (session.acts.some((act) => act.startsWith('dials'))) {
          session.refuses();
          const { server, next } = session.failedTries.at(-1) ?? assert.fail();
          tries.push(`${seconds} s ${server.name} ${next}`);
        }
        session.waits(1000);
      }
      assert.equal(tries.join(', '), expected);
      assert.deepEqual(places(session.stage), [0, 0]);
    });
  }

  it('pauses before the same server only as long as it would wait for a connection', () => {
    const session = comes({ rules: { redispatch: 'never', connectTimeoutMs: 200 } }).refuses();
    assert.deepEqual(session.waits(199).acts.slice(-1), ['try 1 on s1 failed: connect-refused, retry']);
    assert.deepEqual(session.waits(1).acts, ['dials s1']);
  });

  it('keeps its place while it pauses', () => {
    const stage = stageOf(serversOf({ maxconn: 1 }));
    comes({ stage, rules: { redispatch: 'never' } }).refuses();
    assert.deepEqual(places(stage), [1]);
    assert.deepEqual(comes({ stage }).acts, []);
  });

  it('is aborted by a client that leaves before it is served', () => {
    for (const leaves of ['fin', 'reset'] as const) {
      for (const before of [
        (session: StagedSession) => session,
        (session: StagedSession) => session.accepts(),
        (session: StagedSession) => session.refuses(),
      ]) {
        const session = before(comes({ rules: { redispatch: 'never' } }));
        assert.deepEqual(session[leaves]('client').acts.at(-1), 'ended: connect-aborted');
        assert.deepEqual(places(session.stage), [0, 0]);
        assert.equal(session.stage.clock.pending, 0);
      }
    }
  });
});

describe('a session for which every server is full', () => {
  it('gets the place of the first session that ends, and is dialled for at once', () => {
    const { stage, first } = fullStage();
    const [second, third] = [comes({ stage }), comes({ stage })];
    assert.equal(stage.backend.queuedNow, 2);
    first.reset('client').reset('server');
    assert.deepEqual(second.waits(0).acts, ['dials s1']);
    assert.equal(second.session.placing?.why, 'queue');
    assert.deepEqual(third.acts, []);
    second.fin('client');
    assert.deepEqual(third.waits(0).acts, ['dials s1']);
    assert.deepEqual(places(stage), [1]);
  });

  it('waits for the time of the queue, not longer', () => {
    const { stage } = fullStage();
    const session = comes({ stage });
    assert.deepEqual(session.waits(10_999).acts, []);
    assert.deepEqual(session.waits(1).acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
    assert.equal(stage.backend.queuedNow, 0);
    assert.deepEqual(session.waits(1000).acts, ['ended: queue-timeout']);
  });

  it('is forgotten when its client leaves', () => {
    for (const leaves of ['fin', 'reset'] as const) {
      const { stage, first } = fullStage();
      const session = comes({ stage });
      assert.deepEqual(session[leaves]('client').acts.at(-1), 'ended: queue-aborted');
      first.kills();
      assert.deepEqual(places(stage), [0]);
    }
  });

  it('goes to the queue also after a try that failed, and gives its place away', () => {
    const stage = stageOf(serversOf({}, { maxconn: 1 }));
    const [, onSecond] = [new StagedSession({ stage }).logsIn(), new StagedSession({ stage }).logsIn()];
    const session = comes({ stage }).refuses();
    assert.equal(stage.backend.queuedNow, 1);
    assert.deepEqual(places(stage), [1, 1]);
    onSecond.kills();
    assert.deepEqual(session.waits(0).acts.slice(-1), ['dials s2']);
  });

  it('takes the place in its own time, so that a fault in it is nobody else’s', () => {
    const { stage, first } = fullStage();
    const second = comes({ stage });
    second.dial = () => assert.fail('a fault in the program');
    assert.deepEqual(first.kills().acts, ['ended: shutdown']);
    assert.throws(() => second.waits(0), /a fault in the program/);
  });
});

describe('a session that is closed from outside while it looks for its server', () => {
  const moments: readonly (readonly [string, (session: StagedSession) => unknown])[] = [
    ['dials', (session) => session],
    ['logs in', (session) => session.accepts()],
    ['pauses', (session) => session.refuses()],
  ];
  const ways: readonly (readonly [string, (session: StagedSession) => unknown])[] = [
    ['kill', (session) => session.kills()],
    ['a fault in the program', (session) => session.session.turnAway('internal-error', '', 0)],
  ];
  for (const [way, close] of ways) {
    for (const [moment, comesTo] of moments) {
      it(`by ${way} while it ${moment} gives back its place, and leaves nothing`, () => {
        const session = comes({ rules: { redispatch: 'never' } });
        comesTo(session);
        close(session);
        assert.match(session.acts.at(-1) ?? '', /^ended/);
        assert.deepEqual(places(session.stage), [0, 0]);
        assert.equal(session.stage.clock.pending, 0);
      });
    }

    it(`by ${way} while it queues leaves the queue`, () => {
      const stage = stageOf(serversOf({ maxconn: 1 }));
      const first = new StagedSession({ stage }).logsIn();
      const session = comes({ stage });
      close(session);
      assert.equal(stage.backend.queuedNow, 0);
      first.kills();
      assert.doesNotMatch(session.acts.join(), /dials/);
      assert.deepEqual(places(stage), [0]);
    });
  }
});
