import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { malformedBegin } from '../../src/balancer/malformed.js';
import { connect, frame } from '../simulation/frames.js';
import { LOGIN, StagedSession, stageOf } from './staged-session.js';

const RESPONSE = 0x80000000;
/** A header with a Total_Length that no frame has. */
const BAD = Buffer.from([0, 0, 0, 7, 0, 0, 0, 4, 1, 2, 3, 4]);

describe('what is kept of a stream that is unreadable', () => {
  it('has the frame of the impossible length in it, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('client', 'server'),
        fc.nat(900),
        fc.nat(4000),
        fc.nat(1000),
        (side, bodyBytes, at, restBytes) => {
          const session = new StagedSession().logsIn();
          const stream = Buffer.concat([frame(8, 1, bodyBytes, 1), BAD, Buffer.alloc(restBytes, 0xab)]);
          const cut = at % stream.length;
          session.sends(side, stream.subarray(0, cut));
          if (session.session.malformed === undefined) session.sends(side, stream.subarray(cut));
          const { malformed } = session.session;
          assert.ok(malformed !== undefined);
          const { bytes, errorAt } = malformed;
          assert.deepEqual([malformed.side, malformed.atMs], [side, session.stage.clock.nowMs()]);
          assert.ok(bytes.length <= 512 && errorAt <= 256);
          const shown = Buffer.from(bytes.subarray(errorAt));
          assert.equal(shown.readUInt32BE(), 7);
          const badAt = 12 + bodyBytes;
          const before = stream.subarray(0, badAt).subarray(errorAt === 0 ? badAt : -errorAt);
          assert.deepEqual(Buffer.from(bytes.subarray(0, errorAt)), before);
          assert.deepEqual(shown, stream.subarray(badAt, badAt + shown.length));
        },
      ),
    );
  });

  it('is what a client said in place of a login, from its first byte, in however many pieces it came', () => {
    const request = Buffer.from('\x00\x00\x00\x27\x00\x00\x00\x04 and then some');
    for (let cut = 0; cut <= request.length; cut += 1) {
      const session = new StagedSession().sends('client', request.subarray(0, cut));
      if (session.session.malformed === undefined) session.sends('client', request.subarray(cut));
      const { malformed } = session.session;
      assert.ok(malformed !== undefined && malformed.side === 'client' && malformed.errorAt === 0);
      assert.deepEqual(Buffer.from(malformed.bytes), request.subarray(0, malformed.bytes.length));
      assert.ok(malformed.bytes.length >= 8);
    }
  });

  it('is what a server said in place of an answer', () => {
    const session = new StagedSession({ stage: stageOf(), rules: { retries: 0 } });
    session
      .sends('client', connect(LOGIN))
      .accepts()
      .sends('server', frame(RESPONSE + 4, 1, 9, 0x55));
    const [failed] = session.failedTries;
    assert.deepEqual(Buffer.from(failed?.malformed?.bytes ?? []), Buffer.from(frame(RESPONSE + 4, 1, 9, 0x55)));
  });

  it('is 512 bytes at most, and nothing of a client that sent too many heartbeats', () => {
    const session = new StagedSession().sends('client', Buffer.concat([Buffer.from('GET '), Buffer.alloc(9000)]));
    assert.equal(session.session.malformed?.bytes.length, 512);
    const restless = new StagedSession();
    for (let nth = 0; nth < 20; nth += 1) restless.sends('client', frame(8, nth, 0, 0));
    assert.deepEqual([restless.session.state.kind, restless.session.malformed], ['closed', undefined]);
  });

  it('never has the digest of a CONNECT, which is as good as a secret', () => {
    const login = Buffer.from(connect(LOGIN));
    login.fill(0xd5, 18, 34);
    login.writeUInt32BE(27);
    for (const length of [0, 4, 9, 17, 18, 19, 33, 34, 39]) {
      const bytes = malformedBegin('client', login.subarray(0, length), 0)?.bytes ?? new Uint8Array(0);
      assert.ok(!bytes.includes(0xd5), String(length));
      assert.equal(bytes.length, length);
    }
    const session = new StagedSession().sends('client', login);
    assert.deepEqual(session.session.malformed?.bytes.subarray(18, 34), new Uint8Array(16).fill(0x2a));
  });
});
