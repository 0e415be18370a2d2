import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connect, frame } from '../simulation/frames.js';
import { onS1 } from './moving-session.js';
import { LOGIN, StagedSession } from './staged-session.js';

const ANSWER = 0x80000000;
/** The Sequence_Id of our own TERMINATE. */
const GOODBYE = 0xffffffff;
const terminateResp = frame(ANSWER + 2, GOODBYE, 0, 0);
const submit = (sequenceId: number) => frame(4, sequenceId, 30, sequenceId);

describe('a session that is told to stop', () => {
  it('is closed while nothing is known of its client', () => {
    assert.deepEqual(new StagedSession().sends('client', connect(LOGIN).subarray(0, 9)).stops(5000).acts, [
      'ended: shutdown',
    ]);
  });

  it('says TERMINATE to both, keeps their answers, and is over when they have closed', () => {
    const session = new StagedSession().logsIn().stops(5000);
    assert.deepEqual(session.acts, [`client gets TERMINATE ${GOODBYE}`, `server gets TERMINATE ${GOODBYE}`]);
    assert.deepEqual(session.sends('client', terminateResp).acts, ['client gets FIN']);
    assert.deepEqual(session.fin('client').acts, ['server gets FIN']);
    assert.deepEqual(session.fin('server').acts, ['ended: shutdown']);
  });

  it('says it between two frames, and passes on what comes before the answers', () => {
    const session = new StagedSession().logsIn().sends('client', submit(3).subarray(0, 20)).stops(5000);
    session.sends('client', submit(3).subarray(20), submit(4), terminateResp);
    assert.deepEqual(session.acts.slice(2), ['server gets SUBMIT 3', 'server gets SUBMIT 4', 'client gets FIN']);
  });

  it('tells the answers to its own TERMINATE from those to the peers', () => {
    const session = new StagedSession()
      .logsIn()
      .sends('client', frame(2, 5, 0, 0))
      .stops(5000);
    // It was ending by then: it says nothing of its own.
    assert.deepEqual(session.acts, ['server gets TERMINATE 5']);
    const both = new StagedSession()
      .logsIn()
      .stops(5000)
      .sends('client', frame(2, 5, 0, 0));
    both.sends('server', terminateResp, frame(ANSWER + 2, 5, 0, 0));
    assert.deepEqual(both.acts.slice(2), [
      'server gets TERMINATE 5',
      'client gets TERMINATE_RESP 5',
      'server gets FIN',
    ]);
  });

  it('is over for the reason that it was told to stop for', () => {
    const session = new StagedSession().logsIn().stops(5000, 'killed').waits(5000);
    assert.equal(session.acts.at(-1), 'ended: killed');
    assert.deepEqual(new StagedSession().stops(5000, 'killed').acts, ['ended: killed']);
  });

  it('is over at the deadline, whatever the peers say', () => {
    const session = new StagedSession().logsIn().stops(5000).waits(4999).sends('client', submit(1));
    assert.equal(session.session.state.kind, 'ending');
    assert.deepEqual(session.waits(1).acts.at(-1), 'ended: shutdown');
  });

  it('has no server to wait for while it is held: its client is the only one that is to end', () => {
    const session = onS1().sends('client', submit(3)).reset('server').sends('client', submit(4)).forgets();
    assert.deepEqual(session.stops(5000).acts, ['drops next', `client gets TERMINATE ${GOODBYE}`, 'client gets FIN']);
    assert.deepEqual(session.sends('client', terminateResp).fin('client').acts, ['ended: shutdown']);
    assert.deepEqual(onS1().reset('server').stops(5000).forgets().waits(1000).acts, ['ended: shutdown']);
  });

  it('in mode tcp has no words for it but FIN', () => {
    const session = new StagedSession({ mode: 'tcp' }).accepts();
    assert.deepEqual(session.stops(5000).acts.slice(-2), ['client gets FIN', 'server gets FIN']);
    assert.deepEqual(session.fin('client').fin('server').acts, ['ended: shutdown']);
  });
});
