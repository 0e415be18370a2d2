import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Side } from '../../src/balancer/session-port.js';
import { concat, connect, frame } from '../simulation/frames.js';
import { wordsTo } from './moving-session.js';
import { LOGIN, StagedSession } from './staged-session.js';

const ANSWER = 0x80000000;
const submit = (sequenceId: number) => frame(4, sequenceId, 130, sequenceId);
const submitResp = (sequenceId: number) => frame(ANSWER + 4, sequenceId, 9, sequenceId);
const sides = ['client', 'server'] as const;
const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client');
const unansweredOf = (session: StagedSession) => session.session.conversation?.relay.client.unanswered;

/** What has reached a side since its login. */
function since(session: StagedSession, side: Side): Buffer {
  return session.bytesTo(side).subarray(side === 'client' ? 30 : 39);
}

describe('the traffic of a session', () => {
  it('crosses in whole frames, in order, however the streams are cut', () => {
    const streams = fc.array(fc.tuple(fc.boolean(), fc.nat(300)), { maxLength: 20 });
    fc.assert(
      fc.property(streams, fc.array(fc.nat(60), { minLength: 1, maxLength: 60 }), (drawn, cuts) => {
        const session = new StagedSession().logsIn();
        for (const side of sides) {
          const frames = drawn.filter(([isClient]) => isClient === (side === 'client'));
          const stream = concat(frames.map(([, bodyBytes], nth) => frame(4, nth, bodyBytes, nth)));
          for (let start = 0, nth = 0; start < stream.length; nth += 1) {
            const end = start + 1 + (cuts[nth % cuts.length] ?? 0);
            session.sends(side, stream.subarray(start, end));
            start = end;
          }
          assert.deepEqual(since(session, otherOf(side)), Buffer.from(stream));
        }
        assert.doesNotMatch(session.acts.join(), /bytes of a frame/);
      }),
    );
  });

  it('leaves together what came together', () => {
    const session = new StagedSession().logsIn();
    const before = session.written.server.length;
    session.sends('client', submit(1), submit(2), submit(3), submit(4).subarray(0, 50));
    assert.equal(session.written.server.length, before + 1);
  });

  const untouched = [
    ['a Command_Id that nobody knows', frame(0x77, 5, 40, 1)],
    ['an answer to one', frame(ANSWER + 0x77, 5, 40, 1)],
    ['an ACTIVE_TEST_RESP without its reserved byte (Q1)', frame(ANSWER + 8, 5, 0, 1)],
    ['an ACTIVE_TEST_RESP with it', frame(ANSWER + 8, 5, 1, 1)],
    // 60 bytes of report in a session of version 3.0, and 71 in one of 2.0
    ['a DELIVER with a short report (Q3)', frame(5, 5, 97 + 60, 1)],
    ['a DELIVER with a long report (Q3)', frame(5, 5, 73 + 71, 1)],
    ['a NACK_RESP', frame(ANSWER, 5, 0, 1)],
    ['a second CONNECT', connect(LOGIN)],
    ['a frame of exactly max-frame', frame(4, 5, 8192 - 12, 1)],
  ] as const;
  for (const [name, bytes] of untouched) {
    it(`passes on ${name}, from either side`, () => {
      for (const side of sides) {
        const session = new StagedSession().logsIn().sends(side, bytes);
        assert.deepEqual(since(session, otherOf(side)), Buffer.from(bytes));
        assert.equal(session.session.state.kind, 'relaying');
      }
    });
  }

  it('counts answers that nobody asked for, and passes them on', () => {
    const session = new StagedSession().logsIn();
    session.sends('server', submitResp(9), submitResp(9)).sends('client', frame(ANSWER + 5, 3, 9, 1));
    const { client, server } = session.session.conversation?.relay ?? assert.fail();
    assert.deepEqual([client.unasked, server.unasked], [1, 2]);
    assert.deepEqual(session.acts, [
      'client gets SUBMIT_RESP 9',
      'client gets SUBMIT_RESP 9',
      'server gets DELIVER_RESP 3',
    ]);
  });

  it('knows what the server owes, also when all fragments of a message have one Sequence_Id (Q4)', () => {
    const session = new StagedSession().logsIn();
    session.sends('client', submit(2002), submit(2002), submit(2002));
    for (const left of [2, 1, 0]) {
      assert.equal(unansweredOf(session.sends('server', submitResp(2002))), left);
    }
    assert.equal(session.session.conversation?.relay.server.unasked, 0);
    assert.equal(unansweredOf(session.sends('server', submitResp(2002))), 0);
    assert.equal(session.session.conversation.relay.server.unasked, 1);
  });

  it('adds what is owed to its server, and takes it back with its end', () => {
    const session = new StagedSession();
    const [server] = session.stage.backend.servers;
    session.logsIn();
    assert.equal(server?.unansweredNow, 0);
    session.sends('client', submit(1), submit(2), submit(3)).sends('server', submitResp(2));
    assert.equal(server.unansweredNow, 2);
    const other = new StagedSession({ stage: session.stage });
    other.sends('client', connect(LOGIN)).fin('client');
    assert.equal(server.unansweredNow, 2);
    session.kills();
    assert.equal(server.unansweredNow, 0);
    assert.equal(unansweredOf(session), 2);
  });

  it('counts bytes and PDUs by command, the login among them', () => {
    const session = new StagedSession().logsIn();
    session.sends('client', submit(1), frame(8, 2, 0, 0), submit(3).subarray(0, 100)).sends('server', submitResp(1));
    const { client, server } = session.session.conversation?.relay ?? assert.fail();
    assert.deepEqual(client.counts(), { CONNECT: 1, SUBMIT: 1, ACTIVE_TEST: 1 });
    assert.deepEqual(server.counts(), { CONNECT_RESP: 1, SUBMIT_RESP: 1 });
    assert.deepEqual([client.bytes, server.bytes], [39 + 142 + 12, 30 + 21]);
    assert.equal(session.session.receivedBytes, 39 + 142 + 12 + 100);
  });
});

describe('a stream that is no CMPP after the login', () => {
  const lengths = [0, 11, 8193, 0xffffffff] as const;
  for (const side of sides) {
    for (const lengthBytes of lengths) {
      it(`from the ${side}, with a Total_Length of ${lengthBytes}, ends the session behind what was whole`, () => {
        const bad = Buffer.from(submit(2));
        bad.writeUInt32BE(lengthBytes);
        const session = new StagedSession().logsIn().sends(side, submit(1), bad.subarray(0, 3));
        assert.deepEqual(session.acts, [`${otherOf(side)} gets SUBMIT 1`]);
        session.sends(side, bad.subarray(3));
        assert.deepEqual(session.acts, [`drops ${side}`, ...wordsTo(otherOf(side))]);
        assert.match(session.session.detail, new RegExp(`^Total_Length ${lengthBytes}, limit (12|8192)$`));
        assert.deepEqual(session.fin(otherOf(side)).acts, [`ended: ${side}-frame`]);
        assert.deepEqual(since(session, otherOf(side)).subarray(0, 142), Buffer.from(submit(1)));
      });
    }
  }
});

describe('a peer that takes no more', () => {
  for (const side of sides) {
    const other = otherOf(side);
    it(`is the ${side}: the ${other} is not read until it does`, () => {
      const session = new StagedSession().logsIn();
      session.session.legs.blocked(side);
      assert.deepEqual(session.isPaused, { client: other === 'client', server: other === 'server', next: false });
      session.session.legs.drained(side, 0);
      assert.deepEqual(session.isPaused, { client: false, server: false, next: false });
    });

    it(`is the ${side}, and goes: the ${other} is read, so that its end is seen`, () => {
      const session = new StagedSession().logsIn();
      session.session.legs.blocked(side);
      session.reset(side);
      assert.equal(session.isPaused[other], false);
      assert.deepEqual(session.fin(other).acts.at(-1), `ended: ${side}-reset`);
    });
  }
});
