import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { SessionRules } from '../../src/balancer/session-state.js';
import { serversOf } from '../support/servers.js';
import { connect, frame } from '../simulation/frames.js';
import { LOGIN, RULES, StagedSession, stageOf } from './staged-session.js';

const submit = (sequenceId: number) => frame(4, sequenceId, 30, sequenceId);

/** Of each timeout: the state in which it counts, and what ends by it. */
const timeouts: readonly (readonly [keyof SessionRules, CloseReason, () => StagedSession])[] = [
  ['clientLoginTimeoutMs', 'login-timeout', () => new StagedSession()],
  [
    'queueTimeoutMs',
    'queue-timeout',
    () => {
      const stage = stageOf(serversOf({ maxconn: 1 }));
      new StagedSession({ stage }).logsIn();
      return new StagedSession({ stage }).sends('client', connect(LOGIN));
    },
  ],
  [
    'connectTimeoutMs',
    'connect-timeout',
    () => new StagedSession({ rules: { retries: 0 } }).sends('client', connect(LOGIN)),
  ],
  [
    'loginTimeoutMs',
    'login-unanswered',
    () => new StagedSession({ rules: { retries: 0 } }).sends('client', connect(LOGIN)).accepts(),
  ],
  ['clientTimeoutMs', 'client-timeout', () => new StagedSession().logsIn()],
  ['serverTimeoutMs', 'server-timeout', () => new StagedSession({ rules: { clientTimeoutMs: 80_000 } }).logsIn()],
  ['clientFinTimeoutMs', 'client-fin-timeout', () => new StagedSession().logsIn().fin('server')],
  ['serverFinTimeoutMs', 'server-fin-timeout', () => new StagedSession().logsIn().fin('client')],
];

describe('the timeouts of a session', () => {
  for (const [timeout, reason, begin] of timeouts) {
    it(`end it as ${reason} after ${timeout}, not a millisecond sooner or later`, () => {
      const limitMs = RULES[timeout];
      assert.ok(typeof limitMs === 'number');
      const session = begin();
      const { kind } = session.session.state;
      session.waits(limitMs - 1);
      assert.equal(session.session.state.kind, kind);
      session.waits(1);
      const { state } = session.session;
      assert.ok(state.kind === 'ending' || state.kind === 'closed');
      assert.equal(state.reason, reason);
    });
  }

  it('begin anew with all that a peer says', () => {
    const session = new StagedSession().logsIn();
    for (let nth = 0; nth < 10; nth += 1) session.waits(59_999).sends('client', submit(nth));
    assert.equal(session.session.state.kind, 'relaying');
    assert.deepEqual(session.waits(60_000).acts.at(-1), 'ended: client-timeout');
  });

  it('begin anew for a peer that takes what it is told, though it says nothing', () => {
    const session = new StagedSession().logsIn();
    for (let nth = 0; nth < 10; nth += 1) session.waits(59_999).sends('server', submit(nth));
    assert.equal(session.session.state.kind, 'relaying');
  });

  it('do not begin anew for a peer that takes nothing more, until it does', () => {
    const session = new StagedSession({ rules: { serverTimeoutMs: 200_000 } }).logsIn();
    session.waits(10_000).session.legs.blocked('client');
    session.sends('server', submit(1)).waits(40_000);
    session.session.legs.drained('client', 50_000);
    assert.equal(session.waits(59_999).session.state.kind, 'relaying');
    assert.deepEqual(session.waits(1).acts.at(-1), 'ended: client-timeout');
  });

  it('of a client begin when it has a server, however long it had to wait for one', () => {
    const session = new StagedSession({ mode: 'tcp', rules: { connectTimeoutMs: 100_000 } });
    session.waits(99_000).accepts().waits(59_999);
    assert.equal(session.session.state.kind, 'relaying');
    assert.deepEqual(session.waits(1).acts.at(-1), 'ended: client-timeout');
  });
});
