import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Side } from '../../src/balancer/session-port.js';
import { frame } from '../simulation/frames.js';
import { wordsTo } from './moving-session.js';
import { RULES, StagedSession } from './staged-session.js';

const ANSWER = 0x80000000;
const terminate = (sequenceId: number) => frame(2, sequenceId, 0, 0);
const terminateResp = (sequenceId: number) => frame(ANSWER + 2, sequenceId, 0, 0);
const submit = (sequenceId: number) => frame(4, sequenceId, 30, sequenceId);
const submitResp = (sequenceId: number) => frame(ANSWER + 4, sequenceId, 9, sequenceId);
const sides = ['client', 'server'] as const;
const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client');
const finTimeoutOf = (side: Side) => (side === 'client' ? RULES.clientFinTimeoutMs : RULES.serverFinTimeoutMs);
/** What a FIN of this side ends a session of CMPP for. */
const finReasonOf = (side: Side) => (side === 'client' ? 'client-closed' : 'server-lost');

describe('a session that ends by TERMINATE', () => {
  for (const side of sides) {
    const other = otherOf(side);

    it(`of the ${side} waits for the ${other} to answer and both to close (Q10)`, () => {
      const session = new StagedSession().logsIn().sends(side, terminate(9));
      assert.deepEqual(session.acts, [`${other} gets TERMINATE 9`]);
      assert.deepEqual(session.waits(300).sends(other, terminateResp(9)).acts, [`${side} gets TERMINATE_RESP 9`]);
      assert.deepEqual(session.fin(other).acts, [`${side} gets FIN`]);
      assert.deepEqual(session.fin(side).acts, [`${other} gets FIN`, `ended: ${side}-terminate`]);
    });

    it(`of the ${side} still passes on what is said after it`, () => {
      const session = new StagedSession().logsIn().sends('client', submit(8)).sends(side, terminate(9));
      session.sends('server', submitResp(8)).sends(other, terminateResp(9));
      assert.deepEqual(session.acts.slice(-2), ['client gets SUBMIT_RESP 8', `${side} gets TERMINATE_RESP 9`]);
    });

    it(`of the ${side} is over a second after the answer if neither closes`, () => {
      const session = new StagedSession().logsIn().sends(side, terminate(9)).sends(other, terminateResp(9));
      assert.equal(session.waits(999).session.state.kind, 'ending');
      assert.deepEqual(session.waits(1).acts.at(-1), `ended: ${side}-terminate`);
    });

    it(`of the ${side} is over after the fin timeout if the ${other} does not answer, whatever else is said`, () => {
      const session = new StagedSession().logsIn().sends(side, terminate(9));
      const timeoutMs = finTimeoutOf(other);
      session
        .waits(timeoutMs - 1)
        .sends(other, submit(1))
        .sends(side, submit(1));
      assert.deepEqual(session.waits(1).acts.at(-1), `ended: ${side}-terminate`);
    });

    it(`of the ${side} keeps its reason when the ${other} says TERMINATE too, or a leg breaks`, () => {
      const session = new StagedSession().logsIn().sends(side, terminate(9)).sends(other, terminate(4));
      assert.deepEqual(session.acts.slice(-1), [`${side} gets TERMINATE 4`]);
      assert.deepEqual(session.reset(other).acts, [`drops ${other}`, `${side} gets FIN`]);
      assert.deepEqual(session.reset(side).acts, [`ended: ${side}-terminate`]);
    });

    it(`of the ${side} leaves at once when both have closed, without an answer`, () => {
      const session = new StagedSession().logsIn().sends(side, terminate(9)).fin(side);
      assert.deepEqual(session.acts.slice(-1), [`${other} gets FIN`]);
      assert.deepEqual(session.fin(other).acts, [`${side} gets FIN`, `ended: ${side}-terminate`]);
    });
  }
});

describe('a session that ends by FIN', () => {
  for (const side of sides) {
    const other = otherOf(side);

    it(`of the ${side} tells the ${other}, and passes on what that still says`, () => {
      const session = new StagedSession().logsIn().fin(side);
      assert.deepEqual(session.acts, wordsTo(other));
      assert.deepEqual(session.sends(other, submit(3)).acts, [`${side} gets SUBMIT 3`]);
      assert.deepEqual(session.fin(other).acts, [`${side} gets FIN`, `ended: ${finReasonOf(side)}`]);
    });

    it(`of the ${side} waits for the ${other} as long as that says something, and then for its fin timeout`, () => {
      const timeoutMs = finTimeoutOf(other);
      const session = new StagedSession()
        .logsIn()
        .fin(side)
        .waits(timeoutMs - 1)
        .sends(other, submit(1));
      assert.equal(session.waits(timeoutMs - 1).session.state.kind, 'ending');
      assert.deepEqual(session.waits(1).acts.at(-1), `ended: ${other}-fin-timeout`);
    });

    it(`of the ${side} throws away what is said to it when it is gone for good, and ends in the fin timeout`, () => {
      const timeoutMs = finTimeoutOf(other);
      const session = new StagedSession().logsIn().fin(side).waits(1000).reset(side);
      for (let waitedMs = 1000; waitedMs < timeoutMs; waitedMs += 1000) {
        assert.equal(session.session.state.kind, 'ending');
        session.sends(other, submit(1)).waits(1000);
      }
      session.waits(1000);
      assert.deepEqual(session.acts.at(-1), `ended: ${other}-fin-timeout`);
      assert.ok((session.session.conversation?.droppedBytes ?? 0) > 0);
    });
  }
});

describe('a session whose connection breaks', () => {
  for (const side of sides) {
    const other = otherOf(side);

    it(`on the ${side}'s side tells the ${other}, and is over when that closes`, () => {
      const session = new StagedSession().logsIn().reset(side);
      assert.deepEqual(session.acts, [`drops ${side}`, ...wordsTo(other)]);
      assert.deepEqual(session.fin(other).acts, [`ended: ${side}-reset`]);
      assert.equal(session.session.detail, 'ECONNRESET');
    });

    it(`on the ${side}'s side is over in the fin timeout, though the ${other} goes on talking to nobody`, () => {
      const session = new StagedSession().logsIn().reset(side);
      session.waits(finTimeoutOf(other) - 1).sends(other, submit(1));
      assert.equal(session.session.state.kind, 'ending');
      assert.deepEqual(session.waits(1).acts.at(-1), `ended: ${side}-reset`);
      assert.equal(session.session.conversation?.droppedBytes, 42);
    });

    it(`on both sides is over`, () => {
      const session = new StagedSession().logsIn().reset(side).reset(other);
      assert.deepEqual(session.acts.at(-1), `ended: ${side}-reset`);
    });
  }

  it('does not pass on the client’s answer to our TERMINATE', () => {
    const session = new StagedSession().logsIn().fin('server').forgets().sends('client', terminateResp(0xffffffff));
    assert.deepEqual(session.acts, []);
  });

  it('leaves no timer, and no place taken', () => {
    for (const side of sides) {
      const session = new StagedSession().logsIn().reset(side).fin(otherOf(side));
      assert.equal(session.stage.clock.pending, 0);
      assert.deepEqual(
        session.stage.backend.servers.map(({ sessionsNow }) => sessionsNow),
        [0, 0],
      );
    }
  });
});

describe('a session that is over', () => {
  it('says so once, whatever is done to it after that', () => {
    const session = new StagedSession().logsIn().kills();
    assert.deepEqual(session.acts, ['ended: shutdown']);
    session.kills().stops(1000).waits(1_000_000);
    session.session.turnAway('internal-error', '', 0);
    assert.deepEqual(session.acts, []);
  });
});
