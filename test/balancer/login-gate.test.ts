import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoginGate } from '../../src/balancer/login-gate.js';
import { connect, connectResp } from '../simulation/frames.js';
import { serversOf, server } from '../support/servers.js';
import { LOGIN, StagedSession, stageOf } from './staged-session.js';
import type { Stage } from './staged-session.js';

/** A stage with one server, to which so many may log in at once. */
function narrow(limit: number, rules: { maxconn?: number } = {}): Stage {
  const servers = serversOf({ ...rules });
  server(servers, 1).logins.limit = limit;
  return stageOf(servers);
}

function arrives(stage: Stage, rules = {}): StagedSession {
  return new StagedSession({ stage, rules: { retries: 1, ...rules } }).sends('client', connect(LOGIN));
}

function answers(session: StagedSession): void {
  session.accepts().sends('server', connectResp('2.0', 1, 0, 0x20, 9));
}

describe('logins to a server', () => {
  it('begin only so many at once, and the others in turn when one is over', () => {
    const stage = narrow(2);
    const sessions = [1, 2, 3, 4].map(() => arrives(stage));
    assert.deepEqual(
      sessions.map(({ acts }) => acts),
      [['dials s1'], ['dials s1'], [], []],
    );
    const [first, second, third, fourth] = sessions;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) return;
    answers(first);
    stage.clock.advance(0);
    assert.deepEqual([third.acts, fourth.acts], [['dials s1'], []]);
    second.reset('client');
    stage.clock.advance(0);
    assert.deepEqual([third.acts, fourth.acts], [[], ['dials s1']]);
    assert.equal(server(stage.backend.servers, 1).sessionsNow, 3);
  });

  it('that fail make room while they pause, and wait for their turn again', () => {
    const stage = narrow(1);
    const [first, second] = [arrives(stage), arrives(stage)];
    first.refuses();
    stage.clock.advance(0);
    assert.deepEqual(
      [first.acts.at(-1), second.acts],
      ['try 1 on s1 failed: connect-refused, redispatch', ['dials s1']],
    );
    stage.clock.advance(1000);
    assert.deepEqual(first.acts, []);
    answers(second);
    stage.clock.advance(0);
    assert.deepEqual(first.acts, ['dials s1']);
  });

  it('wait no longer than timeout queue', () => {
    const stage = narrow(1);
    const [first, second] = [arrives(stage, { connectTimeoutMs: 60_000 }), arrives(stage)];
    stage.clock.advance(11_000);
    assert.deepEqual(second.acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
    assert.equal(first.session.state.kind, 'placing');
    assert.equal(server(stage.backend.servers, 1).logins.waitingNow, 0);
  });

  it('leave nothing behind when their clients go', () => {
    const stage = narrow(1);
    const sessions = [1, 2, 3].map(() => arrives(stage));
    for (const session of sessions.toReversed()) session.reset('client');
    const { logins, sessionsNow } = server(stage.backend.servers, 1);
    assert.deepEqual([logins.insideNow, logins.waitingNow, sessionsNow, stage.clock.pending], [0, 0, 0, 0]);
  });
});

it('a gate lets in who has waited when its limit is raised', () => {
  const turns: number[] = [];
  const guests = [1, 2, 3].map((id) => ({ turn: () => turns.push(id) }));
  const gate = new LoginGate(1);
  assert.deepEqual(
    guests.map((guest) => gate.enter(guest)),
    [true, false, false],
  );
  gate.limit = Infinity;
  gate.admit(0);
  assert.deepEqual(turns, [2, 3]);
});
