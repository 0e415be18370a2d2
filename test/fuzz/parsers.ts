/** Feeds a spoilt stream to all that reads CMPP: nothing may throw, hold more than its limit, or make up bytes. */

import { Framer } from '../../src/cmpp/framer.js';
import { LongSmsJoiner } from '../../src/cmpp/long-sms-joiner.js';
import { decode, encode, submitVersion } from '../../src/cmpp/pdu.js';
import type { Pdu } from '../../src/cmpp/pdu.js';
import { readStatusReport } from '../../src/cmpp/status-report.js';
import { decodeText } from '../../src/cmpp/text.js';
import { readUserData } from '../../src/cmpp/user-data-header.js';
import { VERSIONS } from '../../src/cmpp/version.js';
import type { Draw } from '../simulation/draw.js';
import { concat, isSame } from '../simulation/frames.js';
import { corpus } from './corpus.js';
import { chunksOf, mutated, someOf } from './mutation.js';

const LIMIT_BYTES = 4096;
/** The corpus has parts of two long messages. */
const MOST_MESSAGES = 1;
const allFrames = corpus.flatMap(({ client, server }) => [...client, ...server]);

/** Throws if something is not as it should be. */
export function fuzzParsers(draw: Draw): void {
  const { client, server } = draw.pick(corpus);
  const stream = mutated(someOf(draw.percent(50) ? client : server, draw), draw, allFrames);
  const frames: Uint8Array[] = [];
  const framer = new Framer(LIMIT_BYTES);
  let readBytes = 0;
  let heardBytes = 0;
  for (const chunk of chunksOf(stream, draw)) {
    readBytes += chunk.length;
    const fault = framer.push(chunk, { frame: (bytes, start, end) => void frames.push(bytes.slice(start, end)) });
    if (framer.heldBytes > LIMIT_BYTES) throw new Error(`a framer holds ${framer.heldBytes} bytes`);
    if (fault !== undefined) break;
    heardBytes = readBytes;
  }
  const heard = concat([...frames, framer.tail]).subarray(0, heardBytes);
  if (!isSame(heard, stream.subarray(0, heardBytes))) throw new Error('a framer makes something else of a stream');
  const joiner = new LongSmsJoiner({ mostMessages: MOST_MESSAGES, longestWaitMs: 10 }, () => {});
  for (const [nth, frame] of frames.entries()) {
    if (frame.length < 12 || frame.length > LIMIT_BYTES) throw new Error(`a frame of ${frame.length} bytes`);
    readFrame(frame, joiner, nth);
  }
}

function readFrame(frame: Uint8Array, joiner: LongSmsJoiner, nowMs: number): void {
  submitVersion(frame);
  for (const version of VERSIONS) {
    const decoded = decode(frame, version);
    if (decoded.kind !== 'pdu') continue;
    const encoded = encode(decoded.pdu, decoded.version);
    if (encoded.kind === 'frame' && encoded.frame.length > LIMIT_BYTES + 1) throw new Error('a PDU has grown');
    readContent(decoded.pdu, joiner, nowMs);
  }
}

function readContent(pdu: Pdu, joiner: LongSmsJoiner, nowMs: number): void {
  if (pdu.command !== 'submit' && pdu.command !== 'deliver') return;
  const { msgContent, msgFmt, tpUdhi } = pdu;
  const { body } = readUserData(tpUdhi, msgContent);
  if (body.length > msgContent.length) throw new Error('a message is longer without its header');
  decodeText(body, msgFmt);
  readStatusReport(msgContent);
  const sender = pdu.command === 'submit' ? pdu.srcId : pdu.srcTerminalId;
  const receiver = pdu.command === 'submit' ? (pdu.destTerminalIds[0] ?? '') : pdu.destId;
  joiner.push({ account: '900001', sender, receiver, tpUdhi, msgContent }, nowMs);
  if (joiner.waitingNow > MOST_MESSAGES) throw new Error(`${joiner.waitingNow} long messages are held`);
}
