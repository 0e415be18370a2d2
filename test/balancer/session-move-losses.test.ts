import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_UNANSWERED } from '../../src/balancer/ledger.js';
import { serversOf } from '../support/servers.js';
import {
  GOODBYE,
  accepted,
  activeTest,
  deliver,
  deliverResp,
  onS1,
  submit,
  submitResp,
  terminate,
} from './moving-session.js';
import { StagedSession, change, stageOf } from './staged-session.js';

function placesOf({ stage }: StagedSession): number[] {
  return stage.backend.servers.map(({ sessionsNow }) => sessionsNow);
}

/** Which of four servers it dials next where its address decides. */
function nextServer(leaves: (session: StagedSession) => unknown, full?: string): string {
  const servers = serversOf(...['s1', 's2', 's3', 's4'].map((name) => (name === full ? { maxconn: 0 } : {})));
  const session = onS1({}, stageOf(servers, { balance: 'source' })).forgets();
  leaves(session);
  return session.acts.find((act) => act.startsWith('dials '))?.slice('dials '.length) ?? 'none';
}

describe('a session whose server is lost', () => {
  it('writes it nothing more: what its client answers is swallowed, and is no answer to the next one', () => {
    const session = onS1().sends('server', deliver(5), deliver(6)).reset('server').forgets();
    session.sends('client', deliverResp(5));
    assert.deepEqual(session.acts, []);
    accepted(session).sends('server', deliver(5)).forgets();
    session.sends('client', deliverResp(6), deliverResp(5));
    assert.deepEqual(session.acts, ['server gets DELIVER_RESP 5']);
  });

  it('has nothing in doubt where only heartbeats have no answer', () => {
    const session = onS1({ inDoubt: 'close' }).sends('client', activeTest(7)).forgets().reset('server');
    assert.deepEqual(session.acts, ['drops server', 'client gets ACTIVE_TEST_RESP 7', 'dials s2']);
  });

  for (const [inDoubt, what] of [
    ['reject', '4596, 4096 rejected, 0 kept, 500 forgotten'],
    ['resend', '4596, 0 rejected, 4596 kept'],
  ] as const) {
    it(`says with in-doubt: ${inDoubt} what has become of more SUBMITs than it keeps account of`, () => {
      const session = onS1({ inDoubt });
      const sequenceIds = Array.from({ length: MAX_UNANSWERED + 600 }, (_, nth) => nth + 1);
      session.sends('client', ...sequenceIds.map(submit));
      // Of those that are forgotten some are answered late.
      session
        .sends('server', ...sequenceIds.slice(0, 100).map(submitResp))
        .forgets()
        .reset('server');
      assert.ok(session.acts.includes(`in doubt at s1: ${what}`));
      accepted(session);
      const resent = session.acts.filter((act) => act.startsWith('server gets SUBMIT '));
      assert.deepEqual(
        resent,
        inDoubt === 'reject' ? [] : sequenceIds.slice(100).map((id) => `server gets SUBMIT ${id}`),
      );
    });
  }

  for (const [inDoubt, what] of [
    ['reject', '500, 0 rejected, 0 kept, 500 forgotten'],
    ['resend', '500, 0 rejected, 500 kept'],
    ['close', '500, 0 rejected, 0 kept, 500 forgotten'],
  ] as const) {
    it(`says with in-doubt: ${inDoubt} once what has become of those of which it keeps no account, if all others are answered`, () => {
      const session = onS1({ inDoubt });
      const sequenceIds = Array.from({ length: MAX_UNANSWERED + 500 }, (_, nth) => nth + 1);
      session.sends('client', ...sequenceIds.map(submit));
      session
        .sends('server', ...sequenceIds.slice(500).map(submitResp))
        .forgets()
        .reset('server');
      if (inDoubt !== 'close') accepted(session);
      const { acts } = session;
      assert.deepEqual(
        acts.filter((act) => act.startsWith('in doubt')),
        [`in doubt at s1: ${what}`],
      );
      assert.equal(acts.includes('client gets FIN'), inDoubt === 'close');
      assert.equal(acts.filter((act) => act.startsWith('server gets SUBMIT ')).length, inDoubt === 'resend' ? 500 : 0);
    });
  }

  it('gives its place back, so that a server that was full has room for it again', () => {
    const session = onS1({}, stageOf(serversOf({ maxconn: 1 })))
      .forgets()
      .reset('server');
    assert.deepEqual(session.acts, ['drops server', 'dials s1']);
    assert.deepEqual(placesOf(session), [1]);
    session.kills();
    assert.deepEqual(placesOf(session), [0]);
  });

  it('goes back to it in the end, where all others are full', () => {
    const stage = stageOf(serversOf({}, { maxconn: 1 }));
    const session = onS1({}, stage);
    const other = new StagedSession({ stage }).logsIn();
    assert.equal(other.session.conversation?.server.name, 's2');
    session.reset('server').forgets().waits(11_000);
    assert.deepEqual(session.acts, []);
    session.waits(1000);
    assert.deepEqual(session.acts, ['dials s1']);
  });

  for (const [how, leaves] of [
    ['is lost', (session: StagedSession) => session.reset('server')],
    ['is drained', (session: StagedSession) => session.begins('drain')],
  ] as const) {
    it(`does not wait for a full server where hashing says so, but goes where there is room: its server ${how}`, () => {
      const home = nextServer(leaves);
      const other = nextServer(leaves, home);
      assert.match(other, /^s\d$/);
      assert.notEqual(other, home);
    });
  }

  it('does not log in again and again to servers that accept it and go away: it waits, twice as long each time', () => {
    const session = onS1({ holdTimeoutMs: 60_000 });
    const waits: number[] = [];
    for (let nth = 0; nth < 9; nth += 1) {
      session.forgets().reset('server');
      let waitedMs = 0;
      while (!session.acts.some((act) => act.startsWith('dials'))) {
        session.waits(1000);
        waitedMs += 1000;
      }
      waits.push(waitedMs);
      accepted(session);
    }
    assert.deepEqual(waits, [0, 0, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
    // That was 45 s without a server, whatever accepted its login.
    session.reset('server').forgets().waits(10_000);
    assert.deepEqual(session.acts, ['dials s1']);
    session.forgets().waits(5000);
    assert.equal(session.acts.at(-1), 'client gets FIN');
  });

  it('moves at once again when it has had a server for a while', () => {
    const session = onS1();
    for (let nth = 0; nth < 5; nth += 1) {
      session.reset('server');
      accepted(session).waits(10_000).forgets();
    }
    session.reset('server');
    assert.match(session.acts.at(-1) ?? '', /^dials/);
  });

  it('does not hold it against a server that has said goodbye', () => {
    const session = onS1().sends('server', terminate(3)).fin('server');
    assert.equal(session.stage.backend.servers[0]?.seen.linkLosses, 0);
    accepted(session).reset('server');
    assert.equal(session.stage.backend.servers[1]?.seen.linkLosses, 1);
  });

  it('does not read a client that asks and does not take the answers', () => {
    const session = onS1().reset('server');
    session.session.legs.blocked('client');
    assert.equal(session.isPaused.client, true);
    session.session.legs.drained('client', 0);
    assert.equal(session.isPaused.client, false);
    session.session.legs.blocked('client');
    accepted(session);
    assert.equal(session.isPaused.client, false);
    assert.equal(session.isPaused.server, true);
    const slow = onS1();
    slow.session.legs.blocked('client');
    slow.reset('server');
    assert.equal(slow.isPaused.client, true);
  });
});

describe('a session that moves', () => {
  it('does not come back to a server that it is told to leave meanwhile', () => {
    const stage = stageOf(serversOf({}));
    const trying = onS1({ retries: 0 }, stage).reset('server').forgets();
    change(stage, 1, { isUp: false });
    trying.leaves(1, 'server-marked-down', 'move');
    assert.deepEqual(trying.acts, ['drops next', 'try 1 on s1 failed: server-marked-down, hold']);
    change(stage, 1, { isUp: true });
    const settling = onS1({ retries: 0 }, stage).sends('client', submit(7));
    settling.begins('rebalance');
    accepted(settling).forgets();
    change(stage, 1, { isUp: false });
    settling.leaves(1, 'server-marked-down', 'move').sends('client', submit(8));
    assert.deepEqual(settling.acts, ['drops next']);
  });

  it('goes on with the server that it has when the next one is lost', () => {
    const session = onS1().sends('client', submit(7)).sends('server', submitResp(7), deliver(5));
    session.begins('drain');
    accepted(session).sends('client', submit(8)).forgets();
    assert.equal(session.isPaused.server, true);
    session.leaves(2, 'server-marked-down', 'move');
    assert.deepEqual(session.acts, ['drops next', 'server gets SUBMIT 8', 'dials s2']);
    assert.equal(session.isPaused.server, false);
  });

  it('waits for a server that goes down meanwhile no longer than hold-timeout', () => {
    const session = onS1({ moveTimeoutMs: 10_000, holdTimeoutMs: 2000 }).sends('client', submit(7));
    session.begins('drain');
    accepted(session).forgets();
    change(session.stage, 1, { isUp: false });
    session.leaves(1, 'server-marked-down', 'move').waits(2000);
    assert.deepEqual(session.acts.slice(-2), [`leaves its server with ${GOODBYE}`, 'moved from s1: drain']);
  });

  it('does not wait twice for a server that hangs until it is down', () => {
    for (const [silentMs, waitMs] of [
      [2000, 1000],
      [7000, 0],
    ] as const) {
      const session = onS1({ moveTimeoutMs: 3000 }).sends('client', submit(7)).waits(silentMs);
      change(session.stage, 1, { isUp: false });
      session.leaves(1, 'server-marked-down', 'move').forgets();
      accepted(session);
      if (waitMs > 0) assert.deepEqual(session.acts, ['next gets CONNECT 1']);
      session.waits(waitMs);
      assert.deepEqual(session.acts.slice(-1), ['moved from s1: server-marked-down']);
    }
  });

  it('waits for a server that was asked only when it was about to go down', () => {
    const session = onS1({ moveTimeoutMs: 3000 }).waits(7000).sends('client', submit(7)).waits(1000);
    change(session.stage, 1, { isUp: false });
    session.leaves(1, 'server-marked-down', 'move');
    accepted(session).waits(1999).forgets();
    assert.deepEqual(session.acts, []);
    session.waits(1);
    assert.deepEqual(session.acts.slice(-1), ['moved from s1: server-marked-down']);
  });

  it('ends with the server that says goodbye, where on-link-lost is close', () => {
    const session = onS1({ onLinkLost: 'close' });
    session.begins('drain');
    session.forgets().sends('server', terminate(3));
    assert.deepEqual(session.acts, ['client gets TERMINATE 3', 'drops next']);
    assert.equal(session.session.state.kind, 'ending');
  });
});

it('a session that ends answers no TERMINATE behind its own FIN', () => {
  const session = onS1().fin('client').forgets().sends('server', terminate(3));
  assert.deepEqual(session.acts, []);
});
