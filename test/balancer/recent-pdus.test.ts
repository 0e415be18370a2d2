import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NOTHING_SAID, RecentPdus, notePdu } from '../../src/balancer/recent-pdus.js';
import { submit, submitResp } from './moving-session.js';
import { StagedSession } from './staged-session.js';

function textOf(recent: RecentPdus | undefined): string {
  const texts: string[] = [];
  recent?.each((commandId, sequenceId, atMs) => texts.push(`${commandId.toString(16)}/${sequenceId}@${atMs}`));
  return texts.join(' ');
}

it('the last eight are kept, the oldest first', () => {
  let ring = NOTHING_SAID;
  assert.equal(textOf(new RecentPdus(ring, 0)), '');
  ring = notePdu(ring, 0, 4, 1, 0.5);
  assert.equal(textOf(new RecentPdus(ring, 1)), '4/1@0.5');
  for (let nth = 2; nth <= 10; nth += 1) ring = notePdu(ring, nth - 1, 4, nth, nth);
  assert.equal(textOf(new RecentPdus(ring, 10)), '4/3@3 4/4@4 4/5@5 4/6@6 4/7@7 4/8@8 4/9@9 4/10@10');
});

it('of each read the last whole PDU is one of them, also one that came in two', () => {
  const session = new StagedSession().logsIn();
  const { relay } = session.session.conversation ?? assert.fail('it has no server');
  const nowMs = session.stage.clock.nowMs();
  session.sends('client', submit(5), submit(6), submit(7).subarray(0, 20));
  session.sends('client', submit(7).subarray(20));
  session.sends('server', submitResp(5));
  assert.equal(textOf(relay.client.recent), `4/6@${nowMs} 4/7@${nowMs}`);
  assert.match(textOf(relay.server.recent), new RegExp(` 80000004/5@${nowMs}$`));
});
