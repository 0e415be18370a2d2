/** What is known of one connection to a server: what it was asked and has not answered, and what it has asked. Pure. */

import type { InDoubt } from '../../../src/balancer/conversation.js';
import type { Server } from '../../../src/balancer/server.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import type { Version } from '../../../src/cmpp/version.js';
import { DELIVER, numberOf } from './messages.js';
import { ANSWER, CONNECT, FrameCutter, SUBMIT, commandOf, isRefusal, isSame, sequenceOf } from '../frames.js';

export interface Request {
  readonly command: number;
  readonly sequenceId: number;
  readonly frame: Uint8Array;
}

export function requestOf(frame: Uint8Array): Request {
  return { command: commandOf(frame), sequenceId: sequenceOf(frame), frame };
}

/** The oldest of `requests` that this answers, taken out of them. */
export function takeAsked<Asked extends { readonly command: number; readonly sequenceId: number }>(
  requests: Asked[],
  answer: Uint8Array,
): Asked | undefined {
  const command = commandOf(answer) - ANSWER;
  const sequenceId = sequenceOf(answer);
  const at = requests.findIndex((each) => each.command === command && each.sequenceId === sequenceId);
  return at < 0 ? undefined : requests.splice(at, 1)[0];
}

/** What a server has asked of the SP. */
export interface AskedOfSp {
  readonly command: number;
  readonly sequenceId: number;
  /** Of a DELIVER; else 0. */
  readonly number: number;
  readonly link: LinkRecord;
}

/** The oldest of `requests` that the SP answers by this, taken out of them: a DELIVER_RESP repeats the message's number. */
export function takeAskedOfSp(requests: AskedOfSp[], answer: Uint8Array): AskedOfSp | undefined {
  const isDeliver = commandOf(answer) === ANSWER + DELIVER;
  const at = requests.findIndex(({ command, sequenceId, number }) => {
    const isOfKind = command + ANSWER === commandOf(answer) && sequenceId === sequenceOf(answer);
    return isOfKind && (!isDeliver || number === numberOf(answer));
  });
  return at < 0 ? undefined : requests.splice(at, 1)[0];
}

export class LinkRecord {
  readonly server: Server;
  /** `over`: it is lost or closed, or the session has left it. */
  state: 'dialling' | 'logging-in' | 'accepted' | 'over' = 'dialling';
  version: Version | undefined;
  /** From when on the session that has moved here waits for its former server. */
  waitsSinceMs = Infinity;
  saidAtMs = -Infinity;
  /** SPs' requests that were written to it and that it has not answered, in order. */
  unanswered: Request[] = [];
  /** What it has sent behind its answer to the login, for as long as it is not the session's server. */
  rest: Uint8Array[] = [];
  /** Whether its loss has not ended the session, which has no place there any more. */
  isLost = false;
  /** What it has sent last is no frame. */
  isFaulty = false;
  /** SUBMITs of which the SP was told that they are to be sent again. */
  rejected = 0;
  /** Requests that it has not answered, and of which the SP was told nothing as its session ends. */
  silenced = 0;
  /** Whether the balancer has said what is in doubt here. */
  isSettled = false;
  readonly #cutter: FrameCutter;

  constructor(server: Server, maxFrameBytes: number) {
    this.server = server;
    this.#cutter = new FrameCutter(maxFrameBytes);
  }

  get unansweredSubmits(): readonly Request[] {
    return this.unanswered.filter(({ command }) => command === SUBMIT);
  }

  /** Takes what it has sent. The answer to the login is `login`. */
  said(chunk: Uint8Array, nowMs: number): { readonly login: Uint8Array | undefined; readonly frames: Uint8Array[] } {
    const { frames, isFaulty } = this.#cutter.cut(chunk);
    this.saidAtMs = nowMs;
    this.isFaulty = isFaulty;
    const isLogin = this.state === 'logging-in' && frames[0] !== undefined && commandOf(frames[0]) === ANSWER + CONNECT;
    const login = isLogin ? frames.shift() : undefined;
    if (login !== undefined && !isRefusal(login)) {
      this.state = 'accepted';
      this.version = login.length === 30 ? '2.0' : '3.0';
    }
    return { login, frames };
  }

  /** The balancer says what of this is in doubt. Returns what is wrong about that. */
  settles({ submits, rejected, kept }: InDoubt, follows: SessionRules['inDoubt']): string | undefined {
    if (this.isSettled || submits === 0) return 'doubts the same twice, or nothing';
    const left = this.unansweredSubmits;
    const inDoubt = left.length + this.rejected;
    this.isSettled = true;
    if (follows === 'close') this.silenced = this.unanswered.length;
    this.unanswered = [];
    if (submits !== inDoubt) return `counts ${submits} SUBMITs in doubt, and ${inDoubt} are`;
    if (rejected !== this.rejected) return `counts ${rejected} rejected, and ${this.rejected} are`;
    if (follows === 'close') return kept.length > 0 ? 'keeps SUBMITs of a session that ends' : undefined;
    if (kept.length !== left.length) return `${left.length - kept.length} of ${submits} SUBMITs in doubt are lost`;
    const isSameAgain = left.every(({ frame }, nth) => isSame(frame, kept[nth] ?? frame));
    return isSameAgain ? undefined : 'sends others again, or in another order';
  }
}
