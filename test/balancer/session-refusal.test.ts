import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import { serversOf } from '../support/servers.js';
import { connect, connectResp } from '../simulation/frames.js';
import type { Login } from '../simulation/frames.js';
import { LOGIN, StagedSession, stageOf } from './staged-session.js';
import type { StageOptions } from './staged-session.js';

const full = () => {
  const stage = stageOf(serversOf({ maxconn: 1 }));
  new StagedSession({ stage }).logsIn();
  return { stage };
};
const noRetries = { rules: { retries: 0 } };

/** How a client that has said its CONNECT comes to be refused. */
const refusals: readonly (readonly [CloseReason, () => StageOptions, (session: StagedSession) => void])[] = [
  ['maxconn', () => ({ refusal: 'maxconn' }), () => {}],
  ['source-maxconn', () => ({ refusal: 'source-maxconn' }), () => {}],
  ['no-server', () => ({ stage: stageOf(serversOf({ weight: 0 })) }), () => {}],
  ['min-up', () => ({ stage: stageOf(serversOf({}, {}), { minUp: 3 }) }), () => {}],
  ['server-marked-down', () => noRetries, (session) => session.leaves(1)],
  ['queue-timeout', full, (session) => session.waits(11_000)],
  ['connect-refused', () => noRetries, (session) => session.refuses()],
  ['connect-timeout', () => noRetries, (session) => session.waits(5000)],
  ['login-unanswered', () => noRetries, (session) => session.accepts().waits(7000)],
  ['shutdown', full, (session) => session.stops(5000)],
];
const versions = [
  [0x20, 30],
  [0x21, 30],
  [0x00, 30],
  [0x30, 33],
  [0x7f, 33],
] as const;

/** What a refused client reads: status 5, its own Sequence_Id and version byte, and nothing else. */
function refusalFor({ sequenceId, versionByte }: Login, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  bytes.writeUInt32BE(lengthBytes, 0);
  bytes.writeUInt32BE(0x80000001, 4);
  bytes.writeUInt32BE(sequenceId, 8);
  bytes[lengthBytes === 30 ? 12 : 15] = 5;
  bytes[lengthBytes - 1] = versionByte;
  return bytes;
}

describe('a client that logs in and is refused', () => {
  for (const [reason, options, cause] of refusals) {
    for (const [versionByte, lengthBytes] of versions) {
      const hex = `0x${versionByte.toString(16).padStart(2, '0')}`;
      it(`for ${reason} is told so by status 5, in ${lengthBytes} bytes to a client of version ${hex}`, () => {
        const login = { sequenceId: 77, account: '900001', versionByte };
        const session = new StagedSession(options()).sends('client', connect(login));
        cause(session);
        assert.deepEqual(session.session.state.kind, 'ending');
        assert.deepEqual(session.bytesTo('client'), refusalFor(login, lengthBytes));
        assert.equal(session.acts.at(-1), 'client gets FIN');
        assert.deepEqual(session.fin('client').acts, [`ended: ${reason}`]);
      });
    }
  }

  it('gets a second to read that, and what it still sends goes nowhere', () => {
    const session = new StagedSession({ refusal: 'maxconn' }).sends('client', connect(LOGIN));
    assert.deepEqual(session.acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
    assert.deepEqual(session.waits(999).sends('client', connect(LOGIN)).acts, []);
    assert.deepEqual(session.waits(1).acts, ['ended: maxconn']);
  });

  it('is closed when it resets the connection', () => {
    const session = new StagedSession({ refusal: 'maxconn' }).sends('client', connect(LOGIN));
    assert.deepEqual(session.reset('client').acts.at(-1), 'ended: maxconn');
  });

  it('before it has said its CONNECT is just heard out, and closed by its own fault if there is one', () => {
    const session = new StagedSession({ refusal: 'maxconn' }).sends('client', Buffer.from('GET '));
    assert.deepEqual(session.acts, ['ended: login-http']);
  });
});

describe('a login that the server refuses', () => {
  for (const [version, lengthBytes] of [
    ['2.0', 30],
    ['3.0', 33],
  ] as const) {
    it(`reaches the client as the ${lengthBytes} bytes that the server said, and both are let go`, () => {
      const session = new StagedSession().sends('client', connect(LOGIN)).accepts();
      const answer = connectResp(version, LOGIN.sequenceId, 3, 0x20, 9);
      session.sends('server', answer);
      assert.deepEqual(session.acts.slice(-3), ['client gets CONNECT_RESP 1', 'client gets FIN', 'server gets FIN']);
      assert.deepEqual(session.bytesTo('client'), Buffer.from(answer));
      assert.equal(session.session.answer?.status, 3);
      assert.deepEqual(session.fin('server').acts, []);
      assert.deepEqual(session.fin('client').acts, ['ended: login-refused']);
    });
  }

  it('is over after a second, gives the place back, and has tried no other server', () => {
    const session = new StagedSession().sends('client', connect(LOGIN)).accepts();
    session.sends('server', connectResp('2.0', LOGIN.sequenceId, 3, 0x20, 9));
    assert.deepEqual(session.waits(1000).acts.at(-1), 'ended: login-refused');
    assert.deepEqual(session.failedTries, []);
    const { servers } = session.stage.backend;
    assert.deepEqual(
      servers.map(({ sessionsNow, unansweredNow }) => [sessionsNow, unansweredNow]),
      [
        [0, 0],
        [0, 0],
      ],
    );
  });
});
