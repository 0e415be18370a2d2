import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccountRules } from '../../src/balancer/account-rules.js';
import { ownRefusal } from '../simulation/frames.js';
import { AccountStage, activeTest, submit, submitted } from './account-stage.js';
import { deliver } from './moving-session.js';
import { signedConnect } from './signed-login.js';
import { LOGIN, StagedSession } from './staged-session.js';

const secret = { reveal: () => 'secret' };

/** A session that has shown this CONNECT. */
function loggingIn(stage: AccountStage, frame: Uint8Array): StagedSession {
  return stage.session().sends('client', frame);
}

describe('a login that its account refuses', () => {
  const table: readonly (readonly [string, Partial<AccountRules>, number])[] = [
    ['account-address', { allowFrom: [] }, 2],
    ['account-secret', { secret: { reveal: () => 'another' } }, 3],
    ['account-clock', { secret, clockWindowMs: 1000 }, 3],
    ['account-maxconn', { maxConnections: 0 }, 5],
  ];
  for (const [reason, rules, status] of table) {
    it(`gets status ${status}, and no server is dialled: ${reason}`, () => {
      const session = loggingIn(new AccountStage(rules), signedConnect(LOGIN.account, { wallMs: 1e9 }));
      assert.deepEqual(session.acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
      const expected = Buffer.from(ownRefusal(LOGIN));
      expected[12] = status;
      assert.deepEqual(session.bytesTo('client'), expected);
      assert.equal(session.waits(1000).acts.at(-1), `ended: ${reason}`);
      assert.notEqual(session.session.detail, '');
      assert.equal(
        session.stage.backend.servers.reduce((sum, { sessionsNow }) => sum + sessionsNow, 0),
        0,
      );
    });
  }

  it('gets its status in the version that it claims', () => {
    const frame = Uint8Array.from(signedConnect(LOGIN.account));
    frame[34] = 0x30;
    const session = loggingIn(new AccountStage({ maxConnections: 0 }), frame);
    assert.equal(session.bytesTo('client').readUInt32BE(12), 5);
    assert.equal(session.bytesTo('client').length, 33);
  });
});

describe('a session’s place in its account', () => {
  it('is free again however it ends', () => {
    const stage = new AccountStage({ maxConnections: 1 });
    const ends: ((session: StagedSession) => StagedSession)[] = [
      (session) => session.reset('client').waits(20_000),
      (session) => session.fin('client').waits(20_000),
      (session) => session.reset('server').waits(20_000),
      (session) => session.stops(0).waits(1),
      (session) => session.kills(),
    ];
    for (const end of ends) {
      const session = stage.session().logsIn();
      assert.equal(stage.figures?.connectionsNow, 1);
      end(session);
      assert.equal(stage.figures?.connectionsNow, 0);
    }
    const seeking = loggingIn(stage, signedConnect(LOGIN.account));
    assert.equal(stage.figures?.connectionsNow, 1);
    seeking.reset('client');
    assert.equal(stage.figures?.connectionsNow, 0);
  });
});

describe('a session that makes way', () => {
  it('is the one that is silent for longest; both its sides get TERMINATE, and the new one is let in', () => {
    const stage = new AccountStage({ maxConnections: 2, onMaxConnections: 'replace' });
    const [one, other] = [stage.session().logsIn(), stage.session().logsIn()];
    other.waits(10);
    one.sends('client', activeTest(5)).waits(10);
    // What it is sent does not say that it lives.
    other.sends('server', deliver(7)).forgets();
    one.forgets();
    const third = stage.session().logsIn();
    assert.equal(stage.figures?.connectionsNow, 2);
    stage.stage.clock.advance(0);
    assert.deepEqual(
      [one.acts, other.acts],
      [[], ['client gets TERMINATE 4294967295', 'server gets TERMINATE 4294967295']],
    );
    stage.stage.clock.advance(1000);
    assert.deepEqual(other.acts, ['ended: account-replaced']);
    third.sends('client', submit(1));
    assert.deepEqual(submitted(third), [1]);
    assert.equal(stage.figures?.connectionsNow, 2);
  });

  it('may still be looking for a server, and is told status 5', () => {
    const stage = new AccountStage({ maxConnections: 1, onMaxConnections: 'replace' });
    const seeking = loggingIn(stage, signedConnect(LOGIN.account)).forgets();
    stage.session().logsIn();
    stage.stage.clock.advance(0);
    assert.deepEqual(seeking.acts, ['drops server', 'client gets CONNECT_RESP 1', 'client gets FIN']);
    assert.equal(seeking.waits(1000).acts.at(-1), 'ended: account-replaced');
  });

  it('ends once, also where it was ending already', () => {
    const stage = new AccountStage({ maxConnections: 1, onMaxConnections: 'replace' });
    const leaving = stage.session().logsIn().fin('client').forgets();
    stage.session().logsIn();
    stage.stage.clock.advance(30_000);
    assert.deepEqual(leaving.acts, ['ended: server-fin-timeout']);
    assert.equal(stage.figures?.connectionsNow, 1);
  });
});

describe('a peer that does not take what waits for it', () => {
  for (const side of ['client', 'server'] as const) {
    it(`is closed after timeout ${side}, however much it says: the ${side}`, () => {
      const rules = { clientTimeoutMs: 60_000, serverTimeoutMs: 60_000 };
      const session = new StagedSession({ rules }).logsIn();
      const other = side === 'client' ? 'server' : 'client';
      session.session.legs.blocked(side);
      assert.equal(session.isPaused[other], true);
      for (let time = 0; time < 5; time += 1) session.waits(10_000).sends(side, activeTest(time));
      assert.notEqual(session.session.state.kind, 'closed');
      session.waits(10_000);
      assert.deepEqual(session.session.state, { kind: 'closed', reason: `${side}-timeout` });
    });

    it(`is not, as long as it takes something now and then: the ${side}`, () => {
      const rules = { clientTimeoutMs: 60_000, serverTimeoutMs: 60_000 };
      const session = new StagedSession({ rules }).logsIn();
      const other = side === 'client' ? 'server' : 'client';
      const { legs } = session.session;
      for (let time = 0; time < 5; time += 1) {
        legs.blocked(side);
        session.waits(50_000);
        legs.drained(side, session.stage.clock.nowMs());
        session.sends(other, activeTest(time));
      }
      assert.equal(session.session.state.kind, 'relaying');
    });
  }
});
