/** Sessions that move, and what they hear while they do. */

import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Side } from '../../src/balancer/session-port.js';
import { connectResp, frame } from '../simulation/frames.js';
import { StagedSession, stageOf } from './staged-session.js';
import type { StageOptions } from './staged-session.js';

export const GOODBYE = 'TERMINATE 4294967295';
export const submit = (sequenceId: number): Uint8Array => frame(4, sequenceId, 30, 5);
export const submitResp = (sequenceId: number): Uint8Array => frameOf(makePdu('submitResp', sequenceId), '2.0');
export const deliver = (sequenceId: number): Uint8Array => frame(5, sequenceId, 30, 5);
export const deliverResp = (sequenceId: number): Uint8Array => frameOf(makePdu('deliverResp', sequenceId), '2.0');
export const activeTest = (sequenceId: number): Uint8Array => frame(8, sequenceId, 0, 0);
export const terminate = (sequenceId: number): Uint8Array => frame(2, sequenceId, 0, 0);

/** How this side is told that the session ends with the other one, and not by it. */
export const wordsTo = (side: Side): string[] =>
  side === 'client' ? [`client gets ${GOODBYE}`, 'client gets FIN'] : ['server gets FIN'];

/** A session on s1 that may move to s2. */
export function onS1(rules: StageOptions['rules'] = {}, stage = stageOf()): StagedSession {
  return new StagedSession({ stage, rules: { onLinkLost: 'move', ...rules } }).logsIn();
}

/** The next server takes the connection and answers the login. */
export function accepted(session: StagedSession, version: '2.0' | '3.0' = '2.0', status = 0): StagedSession {
  return session.accepts().sends('next', connectResp(version, 1, status, 0x20, 9));
}
