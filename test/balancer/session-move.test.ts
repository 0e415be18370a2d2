import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectResp, frame } from '../simulation/frames.js';
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
import { change, stageOf } from './staged-session.js';
import type { StagedSession } from './staged-session.js';

describe('a session that moves from a server that is well', () => {
  it('goes on with it while the next one is sought, and waits for nothing where nothing is owed', () => {
    const session = onS1();
    assert.equal(session.begins('drain'), true);
    assert.deepEqual(session.acts, ['dials s2']);
    session.sends('client', submit(7)).sends('server', submitResp(7));
    assert.deepEqual(session.acts, ['server gets SUBMIT 7', 'client gets SUBMIT_RESP 7']);
    accepted(session);
    assert.deepEqual(session.acts, [
      'next gets CONNECT 1',
      `leaves its server with ${GOODBYE}`,
      'moved from s1: drain',
    ]);
    session.sends('client', submit(8));
    assert.deepEqual(session.acts, ['server gets SUBMIT 8']);
    assert.deepEqual(
      session.stage.backend.servers.map(({ sessionsNow, unansweredNow }) => [sessionsNow, unansweredNow]),
      [
        [0, 0],
        [1, 1],
      ],
    );
  });

  it('holds what its client asks until the former server has answered', () => {
    const session = onS1().sends('client', submit(7));
    session.begins('drain');
    accepted(session.forgets());
    session.sends('client', submit(8), submit(9).subarray(0, 20)).sends('client', submit(9).subarray(20));
    assert.deepEqual(session.acts, ['next gets CONNECT 1']);
    session.sends('server', submitResp(7));
    assert.deepEqual(session.acts, [
      'client gets SUBMIT_RESP 7',
      `leaves its server with ${GOODBYE}`,
      'moved from s1: drain',
      'server gets SUBMIT 8',
      'server gets SUBMIT 9',
    ]);
  });

  it('answers heartbeats itself while it holds', () => {
    const session = onS1().sends('client', submit(7));
    session.begins('drain');
    accepted(session).forgets().sends('client', activeTest(8));
    assert.deepEqual(session.acts, ['client gets ACTIVE_TEST_RESP 8']);
  });

  it('has its client answer what the former server has asked, and asks it nothing more', () => {
    const session = onS1().sends('server', deliver(5)).forgets();
    session.begins('drain');
    accepted(session).forgets();
    assert.deepEqual(session.isPaused, { client: false, server: true, next: true });
    session.sends('client', deliverResp(5));
    assert.deepEqual(session.acts, [
      'server gets DELIVER_RESP 5',
      `leaves its server with ${GOODBYE}`,
      'moved from s1: drain',
    ]);
    assert.deepEqual(session.isPaused, { client: false, server: false, next: true });
  });

  it('goes on without what is not answered in time: the client is told so, and its late answers are swallowed', () => {
    const session = onS1().sends('client', submit(7)).sends('server', deliver(5));
    session.begins('drain');
    accepted(session).sends('client', submit(8)).forgets().waits(3000);
    assert.deepEqual(session.acts, [
      'client gets SUBMIT_RESP 7',
      'in doubt at s1: 1, 1 rejected, 0 kept',
      `leaves its server with ${GOODBYE}`,
      'moved from s1: drain',
      'server gets SUBMIT 8',
    ]);
    // Another server may have the same Sequence_Id in use.
    session.sends('server', deliver(5)).sends('client', deliverResp(5)).sends('client', deliverResp(5));
    assert.deepEqual(session.acts, ['client gets DELIVER 5', 'server gets DELIVER_RESP 5']);
    assert.equal(session.session.conversation?.sieve, undefined);
  });

  it('hands on what the next server has said behind its answer, and the begin of a frame from each side', () => {
    const session = onS1().sends('client', submit(7), submit(8).subarray(0, 15)).forgets();
    session.begins('drain');
    session.accepts().sends('next', connectResp('2.0', 1, 0, 0x20, 9), deliver(3), deliver(4).subarray(0, 13));
    session.sends('server', submitResp(7)).forgets();
    session.sends('client', submit(8).subarray(15)).sends('server', deliver(4).subarray(13));
    assert.deepEqual(session.acts, ['server gets SUBMIT 8', 'client gets DELIVER 4']);
  });

  it('stays where it is when no other server takes it', () => {
    for (const [version, status] of [
      ['3.0', 0],
      ['2.0', 3],
    ] as const) {
      const session = onS1({ retries: 0 });
      session.begins('drain');
      accepted(session, version, status);
      const why = 'try 1 on s2 failed: login-refused, stay';
      assert.deepEqual(session.acts, [
        'dials s2',
        'next gets CONNECT 1',
        'drops next',
        why,
        'stayed (drain): login-refused',
      ]);
      session.sends('client', submit(8));
      assert.deepEqual(session.acts, ['server gets SUBMIT 8']);
    }
  });

  it('lets its client leave at any time', () => {
    const seeking = onS1();
    seeking.begins('drain');
    seeking.forgets().sends('client', terminate(9));
    assert.deepEqual(seeking.acts, ['server gets TERMINATE 9', 'drops next']);
    const holding = onS1().sends('client', submit(7));
    holding.begins('drain');
    accepted(holding).forgets().sends('client', submit(8), terminate(9));
    assert.deepEqual(holding.acts, ['drops next', 'server gets SUBMIT 8', 'server gets TERMINATE 9']);
    const gone = onS1().sends('client', submit(7));
    gone.begins('drain');
    accepted(gone).sends('client', submit(8)).forgets().fin('client');
    assert.deepEqual(gone.acts, ['drops next', 'server gets SUBMIT 8', 'server gets FIN']);
    for (const each of [seeking, holding, gone]) {
      each.reset('client').reset('server');
      assert.deepEqual(
        each.stage.backend.servers.map(({ sessionsNow }) => sessionsNow),
        [0, 0],
      );
    }
  });

  it('seeks another one when the next server is lost before it is needed', () => {
    const session = onS1().sends('client', submit(7));
    session.begins('drain');
    accepted(session).forgets().reset('next');
    assert.deepEqual(session.acts, ['drops next', 'dials s2']);
    accepted(session).sends('server', submitResp(7));
    assert.equal(session.session.conversation?.server.name, 's2');
  });
});

describe('a session whose server is lost', () => {
  for (const [how, lose] of Object.entries({
    reset: (session: StagedSession) => session.reset('server'),
    FIN: (session: StagedSession) => session.fin('server'),
  })) {
    it(`goes on with another one: ${how}`, () => {
      const session = lose(onS1().sends('client', submit(7)).forgets());
      assert.deepEqual(session.acts, [
        'drops server',
        'client gets SUBMIT_RESP 7',
        'in doubt at s1: 1, 1 rejected, 0 kept',
        'dials s2',
      ]);
      session.sends('client', submit(8), activeTest(9));
      assert.deepEqual(session.acts, ['client gets ACTIVE_TEST_RESP 9']);
      accepted(session);
      const cause = how === 'FIN' ? 'server-lost' : 'server-reset';
      assert.deepEqual(session.acts, ['next gets CONNECT 1', `moved from s1: ${cause}`, 'server gets SUBMIT 8']);
    });
  }

  it('answers each TERMINATE of a peer that says it twice', () => {
    const server = onS1().forgets().sends('server', terminate(3), terminate(4));
    assert.deepEqual(server.acts, ['server gets TERMINATE_RESP 3', 'server gets TERMINATE_RESP 4', 'dials s2']);
    const client = onS1().reset('server').forgets().sends('client', terminate(8), terminate(9));
    assert.deepEqual(client.acts.slice(1, 3), ['client gets TERMINATE_RESP 8', 'client gets TERMINATE_RESP 9']);
  });

  it('answers its TERMINATE itself, and takes what it still says', () => {
    const session = onS1().sends('client', submit(7)).forgets().sends('server', terminate(3));
    assert.deepEqual(session.acts, ['server gets TERMINATE_RESP 3', 'dials s2']);
    session.sends('server', submitResp(7));
    accepted(session);
    assert.deepEqual(session.acts, [
      'client gets SUBMIT_RESP 7',
      'next gets CONNECT 1',
      `leaves its server with ${GOODBYE}`,
      'moved from s1: server-terminate',
    ]);
  });

  it('sends again what is in doubt, before what was held, or ends, as in-doubt says', () => {
    const again = onS1({ inDoubt: 'resend' }).sends('client', submit(6), submit(7)).sends('server', submitResp(6));
    again.forgets().reset('server').sends('client', submit(8));
    assert.deepEqual(again.acts, ['drops server', 'in doubt at s1: 1, 0 rejected, 1 kept', 'dials s2']);
    accepted(again);
    assert.deepEqual(again.acts.slice(-2), ['server gets SUBMIT 7', 'server gets SUBMIT 8']);
    const ends = onS1({ inDoubt: 'close' }).sends('client', submit(7), activeTest(8)).forgets().reset('server');
    assert.deepEqual(ends.acts, [
      'drops server',
      'in doubt at s1: 1, 0 rejected, 0 kept',
      `client gets ${GOODBYE}`,
      'client gets FIN',
    ]);
    assert.equal(ends.session.conversation?.relay.client.unanswered, 2);
    assert.equal(ends.stage.backend.servers[0]?.unansweredNow, 0);
    const unharmed = onS1({ inDoubt: 'close' }).sends('client', activeTest(8)).forgets().reset('server');
    assert.deepEqual(unharmed.acts, ['drops server', 'client gets ACTIVE_TEST_RESP 8', 'dials s2']);
  });

  it('is held until a server takes it, for as long as hold-timeout', () => {
    const stage = stageOf(serversOf({}));
    const session = onS1({ retries: 0 }, stage).reset('server').forgets();
    change(stage, 1, { isUp: false });
    session.waits(1000).refuses().waits(5000).sends('client', submit(8), activeTest(9));
    assert.equal(session.session.state.kind, 'relaying');
    change(stage, 1, { isUp: true });
    session.forgets().waits(1000);
    assert.deepEqual(session.acts, ['dials s1']);
    accepted(session);
    assert.deepEqual(session.acts, ['next gets CONNECT 1', 'moved from s1: server-reset', 'server gets SUBMIT 8']);
    session.reset('server').forgets();
    change(stage, 1, { isUp: false });
    // It had none for 7 s before, and was not there for long.
    session.waits(16_001);
    assert.deepEqual(session.acts.slice(-2), [`client gets ${GOODBYE}`, 'client gets FIN']);
    session.waits(1000);
    assert.deepEqual(session.acts, ['ended: hold-timeout']);
  });

  it('lets its client leave while it is held', () => {
    const session = onS1().reset('server').forgets().sends('client', submit(8), terminate(9));
    assert.deepEqual(session.acts, ['drops next', 'client gets TERMINATE_RESP 9', 'client gets FIN']);
    const closed = onS1().reset('server').forgets().fin('client');
    assert.deepEqual(closed.acts, ['ended: client-closed']);
  });

  it('reads its client no further than it may hold', () => {
    const session = onS1().reset('server');
    for (let nth = 0; nth < 17; nth += 1) session.sends('client', frame(4, nth, 4000, 5));
    assert.equal(session.isPaused.client, true);
    accepted(session.forgets());
    assert.equal(session.isPaused.client, false);
    assert.equal(session.acts.filter((act) => act.startsWith('server gets SUBMIT')).length, 17);
  });
});
