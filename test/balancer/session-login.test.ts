import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concat, connect, connectResp, frame } from '../simulation/frames.js';
import { LOGIN, StagedSession } from './staged-session.js';

const activeTest = (sequenceId: number) => frame(8, sequenceId, 0, 0);
const submit = (sequenceId: number) => frame(4, sequenceId, 30, sequenceId);
const deliver = (sequenceId: number) => frame(5, sequenceId, 60, sequenceId);
const accepted = connectResp('2.0', LOGIN.sequenceId, 0, 0x20, 9);
const text = (letters: string) => Buffer.from(letters, 'latin1');

function connectOfLength(lengthBytes: number): Buffer {
  const bytes = Buffer.from(connect(LOGIN));
  bytes.writeUInt32BE(lengthBytes);
  return bytes;
}

describe('the login of a session', () => {
  it('shows the server the CONNECT as it came, and the client the answer as it came', () => {
    const session = new StagedSession();
    assert.deepEqual(session.sends('client', connect(LOGIN)).acts, ['dials s1']);
    assert.deepEqual(session.accepts().acts, ['server gets CONNECT 1']);
    assert.deepEqual(session.sends('server', accepted).acts, ['client gets CONNECT_RESP 1', 'started']);
    assert.deepEqual(session.bytesTo('server'), Buffer.from(connect(LOGIN)));
    assert.deepEqual(session.bytesTo('client'), Buffer.from(accepted));
  });

  it('comes byte by byte as well', () => {
    const session = new StagedSession();
    for (const byte of connect(LOGIN)) session.sends('client', Uint8Array.of(byte));
    session.accepts();
    for (const byte of accepted) session.sends('server', Uint8Array.of(byte));
    assert.deepEqual(session.acts, ['dials s1', 'server gets CONNECT 1', 'client gets CONNECT_RESP 1', 'started']);
  });

  it('keeps what the client sends before it has a server, and passes that on behind the login', () => {
    const session = new StagedSession().sends('client', connect(LOGIN), submit(2), submit(3).subarray(0, 7));
    session.accepts().sends('client', submit(3).subarray(7), submit(4).subarray(0, 20));
    assert.deepEqual(session.acts, ['dials s1', 'server gets CONNECT 1']);
    session.sends('server', accepted);
    assert.deepEqual(session.acts, [
      'client gets CONNECT_RESP 1',
      'started',
      'server gets SUBMIT 2',
      'server gets SUBMIT 3',
    ]);
    assert.deepEqual(session.sends('client', submit(4).subarray(20)).acts, ['server gets SUBMIT 4']);
    assert.deepEqual(session.bytesTo('server'), Buffer.from(concat([connect(LOGIN), submit(2), submit(3), submit(4)])));
  });

  it('does not read the client while as much as a frame may have is kept', () => {
    const session = new StagedSession({ rules: { maxFrameBytes: 100 } }).sends('client', connect(LOGIN), submit(2));
    assert.equal(session.isPaused.client, false);
    session.sends('client', submit(3), submit(4));
    assert.equal(session.isPaused.client, true);
    session.accepts().sends('server', accepted);
    assert.equal(session.isPaused.client, false);
    assert.deepEqual(session.acts.slice(-3), ['server gets SUBMIT 2', 'server gets SUBMIT 3', 'server gets SUBMIT 4']);
  });

  it('passes on what the server sends in one segment with its answer, behind the answer', () => {
    const session = new StagedSession().sends('client', connect(LOGIN)).accepts();
    session.sends('server', accepted, deliver(7), deliver(8).subarray(0, 20)).sends('server', deliver(8).subarray(20));
    assert.deepEqual(session.acts.slice(-4), [
      'client gets CONNECT_RESP 1',
      'started',
      'client gets DELIVER 7',
      'client gets DELIVER 8',
    ]);
  });

  it('takes the version from the length of the answer, whatever the client claims (Q2)', () => {
    for (const [versionByte, version, bytes] of [
      [0x20, '3.0', 33],
      [0x30, '2.0', 30],
      [0x7f, '3.0', 33],
    ] as const) {
      const session = new StagedSession().logsIn({ ...LOGIN, versionByte }, version);
      assert.equal(session.session.answer?.version, version);
      assert.equal(session.bytesTo('client').length, bytes);
    }
  });

  it('answers the heartbeats of a client that starts them before its login (Q11)', () => {
    const session = new StagedSession().sends('client', activeTest(0), activeTest(1).subarray(0, 5));
    assert.deepEqual(session.acts, ['client gets ACTIVE_TEST_RESP 0']);
    session.sends('client', activeTest(1).subarray(5), connect(LOGIN));
    assert.deepEqual(session.acts, ['client gets ACTIVE_TEST_RESP 1', 'dials s1']);
    assert.equal(session.bytesTo('client').length, 2 * 13);
    // The server does not get to see them.
    assert.deepEqual(session.accepts().acts, ['server gets CONNECT 1']);
  });

  it('has enough of a client that sends nothing but heartbeats', () => {
    const heartbeats = Array.from({ length: 17 }, (_, nth) => activeTest(nth));
    const session = new StagedSession().sends('client', ...heartbeats);
    const acts = session.acts;
    assert.equal(acts.length, 17);
    assert.deepEqual(acts.slice(-2), ['client gets ACTIVE_TEST_RESP 15', 'ended: login-not-connect']);
  });

  const foreigners = [
    ['an HTTP probe (Q9)', text('GET / HTTP/1.0\r\n\r\n'), 4, 'login-http', 'an HTTP request'],
    ['a browser', text('OPTIONS * HTTP/1.1\r\n'), 4, 'login-http', 'an HTTP request'],
    ['a TLS handshake', Buffer.of(0x16, 3, 1, 2, 0, 1), 2, 'login-tls', 'a TLS handshake'],
    ['a PROXY line', text('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n'), 4, 'login-proxy-header', 'not trusted'],
    ['a PROXY header', text('\r\n\r\n\0\r\nQUIT\n!'), 4, 'login-proxy-header', 'not trusted'],
    ['a CONNECT whose length leaves the header out (Q8)', connectOfLength(27), 4, 'login-length', 'Total_Length 27'],
    ['a CONNECT without an end', connectOfLength(0xffffffff), 4, 'login-length', 'Total_Length 4294967295'],
    ['a length of nothing', connectOfLength(0), 4, 'login-length', 'Total_Length 0'],
    ['a SUBMIT first', frame(4, 1, 27, 1), 8, 'login-not-connect', 'Command_Id 0x00000004'],
    ['a TERMINATE first', frame(2, 1, 0, 1), 8, 'login-not-connect', 'Command_Id 0x00000002'],
    ['bytes at random', Buffer.of(0, 0, 0, 39, 9, 8, 7, 6, 5), 8, 'login-not-connect', 'Command_Id 0x09080706'],
  ] as const;
  for (const [name, bytes, decidedAt, reason, detail] of foreigners) {
    it(`refuses ${name} at byte ${decidedAt}, and opens nothing for it`, () => {
      const session = new StagedSession().sends('client', bytes.subarray(0, decidedAt - 1));
      assert.deepEqual(session.acts, []);
      session.sends('client', bytes.subarray(decidedAt - 1));
      assert.deepEqual(session.acts, [`ended: ${reason}`]);
      assert.match(session.session.detail, new RegExp(detail));
    });
  }

  it('gives a client so much time, however much of its CONNECT has come', () => {
    for (const begin of [0, 3, 38]) {
      const session = new StagedSession().waits(5000).sends('client', connect(LOGIN).subarray(0, begin));
      assert.deepEqual(session.waits(7999).acts, []);
      assert.deepEqual(session.waits(1).acts, ['ended: login-timeout']);
    }
  });

  it('is over when the client goes before it is done', () => {
    assert.deepEqual(new StagedSession().sends('client', connect(LOGIN).subarray(0, 38)).fin('client').acts, [
      'ended: login-aborted',
    ]);
    assert.deepEqual(new StagedSession().reset('client').acts, ['ended: login-aborted']);
  });

  it('knows the account, padded with zeros or with spaces', () => {
    for (const [account, known] of [
      ['900001', '900001'],
      ['90', '90'],
      ['90    ', '90'],
      ['', ''],
    ] as const) {
      const { session } = new StagedSession().sends('client', connect({ ...LOGIN, account }));
      assert.equal(session.login?.account, known);
    }
  });
});
