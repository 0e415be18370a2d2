import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serversOf } from '../support/servers.js';
import { GOODBYE, accepted, onS1, submit } from './moving-session.js';
import { StagedSession, change, stageOf } from './staged-session.js';

describe('a session whose server is marked down', () => {
  it('holds at once, and goes on where it was when that comes back before anybody else takes it', () => {
    const stage = stageOf(serversOf({}));
    const session = onS1({ retries: 0 }, stage).forgets();
    change(stage, 1, { isUp: false });
    session.leaves(1, 'server-marked-down', 'move').sends('client', submit(8));
    assert.deepEqual(session.acts, []);
    change(stage, 1, { isUp: true });
    session.waits(1000);
    assert.deepEqual(session.acts, ['server gets SUBMIT 8', 'stayed (server-marked-down): no-server']);
  });

  it('moves to another one, with what the stalled one has not answered in doubt', () => {
    const session = onS1().sends('client', submit(7)).forgets();
    change(session.stage, 1, { isUp: false });
    session.leaves(1, 'server-marked-down', 'move');
    accepted(session).waits(3000);
    assert.deepEqual(session.acts, [
      'dials s2',
      'next gets CONNECT 1',
      'client gets SUBMIT_RESP 7',
      'in doubt at s1: 1, 1 rejected, 0 kept',
      `leaves its server with ${GOODBYE}`,
      'moved from s1: server-marked-down',
    ]);
  });
});

it('a session is shown to the next server as its account would log in now, where the secret is known', () => {
  const session = onS1();
  const signed = Uint8Array.from(session.session.login?.frame ?? []).fill(0x33, 18, 34);
  session.signLogin = (login) => ({ ...login, frame: signed });
  session.begins('drain');
  session.accepts();
  assert.deepEqual(session.bytesTo('next').subarray(0, 39), Buffer.from(signed));
});

it('a session does not move without a login, before it has a server, twice at once, or at its end', () => {
  const tcp = new StagedSession({ mode: 'tcp', rules: { onLinkLost: 'move' } }).accepts();
  assert.equal(tcp.begins('drain'), false);
  assert.equal(new StagedSession().begins('drain'), false);
  const session = onS1();
  assert.equal(session.begins('drain'), true);
  assert.equal(session.begins('drain'), false);
  const ended = onS1().stops(1000);
  assert.equal(ended.begins('drain'), false);
});
