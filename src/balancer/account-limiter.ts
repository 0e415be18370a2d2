/**
 * Stands before a session whose account has a rate or a window, and looks at each frame of its client. Pure but for the
 * port; sessions without such limits have none.
 *
 * A SUBMIT that is too much is answered with Result 8, or held back with the requests behind it until there is room.
 * Heartbeats and answers always pass: they cost nothing, and the server waits for them.
 */

import { Framer } from '../cmpp/framer.js';
import type { FrameSink } from '../cmpp/framer.js';
import { CommandId, RESPONSE_BIT, readUint32 } from '../cmpp/header.js';
import type { Account } from './account.js';
import { destinationsOf } from './destinations.js';
import type { Flow } from './flow.js';
import type { Journey } from './journey.js';
import type { LoginProtocol } from './mode.js';
import { RateClaim } from './rate-claim.js';
import { RejectedSubmits } from './rejected-submits.js';
import { Chunk } from './session-port.js';
import type { Side } from './session-port.js';
import type { Version } from '../cmpp/version.js';
import { WindowRoom } from './window-room.js';

/** With so much held back the client is not read: far more than a window of SUBMITs, so that heartbeats still come. */
export const HELD_LIMIT_BYTES = 16 * 1024;
const NOTHING = new Uint8Array(0);

type Verdict = 'pass' | 'reject' | 'hold';

/** What becomes of a SUBMIT that is too much: it gets Result 8, or is held back. */
export type Limited = 'rejected' | 'delayed';

export interface LimiterParts {
  readonly account: Account;
  readonly journey: Journey;
  readonly protocol: LoginProtocol;
  /** The session's, by the server's CONNECT_RESP. */
  readonly version: Version;
  /** Told of each SUBMIT that is too much, when it is counted. */
  readonly limited: (outcome: Limited) => void;
}

export class AccountLimiter implements FrameSink {
  readonly #parts: LimiterParts;
  readonly #framer: Framer;
  readonly #rejected: RejectedSubmits;
  readonly #claim: RateClaim;
  /** The first is a SUBMIT for which there is no room yet. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #notedMs = 0;
  readonly #room = new WindowRoom();
  /** What passes of a chunk, and is adjacent in it: from `#runStart` to `#runEnd`. */
  #run: Uint8Array = NOTHING;
  #runStart = 0;
  #runEnd = 0;
  #runSubmits = 0;
  #nowMs: number;

  /** `tail` is the begin of a frame that the last chunk has cut. */
  constructor(parts: LimiterParts, tail: Uint8Array, nowMs: number) {
    const { journey, protocol, version } = parts;
    this.#parts = parts;
    this.#nowMs = nowMs;
    this.#framer = new Framer(journey.parts.rules.maxFrameBytes);
    this.#rejected = new RejectedSubmits(journey, protocol, version);
    this.#claim = new RateClaim(parts.account);
    this.#framer.push(tail, this);
  }

  /** When `tick` has something to do; Infinity when nothing is held back. */
  get deadlineMs(): number {
    if (this.#rejected.isDue) return this.#nowMs;
    if (this.#held.length === 0) return Infinity;
    return Math.min(this.#claim.dueMs, this.#room.dueMs(this.#client, this.#waiting));
  }

  /** Takes what one side has sent, in place of the journey. */
  relay(side: Side, chunk: Chunk, nowMs: number): void {
    const { journey } = this.#parts;
    const before = this.deadlineMs;
    this.#nowMs = nowMs;
    if (side === 'server') {
      journey.relay('server', chunk, nowMs);
      this.#room.answered();
      this.#release();
    } else {
      const fault = this.#framer.push(chunk.bytes, this);
      this.#flush();
      // What is unreadable here is so there, and ends the session by the same way.
      if (fault !== undefined) journey.relay('client', new Chunk(this.#framer.takeTail()), nowMs);
      this.#holdClient();
    }
    this.#rejected.answered();
    if (this.deadlineMs !== before) journey.parts.traveller.wake();
  }

  tick(nowMs: number): void {
    if (nowMs < this.deadlineMs) return;
    this.#nowMs = nowMs;
    this.#release();
    this.#rejected.answered();
    this.#parts.journey.parts.traveller.wake();
  }

  /** The account's limits may have become others: what is held back is looked at anew. */
  limitsChanged(): void {
    this.#room.renew(this.#nowMs);
    if (this.#held.length === 0) return;
    this.#claim.renew(this.#nowMs);
    this.#parts.journey.parts.traveller.wake();
  }

  /** The session is over: what was held back is lost. */
  end(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#noteDelay();
    this.#lose();
  }

  /** For the framer. */
  frame(bytes: Uint8Array, start: number, end: number): void {
    const commandId = readUint32(bytes, start + 4);
    const isSubmit = commandId === CommandId.submit;
    const verdict = this.#judge(commandId, bytes, start, end);
    if (verdict === 'pass') {
      this.#pass(bytes, start, end, isSubmit);
      return;
    }
    // The ledger must know what has passed.
    this.#flush();
    if (verdict === 'reject') this.#reject(readUint32(bytes, start + 8));
    else this.#hold(Uint8Array.from(bytes.subarray(start, end)), isSubmit);
  }

  #judge(commandId: number, bytes: Uint8Array, start: number, end: number): Verdict {
    if (commandId >= RESPONSE_BIT || commandId === CommandId.activeTest) return 'pass';
    // Nothing overtakes a SUBMIT: least of all TERMINATE.
    if (this.#held.length > 0) return 'hold';
    if (commandId !== CommandId.submit) return 'pass';
    const isRejecting = this.#parts.account.rules.overRate === 'reject';
    if (isRejecting && this.#rejected.isBehindRejected(readUint32(bytes, start + 8))) return 'reject';
    const cost = destinationsOf(bytes, start, end, this.#parts.version);
    if (this.#hasWindow() && (isRejecting ? this.#claim.take(cost, this.#nowMs) : this.#claim.pay(cost, this.#nowMs))) {
      return 'pass';
    }
    return isRejecting ? 'reject' : 'hold';
  }

  #pass(bytes: Uint8Array, start: number, end: number, isSubmit: boolean): void {
    if (bytes !== this.#run || start !== this.#runEnd) {
      this.#flush();
      this.#run = bytes;
      this.#runStart = start;
    }
    this.#runEnd = end;
    if (!isSubmit) return;
    this.#runSubmits += 1;
    this.#room.use();
  }

  #flush(): void {
    const run = this.#run.subarray(this.#runStart, this.#runEnd);
    this.#run = NOTHING;
    this.#runStart = 0;
    this.#runEnd = 0;
    this.#runSubmits = 0;
    if (run.length > 0) this.#parts.journey.relay('client', new Chunk(run), this.#nowMs);
  }

  #reject(sequenceId: number): void {
    const { account, limited } = this.#parts;
    account.rejected += 1;
    this.#rejected.reject(sequenceId);
    limited('rejected');
    // Whoever does not read his answers must not make us keep them without end.
    const { legs } = this.#parts.journey;
    if (!legs.takes('client')) legs.holdClient('answers');
  }

  #hold(frame: Uint8Array, isSubmit: boolean): void {
    const { account, limited } = this.#parts;
    if (this.#held.length === 0) this.#notedMs = this.#nowMs;
    this.#held.push(frame);
    this.#heldBytes += frame.length;
    if (!isSubmit) return;
    account.delayed += 1;
    limited('delayed');
  }

  /** Passes on what was held back, as far as there is room now. */
  #release(): void {
    if (this.#held.length === 0) return;
    this.#noteDelay();
    const { journey } = this.#parts;
    const { legs } = journey.parts.traveller;
    // There is no server for it, and none will come.
    if (!legs.isWritable('server') && journey.move === undefined) this.#lose();
    let [next] = this.#held;
    while (next !== undefined && this.#hasRoomFor(next)) {
      this.#held.shift();
      this.#heldBytes -= next.length;
      // The client had to wait for this.
      legs.received('client', this.#nowMs);
      if (readUint32(next, 4) === CommandId.submit) this.#room.use();
      journey.relay('client', new Chunk(next), this.#nowMs);
      [next] = this.#held;
    }
    if (next === undefined) this.#claim.giveBack();
    this.#holdClient();
  }

  #lose(): void {
    for (const frame of this.#held) this.#parts.journey.conversation.loseRequest(frame);
    this.#held = [];
    this.#heldBytes = 0;
    this.#claim.giveBack();
  }

  #hasRoomFor(frame: Uint8Array): boolean {
    if (readUint32(frame, 4) !== CommandId.submit) return true;
    if (!this.#hasWindow()) {
      // Whoever waits for answers keeps nobody else from sending.
      this.#claim.giveBack();
      return false;
    }
    return this.#claim.pay(destinationsOf(frame, 0, frame.length, this.#parts.version), this.#nowMs);
  }

  #holdClient(): void {
    const { legs } = this.#parts.journey.parts.traveller;
    if (this.#heldBytes >= HELD_LIMIT_BYTES) legs.holdClient('account');
    else if (legs.isHeldBy('account')) legs.releaseClient('account');
  }

  #noteDelay(): void {
    if (this.#held.length === 0) return;
    this.#parts.account.delayedMs += this.#nowMs - this.#notedMs;
    this.#notedMs = this.#nowMs;
  }

  /** Whether one SUBMIT more may be without an answer. */
  #hasWindow(): boolean {
    return this.#room.has(this.#parts.account.rules.window, this.#client, this.#waiting, this.#nowMs);
  }

  /** What the client has asked the server that it has. */
  get #client(): Flow {
    return this.#parts.journey.conversation.relay.client;
  }

  /** SUBMITs that are on their way there. */
  get #waiting(): number {
    return this.#parts.journey.handover.heldRequests + this.#runSubmits;
  }
}
