/** Compares what one peer has sent with what the other has read, when their session is over. Pure. */

import type { Side } from '../../src/balancer/session-port.js';
import { ANSWER, FrameCutter, TERMINATE, commandOf, concat, isSame, ownGoodbye } from './frames.js';
import type { Visit } from './world.js';

const HEARTBEAT_BYTES = 12;
const HEARTBEAT_ANSWER_BYTES = 13;

/** What is wrong about the bytes that arrived, in either direction. `prefaceBytes`: so many come first at the server. */
export function endToEnd(visit: Visit, prefaceBytes: number): string | undefined {
  const { driver, client, server } = visit;
  const { session, witness } = driver;
  if (server === undefined || session.conversation === undefined || witness.isBroken) return undefined;
  const isCmpp = session.login !== undefined;
  const heartbeats = witness.arrival?.heartbeats ?? 0;
  const forward = {
    said: concat(client.sent).subarray(heartbeats * HEARTBEAT_BYTES),
    heard: concat(server.received).subarray(prefaceBytes),
    isAll: isAll(visit, 'client'),
  };
  const back = {
    said: concat(server.sent),
    heard: concat(client.received).subarray(heartbeats * HEARTBEAT_ANSWER_BYTES),
    isAll: isAll(visit, 'server'),
  };
  for (const [direction, stream] of Object.entries({ 'the server': forward, 'the client': back })) {
    const wrong = isCmpp ? framesOf(stream) : bytesOf(stream);
    if (wrong !== undefined) return `and ${direction}: ${wrong}`;
  }
  return isCmpp ? lastWordsOf(visit, back.heard) : undefined;
}

/** Whose session was told to leave its server, the client hears TERMINATE, between two frames, and nothing after it. */
function lastWordsOf({ driver, client }: Visit, heard: Uint8Array): string | undefined {
  if (driver.ends.every((reason) => reason !== 'server-marked-down' && reason !== 'backup-released')) return undefined;
  const cutter = new FrameCutter();
  const { frames } = cutter.cut(heard);
  const goodbyeAt = frames.findIndex((bytes) => isSame(bytes, ownGoodbye()));
  const isLast = goodbyeAt === frames.length - 1 && cutter.leftBytes === 0;
  if (goodbyeAt >= 0 && !isLast) return 'the client hears more after TERMINATE';
  const hasHeardAll = client.hasSeenFin && driver.unsentAtDrop.client === 0;
  return goodbyeAt < 0 && hasHeardAll ? 'the client is not told to end' : undefined;
}

interface Stream {
  readonly said: Uint8Array;
  readonly heard: Uint8Array;
  /** Whether nothing can have been lost on the way. */
  readonly isAll: boolean;
}

/** The balancer read all from the sender, wrote all of that, and the receiver read on to the FIN behind it. */
function isAll({ driver, client, server }: Visit, from: Side): boolean {
  const receiver = from === 'client' ? server : client;
  const to = from === 'client' ? 'server' : 'client';
  const { session, witness } = driver;
  return (
    // What came early is nobody's when the login was refused.
    witness.relay.hasStarted &&
    witness.legs[from].reads === 'ended' &&
    session.conversation?.droppedBytes === 0 &&
    driver.unsentAtDrop[to] === 0 &&
    receiver?.hasSeenFin === true
  );
}

function bytesOf({ said, heard, isAll }: Stream): string | undefined {
  if (!isSame(said.subarray(0, heard.length), heard)) return 'other bytes arrived than were sent';
  return isAll && said.length !== heard.length ? `${heard.length} of ${said.length} bytes arrived` : undefined;
}

/** One TERMINATE of the balancer's own may have come in between, and one answer to that was not passed on. */
function framesOf({ said, heard, isAll }: Stream): string | undefined {
  const sent = new FrameCutter().cut(said).frames;
  let next = 0;
  let goodbyes = 0;
  let swallowed = 0;
  for (const bytes of new FrameCutter().cut(heard).frames) {
    const due = sent[next];
    const following = sent[next + 1];
    if (due !== undefined && isSame(bytes, due)) {
      next += 1;
    } else if (isSame(bytes, ownGoodbye()) && goodbyes === 0) {
      goodbyes += 1;
    } else if (due !== undefined && isAnswerToGoodbye(due) && following !== undefined && isSame(bytes, following)) {
      swallowed += 1;
      next += 2;
    } else {
      return `frame ${next + 1} arrived otherwise than it was sent`;
    }
  }
  const missing = sent.slice(next).filter((bytes) => !isAnswerToGoodbye(bytes)).length;
  if (swallowed > 1) return `${swallowed} answers to one TERMINATE were kept`;
  return isAll && missing > 0 ? `${missing} of ${sent.length} frames did not arrive` : undefined;
}

function isAnswerToGoodbye(bytes: Uint8Array): boolean {
  return commandOf(bytes) === ANSWER + TERMINATE;
}
