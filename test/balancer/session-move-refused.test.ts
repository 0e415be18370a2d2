import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serversOf } from '../support/servers.js';
import { accepted, onS1, submit } from './moving-session.js';
import { change, stageOf } from './staged-session.js';

const REFUSED = 3;

describe('a session that moves, and is refused by a server that has answered', () => {
  it('stays without asking the same server again', () => {
    const session = onS1({ retries: 3 });
    change(session.stage, 1, { wish: 'drain' });
    session.begins('drain');
    accepted(session.forgets(), '2.0', REFUSED).waits(5000);
    assert.deepEqual(session.acts, [
      'next gets CONNECT 1',
      'drops next',
      'try 1 on s2 failed: login-refused, stay',
      'stayed (drain): login-refused',
    ]);
    const { backend } = session.stage;
    assert.deepEqual(
      backend.servers.map(({ sessionsNow }) => sessionsNow),
      [1, 0],
    );
  });

  it('does not log in anew where it is', () => {
    const session = onS1({ retries: 3 });
    session.begins('drain');
    accepted(session.forgets(), '2.0', REFUSED);
    assert.deepEqual(session.acts.slice(-2), [
      'try 1 on s2 failed: login-refused, stay',
      'stayed (drain): login-refused',
    ]);
  });

  it('asks the others, also those that have failed before', () => {
    const session = onS1({ retries: 3 }, stageOf(serversOf({}, {}, {})));
    change(session.stage, 1, { wish: 'drain' });
    session.begins('drain');
    accepted(session.forgets(), '2.0', REFUSED);
    assert.deepEqual(session.acts.slice(-2), ['try 1 on s2 failed: login-refused, redispatch', 'dials s3']);
    session.refuses();
    assert.deepEqual(session.acts, ['drops next', 'try 2 on s3 failed: connect-refused, retry']);
    assert.deepEqual(session.waits(1000).acts, ['dials s3']);
  });

  it('is held, and asks again a second later, if it has none', () => {
    const session = onS1({ retries: 3 }).reset('server').sends('client', submit(7));
    change(session.stage, 1, { isUp: false });
    accepted(session.forgets(), '2.0', REFUSED);
    assert.deepEqual(session.acts.at(-1), 'try 1 on s2 failed: login-refused, hold');
    assert.deepEqual(session.waits(999).acts, []);
    assert.deepEqual(session.waits(1).acts, ['dials s2']);
  });
});
