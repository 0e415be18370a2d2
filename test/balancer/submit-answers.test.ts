import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BUCKET_ENDS_MS, SubmitAnswers } from '../../src/balancer/submit-answers.js';
import { concat, frame } from '../simulation/frames.js';
import { StagedSession, stageOf } from './staged-session.js';

const SUBMIT = 4;
const SUBMIT_RESP = 0x80000004;

/** A SUBMIT_RESP of 2.0 or 3.0, whose last byte is the Result. */
function submitResp(sequenceId: number, result: number, bodyBytes = 9): Uint8Array {
  const bytes = frame(SUBMIT_RESP, sequenceId, bodyBytes, 0);
  bytes[bytes.length - 1] = result;
  return bytes;
}

const submit = (sequenceId: number) => frame(SUBMIT, sequenceId, 130, 0);

/** The ends of the buckets that have something in them, and how much. */
function filledIn(answers: SubmitAnswers): [number, number][] {
  return answers.counts.flatMap((count, at): [number, number][] =>
    count === 0 ? [] : [[BUCKET_ENDS_MS[at] ?? NaN, count]],
  );
}

describe('the answers to SUBMITs', () => {
  it('have buckets without a gap, each an eighth to a quarter of its times wide', () => {
    const ends = BUCKET_ENDS_MS.slice(0, -1);
    assert.equal(BUCKET_ENDS_MS.at(-1), Infinity);
    for (const [at, end] of ends.entries()) {
      const begin = ends[at - 1] ?? 0;
      assert.ok(end > begin);
      if (begin >= 0.25) assert.ok((end - begin) / begin <= 0.25 && (end - begin) / end >= 0.125);
    }
    for (let ms = 1; ms <= 65_536; ms *= 2) assert.ok(ends.includes(ms), `${ms} ms`);
  });

  it('fall into the first bucket that ends after their time', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(5000), fc.nat(2 ** 31 - 1)), (waitedUs) => {
        const answers = new SubmitAnswers();
        answers.answeredAfter(waitedUs);
        assert.deepEqual(filledIn(answers), [[BUCKET_ENDS_MS.find((end) => waitedUs < end * 1000), 1]]);
        assert.equal(answers.sumMs, waitedUs / 1000);
      }),
    );
  });

  it('are counted of all sessions of a server, by time and by Result', () => {
    const stage = stageOf();
    const sessions = [1, 2, 3].map(() => new StagedSession({ stage }).logsIn());
    for (const session of sessions) session.sends('client', concat([submit(7), submit(8)]));
    stage.clock.advance(40);
    for (const session of sessions) session.sends('server', concat([submitResp(8, 0), submitResp(7, 8, 12)]));
    const [first, second] = stage.backend.servers;
    assert.ok(first !== undefined && second !== undefined);
    const shares = [first, second].map(
      ({ name }) => sessions.filter((session) => session.session.conversation?.server.name === name).length,
    );
    for (const [at, { submitAnswers }] of [first, second].entries()) {
      const sessionsHere = shares[at] ?? 0;
      assert.deepEqual(filledIn(submitAnswers), [[48, 2 * sessionsHere]]);
      assert.equal(submitAnswers.sumMs, 2 * 40 * sessionsHere);
      assert.deepEqual(submitAnswers.results, { 8: sessionsHere });
    }
    assert.deepEqual(shares, [2, 1]);
  });

  it('have no time where nobody had asked, and count as what they say all the same', () => {
    const session = new StagedSession().logsIn();
    session.sends('client', submit(1)).sends('server', concat([submitResp(2, 9), submitResp(3, 0)]));
    const { conversation } = session.session;
    assert.ok(conversation !== undefined);
    const { submitAnswers } = conversation.server;
    assert.deepEqual([filledIn(submitAnswers), submitAnswers.results], [[], { 9: 1 }]);
    assert.deepEqual([conversation.relay.server.refusingAnswers, conversation.relay.server.busyAnswers], [1, 0]);
    submitAnswers.clear();
    assert.deepEqual([submitAnswers.sumMs, submitAnswers.results], [0, {}]);
  });
});
