/** What has crossed a session, counted the plain way: to be compared with what the session says of it. Pure. */

import type { Side } from '../../src/balancer/session-port.js';
import { commandName } from '../../src/cmpp/header.js';
import { ANSWER, BUSY, CONNECT, FrameCutter, SUBMIT, TERMINATE, commandOf, sequenceOf } from './frames.js';

/** What one side has said about the end of the session. */
export interface Goodbyes {
  readonly saidGoodbye: boolean;
  readonly answeredGoodbye: boolean;
}

/** What one side has sent. */
class Direction implements Goodbyes {
  readonly cutter: FrameCutter;
  readonly pdus: Record<string, number> = {};
  /** How many requests wait for an answer, by what the answer must have. */
  readonly waiting = new Map<number, number>();
  bytes = 0;
  unanswered = 0;
  unasked = 0;
  /** Its answers that were asked for, but for that to the login. */
  answered = 0;
  /** Its SUBMIT_RESPs, asked for or not, and those that say it is busy. */
  submitAnswers = 0;
  busyAnswers = 0;
  saidGoodbye = false;
  answeredGoodbye = false;
  ourGoodbye: 'unsaid' | 'said' | 'answered' = 'unsaid';

  constructor(maxFrameBytes: number) {
    this.cutter = new FrameCutter(maxFrameBytes);
  }
}

/** Commands 0 to 9 are counted by name, but 3, which there is not; the others together. */
function counterOf(command: number): string {
  const request = command % ANSWER;
  if (request <= 9 && request !== 3) return commandName(command);
  return command < ANSWER ? 'other requests' : 'other answers';
}

/** Distinct below 2^21 commands, which is more than there are here. */
function keyOf(request: number, sequenceId: number): number {
  return request * 2 ** 32 + sequenceId;
}

export class Traffic {
  readonly client: Direction;
  readonly server: Direction;

  constructor(maxFrameBytes: number) {
    this.client = new Direction(maxFrameBytes);
    this.server = new Direction(maxFrameBytes);
  }

  /** Takes what `side` has sent. Returns the frames that must reach the other, and whether what follows is no frame. */
  cut(side: Side, chunk: Uint8Array): { readonly frames: Uint8Array[]; readonly isFaulty: boolean } {
    const { frames, isFaulty } = this[side].cutter.cut(chunk);
    return { frames: frames.filter((bytes) => this.passes(side, bytes)), isFaulty };
  }

  /** Notes one frame; an answer to our own goodbye does not pass. */
  passes(side: Side, bytes: Uint8Array): boolean {
    const sender = this[side];
    const command = commandOf(bytes);
    const sequenceId = sequenceOf(bytes);
    if (command < ANSWER) {
      const key = keyOf(command, sequenceId);
      sender.waiting.set(key, (sender.waiting.get(key) ?? 0) + 1);
      sender.unanswered += 1;
    } else if (!this.#settle(side, command - ANSWER, sequenceId)) {
      if (command === ANSWER + TERMINATE && sender.ourGoodbye === 'said') {
        sender.ourGoodbye = 'answered';
        return false;
      }
      sender.unasked += 1;
    } else if (command !== ANSWER + CONNECT) {
      sender.answered += 1;
    }
    if (command === ANSWER + SUBMIT) {
      sender.submitAnswers += 1;
      if (bytes.at(-1) === BUSY) sender.busyAnswers += 1;
    }
    sender.saidGoodbye ||= command === TERMINATE;
    sender.answeredGoodbye ||= command === ANSWER + TERMINATE;
    const counter = counterOf(command);
    sender.pdus[counter] = (sender.pdus[counter] ?? 0) + 1;
    sender.bytes += bytes.length;
    return true;
  }

  #settle(side: Side, request: number, sequenceId: number): boolean {
    const asker = this[side === 'client' ? 'server' : 'client'];
    const key = keyOf(request, sequenceId);
    const waiting = asker.waiting.get(key) ?? 0;
    if (waiting === 0) return false;
    asker.waiting.set(key, waiting - 1);
    asker.unanswered -= 1;
    return true;
  }
}
