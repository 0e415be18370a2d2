/**
 * Plays a session whose peers send spoilt streams, beside one whose peers do not: it goes on or ends lawfully, writes
 * whole frames only, keeps no more than it may, gives everything back, and the other one does not notice.
 */

import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { Draw } from '../simulation/draw.js';
import { ANSWER, TERMINATE, concat, connect, connectResp, frame, isSame } from '../simulation/frames.js';
import { corpus } from './corpus.js';
import { FuzzedSession, checkNothingIsLeft, fuzzStage } from './fuzzed-session.js';
import { chunksOf, mutated, someOf } from './mutation.js';

const LOGIN = { sequenceId: 1, account: '900001', versionByte: 0x20 };
const allFrames = corpus.flatMap(({ client, server }) => [...client, ...server]);
/** What spoilt streams may end a session for; anything else is somebody else's end. */
const LAWFUL: ReadonlySet<CloseReason | undefined> = new Set([
  'client-terminate',
  'server-terminate',
  'client-frame',
  'server-frame',
  'client-closed',
  'login-aborted',
  'login-http',
  'login-tls',
  'login-proxy-header',
  'login-length',
  'login-not-connect',
  'login-unanswered',
  'login-refused',
  'connect-aborted',
]);

/** What a session beside the spoilt one says and hears: a login, a SUBMIT, a TERMINATE. */
const NEIGHBOUR = {
  client: [connect(LOGIN), frame(4, 2, 130, 1), frame(TERMINATE, 3, 0, 0)],
  server: [connectResp('2.0', 1, 0, 0x20, 9), frame(ANSWER + 4, 2, 9, 1), frame(ANSWER + TERMINATE, 3, 0, 0)],
};

/** The frames with their login as it was, or spoilt as well. */
function spoilt([login, ...traffic]: readonly Uint8Array[], isLoginKept: boolean, draw: Draw): Uint8Array {
  const first = login === undefined ? [] : [login];
  const some = someOf(traffic, draw);
  return isLoginKept
    ? concat([...first, mutated(some, draw, allFrames)])
    : mutated([...first, ...some], draw, allFrames);
}

/** Throws if something is not as it should be. */
export function fuzzSession(draw: Draw): void {
  const stage = fuzzStage();
  const conversation = draw.pick(corpus);
  const neighbour = new FuzzedSession(stage, [NEIGHBOUR.server.slice(0, 1)], draw);
  neighbour.play(NEIGHBOUR.client.slice(0, 2));
  const isLoginKept = draw.percent(70);
  const said = spoilt(conversation.client, isLoginKept, draw);
  const answered = spoilt(conversation.server, draw.percent(70), draw);
  const session = new FuzzedSession(stage, [chunksOf(answered, draw), [...conversation.server]], draw);
  session.play(chunksOf(said, draw));
  session.leave();
  if (!LAWFUL.has(session.reason)) throw new Error(`ends as ${session.reason}`);
  const forServer = session.output('server');
  if (isLoginKept && !isSame(forServer, said.subarray(0, forServer.length))) {
    throw new Error('the server gets other bytes than the client sent');
  }
  goesOn(neighbour);
  checkNothingIsLeft(stage);
}

/** The neighbour says and hears the rest, and nothing of it is missing. */
function goesOn(neighbour: FuzzedSession): void {
  const { client, server } = NEIGHBOUR;
  neighbour.play(client.slice(2));
  for (const frame of server.slice(1)) neighbour.serverSays(frame);
  neighbour.leave();
  if (neighbour.reason !== 'client-terminate') throw new Error(`the neighbour ends as ${neighbour.reason}`);
  if (!isSame(neighbour.output('server'), concat(client))) throw new Error("the neighbour's server does not hear all");
  if (!isSame(neighbour.output('client'), concat(server))) throw new Error('the neighbour does not hear all');
}
