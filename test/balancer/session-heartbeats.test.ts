import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { frame } from '../simulation/frames.js';
import { wordsTo } from './moving-session.js';
import { StagedSession } from './staged-session.js';
import type { StageOptions } from './staged-session.js';

const BEAT = 4_294_967_294;
const RULES = { intervalMs: 10_000, timeoutMs: 2000, tries: 3 };
const answer = (sequenceId = BEAT): Uint8Array => frameOf(makePdu('activeTestResp', sequenceId), '2.0');
const ask = (sequenceId: number): Uint8Array => frame(8, sequenceId, 0, 0);

function beating(
  heartbeat: Partial<NonNullable<NonNullable<StageOptions['rules']>['heartbeat']>>,
  more: StageOptions['rules'] = {},
): StagedSession {
  return new StagedSession({
    rules: { heartbeat: { client: undefined, server: undefined, ...heartbeat }, ...more },
  }).logsIn();
}

describe('a side that is silent', () => {
  for (const side of ['client', 'server'] as const) {
    it(`is asked whether it is there, and the other side does not hear of it: the ${side}`, () => {
      const session = beating({ [side]: RULES }).waits(9999);
      assert.deepEqual(session.acts, []);
      session.waits(1);
      assert.deepEqual(session.acts, [`${side} gets ACTIVE_TEST ${BEAT}`]);
      session.waits(100).sends(side, answer()).waits(9999);
      assert.deepEqual(session.acts, []);
      session.waits(1);
      assert.deepEqual(session.acts, [`${side} gets ACTIVE_TEST ${BEAT}`]);
    });
  }

  it('is not asked while it says anything else', () => {
    const session = beating({ client: RULES });
    for (let nth = 0; nth < 5; nth += 1) session.waits(9000).sends('client', ask(nth));
    assert.deepEqual(
      session.acts.filter((act) => act.startsWith('client')),
      [],
    );
  });

  it('lives, whatever it says instead of an answer', () => {
    const session = beating({ client: RULES }).waits(12_000).forgets().sends('client', ask(5));
    session.waits(9999);
    assert.deepEqual(session.acts, ['server gets ACTIVE_TEST 5']);
    // And the late answer is still ours.
    session.sends('client', answer());
    assert.deepEqual(session.acts, []);
  });

  it('has its own questions answered by the other side, and ours swallowed', () => {
    const session = beating({ server: RULES }).sends('client', ask(7)).waits(10_000).forgets();
    session.sends('server', answer(), answer(7));
    assert.deepEqual(session.acts, ['client gets ACTIVE_TEST_RESP 7']);
  });

  it('is gone when it has not answered so many times: the client', () => {
    const session = beating({ client: RULES }).waits(15_999);
    assert.deepEqual(session.acts, Array(3).fill(`client gets ACTIVE_TEST ${BEAT}`));
    session.waits(1);
    assert.deepEqual(session.acts, ['drops client', 'server gets FIN']);
    session.fin('server');
    assert.deepEqual(session.acts, ['ended: client-silent']);
  });

  it('is gone when it has not answered so many times: the server, and the session goes on with another', () => {
    const session = beating({ server: { ...RULES, tries: 1 } }, { onLinkLost: 'move' })
      .forgets()
      .waits(12_000);
    assert.deepEqual(session.acts, [`server gets ACTIVE_TEST ${BEAT}`, 'drops server', 'dials s2']);
    const ends = beating({ server: { ...RULES, tries: 1 } })
      .forgets()
      .waits(12_000);
    assert.deepEqual(ends.acts, [`server gets ACTIVE_TEST ${BEAT}`, 'drops server', ...wordsTo('client')]);
  });

  for (const side of ['client', 'server'] as const) {
    it(`is gone as well when it takes nothing any more: the ${side}`, () => {
      const session = beating({ [side]: RULES }, { onLinkLost: 'move' }).waits(5000);
      session.session.legs.sent(side, 5000);
      session.session.legs.blocked(side);
      session.forgets().waits(15_999);
      assert.deepEqual(session.acts, []);
      session.waits(1);
      assert.deepEqual(session.acts.slice(0, 1), [`drops ${side}`]);
    });
  }

  it('lives as long as it takes what waits for it', () => {
    const session = beating({ client: RULES });
    session.session.legs.blocked('client');
    session.waits(15_000);
    session.session.legs.drained('client', 15_000);
    session.session.legs.blocked('client');
    session.waits(15_999);
    assert.deepEqual(session.acts, []);
    session.waits(1);
    assert.deepEqual(session.acts.slice(0, 1), ['drops client']);
  });

  it('is not judged while nobody reads it', () => {
    const session = beating({ client: RULES });
    session.session.legs.blocked('server');
    session.forgets().waits(30_000);
    assert.deepEqual(session.acts, []);
  });
});
