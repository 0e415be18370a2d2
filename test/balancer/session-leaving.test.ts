import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connect, connectResp, frame } from '../simulation/frames.js';
import { serversOf } from '../support/servers.js';
import { LOGIN, StagedSession, change, stageOf } from './staged-session.js';
import type { Stage } from './staged-session.js';

const ANSWER = 0x80000000;
/** The Sequence_Id of our own TERMINATE. */
const GOODBYE = 0xffffffff;
const submit = (sequenceId: number) => frame(4, sequenceId, 130, sequenceId);
const reasons = ['server-marked-down', 'backup-released'] as const;
const places = ({ backend }: Stage) => backend.servers.map(({ sessionsNow }) => sessionsNow);
const comes = () => new StagedSession({ rules: { redispatch: 'never' } }).sends('client', connect(LOGIN));

/** Its server is s1; all that it does when it is told to leave that, which is down. */
const moments: readonly (readonly [string, () => StagedSession, readonly string[]])[] = [
  ['has not said who it is', () => new StagedSession(), []],
  ['dials', comes, ['drops server', 'try 1 on s1 failed: server-marked-down, redispatch', 'dials s2']],
  [
    'logs in',
    () => comes().accepts(),
    ['drops server', 'try 1 on s1 failed: server-marked-down, redispatch', 'dials s2'],
  ],
  ['pauses before another try', () => comes().refuses(), ['dials s2']],
  [
    'relays',
    () => new StagedSession().logsIn(),
    ['drops server', `client gets TERMINATE ${GOODBYE}`, 'client gets FIN'],
  ],
  ['relays bytes', () => new StagedSession({ mode: 'tcp' }).accepts(), ['drops server', 'client gets FIN']],
  ['ends', () => new StagedSession().logsIn().fin('client'), []],
  ['is told to stop', () => new StagedSession().logsIn().stops(5000), []],
  ['is closed', () => new StagedSession().logsIn().kills(), []],
];

describe('a session that is told to leave its server', () => {
  for (const [moment, begins, expected] of moments) {
    for (const reason of reasons) {
      it(`for ${reason} while it ${moment} ${expected.join(', ') || 'does nothing'}`, () => {
        const session = begins();
        change(session.stage, 1, { isUp: false });
        assert.deepEqual(session.forgets().leaves(1, reason).acts, expected);
      });
    }

    it(`while it ${moment} does nothing about a server that is not its own`, () => {
      const session = begins();
      const { kind } = session.session.state;
      change(session.stage, 2, { isUp: false });
      assert.deepEqual(session.forgets().leaves(2).acts, []);
      assert.equal(session.session.state.kind, kind);
    });
  }

  it('waits on in the queue of its backend', () => {
    const stage = stageOf(serversOf({ maxconn: 1 }));
    const first = new StagedSession({ stage }).logsIn();
    const session = new StagedSession({ stage }).sends('client', connect(LOGIN));
    assert.deepEqual(session.leaves(1).acts, []);
    first.kills();
    assert.deepEqual(session.waits(0).acts, ['dials s1']);
  });

  it('takes its place to the server that it goes to', () => {
    for (const begins of [comes, () => comes().accepts(), () => comes().refuses()]) {
      const session = begins();
      change(session.stage, 1, { isUp: false });
      assert.deepEqual(places(session.leaves(1).stage), [0, 1]);
      session.accepts().sends('server', connectResp('2.0', LOGIN.sequenceId, 0, 0x20, 9));
      assert.equal(session.session.conversation?.server.name, 's2');
    }
  });

  it('is refused where there is no other', () => {
    const session = comes().refuses();
    change(session.stage, 2, { wish: 'maint' });
    change(session.stage, 1, { isUp: false });
    assert.deepEqual(session.leaves(1).acts.slice(-2), ['client gets CONNECT_RESP 1', 'client gets FIN']);
    assert.deepEqual(session.fin('client').acts, ['ended: no-server']);
  });

  it('says TERMINATE at the end of a frame, and nothing after it', () => {
    const session = new StagedSession().logsIn();
    session.sends('server', submit(5), submit(6).subarray(0, 50));
    session.leaves(1).sends('client', submit(7), frame(ANSWER + 2, GOODBYE, 0, 0));
    assert.deepEqual(session.acts, [
      'client gets SUBMIT 5',
      'drops server',
      `client gets TERMINATE ${GOODBYE}`,
      'client gets FIN',
    ]);
    assert.equal(session.session.conversation?.droppedBytes, 142 + 12);
  });

  for (const reason of reasons) {
    it(`is over for ${reason} when its client closes, or a second later`, () => {
      const leaves = () => new StagedSession().logsIn().leaves(1, reason);
      assert.deepEqual(leaves().fin('client').acts.at(-1), `ended: ${reason}`);
      assert.deepEqual(leaves().reset('client').acts.at(-1), `ended: ${reason}`);
      const session = leaves().waits(999);
      assert.equal(session.session.state.kind, 'ending');
      assert.deepEqual(session.waits(1).acts.at(-1), `ended: ${reason}`);
      assert.equal(session.session.detail, 'is down');
    });
  }

  it('owes its server nothing when it is over, and gives back its place', () => {
    const session = new StagedSession().logsIn().sends('client', submit(1), submit(2)).leaves(1).fin('client');
    assert.deepEqual(places(session.stage), [0, 0]);
    assert.equal(session.stage.backend.servers[0]?.unansweredNow, 0);
    assert.equal(session.session.conversation?.relay.client.unanswered, 2);
    assert.equal(session.stage.clock.pending, 0);
  });

  it('reads its client, though the server took no more, so that its end is seen', () => {
    const session = new StagedSession().logsIn();
    session.session.legs.blocked('server');
    assert.equal(session.leaves(1).isPaused.client, false);
  });
});
