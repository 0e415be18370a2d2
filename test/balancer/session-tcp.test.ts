import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serversOf } from '../support/servers.js';
import { StagedSession, stageOf } from './staged-session.js';

const text = (letters: string) => Buffer.from(letters, 'latin1');

describe('a session of mode tcp', () => {
  it('gets a server at once, and passes on bytes as they come', () => {
    const session = new StagedSession({ mode: 'tcp' });
    assert.deepEqual(session.acts, ['dials s1']);
    session.accepts().sends('client', text('a')).sends('server', text('\0\0\0\x01b')).sends('client', text('c'));
    assert.deepEqual(session.acts, ['server gets a', 'started', 'client gets \0\0\0\x01b', 'server gets c']);
  });

  it('keeps what the client says before the server is there', () => {
    const session = new StagedSession({ mode: 'tcp' }).sends('client', text('ab')).sends('client', text('c'));
    assert.deepEqual(session.accepts().acts, ['dials s1', 'server gets abc', 'started']);
  });

  it('goes on to the next server when one refuses', () => {
    const session = new StagedSession({ mode: 'tcp' }).sends('client', text('ab')).refuses().accepts();
    assert.deepEqual(session.acts.slice(-3), ['dials s2', 'server gets ab', 'started']);
  });

  it('serves a client that says all that it has, FIN, and waits', () => {
    const session = new StagedSession({ mode: 'tcp' }).sends('client', text('ask')).fin('client');
    assert.deepEqual(session.accepts().acts, ['dials s1', 'server gets ask', 'started', 'server gets FIN']);
    assert.deepEqual(session.sends('server', text('answer')).acts, ['client gets answer']);
    assert.deepEqual(session.fin('server').acts, ['client gets FIN', 'ended: client-closed']);
  });

  it('ends as server-closed when the server closes, which is as good an end as any', () => {
    const session = new StagedSession({ mode: 'tcp' }).accepts().fin('server').fin('client');
    assert.deepEqual(session.acts.at(-1), 'ended: server-closed');
  });

  it('is just closed where nothing can be said of why', () => {
    assert.deepEqual(new StagedSession({ mode: 'tcp', refusal: 'maxconn' }).acts, ['ended: maxconn']);
    const stage = stageOf(serversOf({ weight: 0 }));
    assert.deepEqual(new StagedSession({ mode: 'tcp', stage }).acts, ['ended: no-server']);
    const refused = new StagedSession({ mode: 'tcp', rules: { retries: 0 } }).refuses();
    assert.deepEqual(refused.acts.at(-1), 'ended: connect-refused');
    assert.deepEqual(new StagedSession({ mode: 'tcp' }).stops(5000).acts.at(-1), 'ended: shutdown');
  });
});
