import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redispatchNames } from '../../src/balancer/placing-state.js';
import type { Server } from '../../src/balancer/server.js';
import { connect } from '../simulation/frames.js';
import { serversOf } from '../support/servers.js';
import { LOGIN, StagedSession, change, stageOf } from './staged-session.js';
import type { StageOptions } from './staged-session.js';

const comes = (options: StageOptions = {}) => new StagedSession(options).sends('client', connect(LOGIN));

/** Its backend has so many servers, each of one place, which is taken. */
const waits = (count: number, minUp = 0) => {
  const servers = serversOf(...Array.from({ length: count }, () => ({ maxconn: 1 })));
  const stage = stageOf(servers, { minUp });
  for (let nth = 0; nth < count; nth += 1) new StagedSession({ stage }).logsIn();
  return comes({ stage });
};

/** Why a server takes no new session. */
const gone: readonly Partial<Server>[] = [{ isUp: false }, { wish: 'drain' }, { wish: 'maint' }, { weight: 0 }];

describe('a session whose server takes nobody any more', () => {
  for (const changed of gone) {
    const name = JSON.stringify(changed);
    for (const redispatch of redispatchNames) {
      it(`(${name}) goes elsewhere when its try fails, with redispatch ${redispatch}`, () => {
        const session = comes({ rules: { retries: 3, redispatch } });
        change(session.stage, 1, changed);
        assert.deepEqual(session.refuses().acts.slice(-2), [
          'try 1 on s1 failed: connect-refused, redispatch',
          'dials s2',
        ]);
      });

      it(`(${name}) is given up when that was its last try, with redispatch ${redispatch}`, () => {
        const session = comes({ rules: { retries: 0, redispatch } });
        change(session.stage, 1, changed);
        session.refuses();
        assert.deepEqual(session.fin('client').acts.at(-1), 'ended: connect-refused');
      });
    }

    it(`(${name}) since its pause goes elsewhere when that is over`, () => {
      const session = comes({ rules: { redispatch: 'never' } }).refuses();
      change(session.stage, 1, changed);
      assert.deepEqual(session.waits(999).acts.slice(-1), ['try 1 on s1 failed: connect-refused, retry']);
      assert.deepEqual(session.waits(1).acts, ['dials s2']);
      assert.equal(session.session.placing?.why, 'redispatch');
    });

    it(`(${name}) since its pause is refused where there is no other`, () => {
      const session = comes({ stage: stageOf(serversOf({})), rules: { redispatch: 'never' } }).refuses();
      change(session.stage, 1, changed);
      assert.deepEqual(session.waits(1000).acts.slice(-2), ['client gets CONNECT_RESP 1', 'client gets FIN']);
      assert.deepEqual(session.fin('client').acts, ['ended: no-server']);
    });

    it(`(${name}) since it was handed a place there gives that back`, () => {
      const stage = stageOf(serversOf({ maxconn: 1 }));
      const first = new StagedSession({ stage }).logsIn();
      const session = comes({ stage });
      first.kills();
      change(stage, 1, changed);
      assert.deepEqual(session.waits(0).fin('client').acts.at(-1), 'ended: no-server');
      assert.equal(stage.backend.servers[0]?.sessionsNow, 0);
    });
  }

  it('tries it all the same if it has come back when the pause is over', () => {
    const session = comes({ rules: { redispatch: 'never' } }).refuses();
    change(session.stage, 1, { isUp: false });
    change(session.stage, 1, { isUp: true });
    assert.deepEqual(session.waits(1000).acts.slice(-1), ['dials s1']);
  });

  it('does not try it either when too few others are left', () => {
    const session = comes({ stage: stageOf(serversOf({}, {}), { minUp: 2 }), rules: { redispatch: 'never' } });
    session.refuses();
    change(session.stage, 2, { isUp: false });
    assert.deepEqual(session.waits(1000).fin('client').acts.at(-1), 'ended: min-up');
  });

  it('leaves a backup that it pauses before when another server is back', () => {
    const stage = stageOf(serversOf({}, { backup: true }));
    change(stage, 1, { isUp: false });
    const session = comes({ stage, rules: { redispatch: 'never' } }).refuses();
    change(stage, 1, { isUp: true });
    assert.deepEqual(session.waits(1000).acts.slice(-1), ['dials s1']);
  });

  it('goes on with a try that is under way', () => {
    const session = comes();
    change(session.stage, 1, { wish: 'drain' });
    session.logsIn();
    assert.equal(session.session.conversation?.server.name, 's1');
  });
});

describe('a session that waits in the queue', () => {
  for (const changed of gone) {
    it(`is refused at once when no server is left (${JSON.stringify(changed)})`, () => {
      const session = waits(1);
      change(session.stage, 1, changed);
      assert.deepEqual(session.waits(0).acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
      assert.equal(session.stage.backend.queuedNow, 0);
      assert.deepEqual(session.waits(1000).acts, ['ended: no-server']);
    });

    it(`is refused at once when fewer than min-up are left (${JSON.stringify(changed)})`, () => {
      const session = waits(3, 2);
      change(session.stage, 3, changed);
      assert.deepEqual(session.acts, []);
      change(session.stage, 1, changed);
      assert.deepEqual(session.waits(0).acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
      assert.deepEqual(session.fin('client').acts, ['ended: min-up']);
    });
  }

  it('is closed at once where the protocol has no words for it', () => {
    const { stage } = waits(1);
    const session = new StagedSession({ mode: 'tcp', stage });
    change(stage, 1, { isUp: false });
    assert.deepEqual(session.waits(0).acts, ['ended: no-server']);
  });

  it('waits on while there is a server to wait for', () => {
    const session = waits(2);
    change(session.stage, 1, { isUp: false });
    assert.deepEqual(session.waits(1000).acts, []);
    change(session.stage, 2, { maxconn: 2 });
    assert.deepEqual(session.waits(0).acts, ['dials s2']);
  });
});
