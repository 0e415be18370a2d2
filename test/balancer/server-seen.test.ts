import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServerSeen } from '../../src/balancer/server.js';
import { connect, connectResp, frame } from '../simulation/frames.js';
import { server } from '../support/servers.js';
import { LOGIN, StagedSession } from './staged-session.js';

const ANSWER = 0x80000000;
const submit = (sequenceId: number) => frame(4, sequenceId, 130, sequenceId);
/** Result is one byte in 2.0 and four in 3.0. */
const submitResp = (sequenceId: number, result: number, bodyBytes = 9) => {
  const bytes = frame(ANSWER + 4, sequenceId, bodyBytes, 0);
  bytes.fill(0, 20);
  bytes[bytes.length - 1] = result;
  return bytes;
};
const comes = () => new StagedSession().sends('client', connect(LOGIN));
const logsIn = () => new StagedSession().logsIn();
const tcp = () => new StagedSession({ mode: 'tcp' }).accepts();
const seenIn = ({ stage: { backend } }: StagedSession): ServerSeen => server(backend.servers, 1).seen;

/** Answers, SUBMIT_RESPs among them, and those that said the system is busy. */
const answers: readonly (readonly [string, () => StagedSession, readonly [number, number, number]])[] = [
  ['no answer to its login', () => comes().accepts(), [0, 0, 0]],
  ['its login accepted', logsIn, [1, 0, 0]],
  [
    'its login refused',
    () =>
      comes()
        .accepts()
        .sends('server', connectResp('2.0', 1, 3, 0x20, 9)),
    [1, 0, 0],
  ],
  ['no answer to a SUBMIT', () => logsIn().sends('client', submit(1)), [1, 0, 0]],
  ['a SUBMIT answered', () => logsIn().sends('client', submit(1)).sends('server', submitResp(1, 0)), [2, 1, 0]],
  ['a SUBMIT too many', () => logsIn().sends('client', submit(1)).sends('server', submitResp(1, 8)), [2, 1, 1]],
  [
    'one in 3.0',
    () =>
      logsIn()
        .sends('client', submit(1))
        .sends('server', submitResp(1, 8, 12)),
    [2, 1, 1],
  ],
  ['a SUBMIT refused', () => logsIn().sends('client', submit(1)).sends('server', submitResp(1, 9)), [2, 1, 0]],
  [
    'three SUBMITs answered together',
    () =>
      logsIn()
        .sends('client', submit(1), submit(2), submit(3))
        .sends('server', submitResp(2, 8), submitResp(1, 0), submitResp(3, 8)),
    [4, 3, 2],
  ],
  [
    'two answered one after the other',
    () =>
      logsIn()
        .sends('client', submit(1), submit(2))
        .sends('server', submitResp(1, 8))
        .sends('server', submitResp(2, 8)),
    [3, 2, 2],
  ],
  [
    'half of an answer',
    () => logsIn().sends('client', submit(1)).sends('server', submitResp(1, 8).subarray(0, 20)),
    [1, 0, 0],
  ],
  [
    'a heartbeat answered, with 8 as its last byte',
    () =>
      logsIn()
        .sends('client', frame(8, 1, 0, 0))
        .sends('server', frame(ANSWER + 8, 1, 0, 0), Uint8Array.of(0, 0, 0, 13, 128, 0, 0, 8, 0, 0, 0, 2, 8)),
    [2, 0, 0],
  ],
  ['an answer that nobody asked for', () => logsIn().sends('server', submitResp(9, 0)), [1, 0, 0]],
  [
    'a DELIVER that the client answered',
    () =>
      logsIn()
        .sends('server', frame(5, 1, 97, 1))
        .sends('client', frame(ANSWER + 5, 1, 9, 1)),
    [1, 0, 0],
  ],
  [
    'an answer while the session ends',
    () => logsIn().sends('client', submit(1)).fin('client').sends('server', submitResp(1, 8)),
    [2, 1, 1],
  ],
  ['bytes', () => tcp().sends('client', Buffer.from('ask')).sends('server', Buffer.from('answer')), [0, 0, 0]],
];

/** What makes a link count as lost, and what is said of it. */
const losses: readonly (readonly [string, () => StagedSession, number, string])[] = [
  ['refuses the connection', () => comes().refuses(), 1, 'ECONNREFUSED'],
  ['does not take it in time', () => comes().waits(5000), 1, 'no connection in 5000 ms'],
  ['never answers the login', () => comes().accepts().waits(7000), 1, 'no CONNECT_RESP in 7000 ms'],
  ['closes before the answer', () => comes().accepts().fin('server'), 1, 'the server closed the connection'],
  ['resets before the answer', () => comes().accepts().reset('server'), 1, 'ECONNRESET'],
  ['closes', () => logsIn().fin('server'), 1, 'the server closed the connection'],
  ['resets', () => logsIn().reset('server'), 1, 'ECONNRESET'],
  ['speaks no CMPP', () => logsIn().sends('server', frame(5, 1, 9000, 1)), 1, 'Total_Length 9012, limit 8192'],
  [
    'closes after TERMINATE',
    () =>
      logsIn()
        .sends('server', frame(2, 1, 0, 0))
        .fin('server'),
    0,
    '',
  ],
  ['closes after its client', () => logsIn().fin('client').fin('server'), 0, ''],
  ['resets after its client', () => logsIn().fin('client').reset('server'), 0, ''],
  ['keeps its link, and the client closes', () => logsIn().fin('client'), 0, ''],
  ['keeps its link, and the client resets', () => logsIn().reset('client'), 0, ''],
  ['is marked down while it is dialled', () => comes().leaves(1), 0, ''],
  ['is marked down', () => logsIn().leaves(1), 0, ''],
  ['closes in mode tcp', () => tcp().fin('server'), 0, ''],
  ['resets in mode tcp', () => tcp().reset('server'), 1, 'ECONNRESET'],
];

describe('what its sessions see of a server', () => {
  for (const [name, happens, [all, submitAnswers, busyAnswers]] of answers) {
    it(`is ${all} answers, ${submitAnswers} to SUBMITs, ${busyAnswers} busy, after ${name}`, () => {
      const seen = seenIn(happens());
      assert.deepEqual([seen.answers, seen.submitAnswers, seen.busyAnswers], [all, submitAnswers, busyAnswers]);
    });
  }

  for (const [name, happens, linkLosses, lastLoss] of losses) {
    it(`is ${linkLosses === 0 ? 'no' : 'a'} link lost when it ${name}`, () => {
      const seen = seenIn(happens());
      assert.deepEqual([seen.linkLosses, seen.lastLoss], [linkLosses, lastLoss]);
    });
  }

  it('is kept when they are closed, and added up', () => {
    const session = logsIn().sends('client', submit(1)).sends('server', submitResp(1, 8)).kills();
    const { stage } = session;
    // The other server's turn
    new StagedSession({ stage }).logsIn();
    new StagedSession({ stage }).logsIn().sends('client', submit(1)).sends('server', submitResp(1, 8)).fin('server');
    assert.deepEqual(seenIn(session), {
      answers: 4,
      submitAnswers: 2,
      busyAnswers: 2,
      linkLosses: 1,
      lastLoss: 'the server closed the connection',
    });
  });
});

describe('Flow', () => {
  it('counts the SUBMIT_RESPs of its sender, asked for or not', () => {
    const session = logsIn().sends('client', submit(1)).sends('server', submitResp(1, 8), submitResp(9, 8));
    session.sends('server', submitResp(9, 0));
    const { client, server: flow } = session.session.conversation?.relay ?? assert.fail();
    assert.deepEqual([flow.submitAnswers, flow.busyAnswers, flow.unasked], [3, 2, 2]);
    assert.deepEqual([client.submitAnswers, client.busyAnswers], [0, 0]);
  });

  it('tells what waits for an answer, and since when', () => {
    const session = logsIn()
      .waits(10)
      .sends('client', submit(1))
      .waits(10)
      .sends('client', frame(8, 2, 0, 0));
    session.waits(10).sends('client', submit(3)).sends('server', submitResp(1, 0));
    const waiting: [number, number, number][] = [];
    session.session.conversation?.relay.client.eachUnanswered((...each) => waiting.push(each));
    const nowMs = session.stage.clock.nowMs();
    assert.deepEqual(waiting, [
      [8, nowMs - 10, 2],
      [4, nowMs, 3],
    ]);
  });

  it('tells nothing of bytes', () => {
    const session = tcp().sends('client', Buffer.from('ask'));
    session.session.conversation?.relay.client.eachUnanswered(() => assert.fail('nothing is asked'));
  });
});
