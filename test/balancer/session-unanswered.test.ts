import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addClientTraffic, addServerTraffic } from '../../src/balancer/session-traffic.js';
import { Traffic } from '../../src/stats/traffic.js';
import { frame } from '../simulation/frames.js';
import { accepted, activeTest, onS1, submit, submitResp, terminate } from './moving-session.js';
import type { StagedSession } from './staged-session.js';

const query = (sequenceId: number): Uint8Array => frame(6, sequenceId, 27, 0);

/** What its client has asked in vain, and how much of that its last server was sent. */
function unansweredOf({ session }: StagedSession): readonly [number, number] {
  const [all, sent] = [new Traffic(), new Traffic()];
  addClientTraffic(all, session);
  if (session.conversation !== undefined) addServerTraffic(sent, session.conversation);
  return [all.unanswered, sent.unanswered];
}

/** Its server is lost with two SUBMITs, and it holds two more and a heartbeat, which it answers itself. */
function held(inDoubt: 'reject' | 'resend'): StagedSession {
  const session = onS1({ inDoubt, retries: 0 }).sends('client', submit(6), submit(7), submit(8));
  session.sends('server', submitResp(6)).reset('server');
  return session.sends('client', submit(9), submit(10), activeTest(11)).forgets();
}

const ENDS: Readonly<Record<string, (session: StagedSession) => StagedSession>> = {
  'nobody takes it': (session) => session.waits(23_000),
  'its client says TERMINATE': (session) => session.sends('client', terminate(12)),
  'its client closes': (session) => session.fin('client'),
  'its client breaks': (session) => session.reset('client'),
  'its client sends what is no frame behind what is held': (session) =>
    session.sends('client', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 13)),
  'it is told to end': (session) => session.stops(1000, 'killed'),
  'it is closed at once': (session) => session.kills(),
};

describe('requests that are held when a session ends', () => {
  for (const [how, end] of Object.entries(ENDS)) {
    it(`are unanswered, as are those that were to be sent again: ${how}`, () => {
      assert.deepEqual(unansweredOf(end(held('resend'))), [4, 2]);
      // Two were answered with Result 8.
      assert.deepEqual(unansweredOf(end(held('reject'))), [2, 0]);
    });
  }

  it('are the next server’s if one has come', () => {
    const session = accepted(held('resend')).kills();
    assert.deepEqual(unansweredOf(session), [4, 4]);
  });

  it('are unanswered when the former server is there still', () => {
    const session = onS1().sends('client', submit(7));
    session.begins('drain');
    accepted(session).sends('client', submit(8)).kills();
    assert.deepEqual(unansweredOf(session), [2, 1]);
  });
});

it('a request for which there are no words is unanswered when its server is lost', () => {
  const session = onS1().sends('client', submit(7), query(8)).reset('server');
  assert.deepEqual(unansweredOf(session), [1, 1]);
});
