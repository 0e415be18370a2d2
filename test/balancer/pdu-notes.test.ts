import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PduNotes, countsByName } from '../../src/balancer/pdu-notes.js';
import type { VisitRecent } from '../../src/balancer/pdu-notes.js';
import { submit, submitResp } from './moving-session.js';
import { StagedSession } from './staged-session.js';

function textOf(each: (visit: VisitRecent) => void): string {
  const texts: string[] = [];
  each((commandId, sequenceId, atMs) => texts.push(`${commandId.toString(16)}/${sequenceId}@${atMs}`));
  return texts.join(' ');
}

it('of the last eight reads the last PDU is kept, the oldest first', () => {
  const notes = new PduNotes();
  const recent = (): string => textOf((visit) => notes.eachRecent(visit));
  assert.equal(recent(), '');
  notes.noteRead(4, 1, 0.5);
  assert.equal(recent(), '4/1@0.5');
  for (let nth = 2; nth <= 10; nth += 1) notes.noteRead(0x80000004, 0xfffffff0 + nth, nth);
  const kept = [3, 4, 5, 6, 7, 8, 9, 10].map((nth) => `80000004/${0xfffffff0 + nth}@${nth}`);
  assert.equal(recent(), kept.join(' '));
  assert.deepEqual(notes.counts(), {});
});

it('requests and answers are counted by command, those of no known one together', () => {
  const notes = new PduNotes();
  for (const commandId of [4, 4, 8, 0x10, 0x7fffffff]) notes.countRequest(commandId);
  for (const requestId of [4, 0x10]) notes.countAnswer(requestId);
  const counts = { SUBMIT: 2, SUBMIT_RESP: 1, ACTIVE_TEST: 1, 'other requests': 2, 'other answers': 1 };
  assert.deepEqual(notes.counts(), counts);
  const sums: number[] = [];
  notes.addCounts(sums);
  notes.addCounts(sums);
  assert.deepEqual(countsByName(sums), Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, 2 * n])));
  assert.deepEqual(new PduNotes().counts(), {});
});

it('of each read the last whole PDU is noted, also one that came in two', () => {
  const session = new StagedSession().logsIn();
  const { relay } = session.session.conversation ?? assert.fail('it has no server');
  const nowMs = session.stage.clock.nowMs();
  session.sends('client', submit(5), submit(6), submit(7).subarray(0, 20));
  session.sends('client', submit(7).subarray(20));
  session.sends('server', submitResp(5));
  assert.equal(
    textOf((visit) => relay.client.eachRecent(visit)),
    `4/6@${nowMs} 4/7@${nowMs}`,
  );
  assert.match(
    textOf((visit) => relay.server.eachRecent(visit)),
    new RegExp(` 80000004/5@${nowMs}$`),
  );
});
