/**
 * Stands before a client's stream while its session moves, and looks at each frame. Pure but for the port.
 *
 * While it holds, requests are kept for the next server and heartbeats answered in its place; answers pass, but for those
 * to a server that the session has left.
 */

import { Framer } from '../cmpp/framer.js';
import type { FrameFault, FrameSink } from '../cmpp/framer.js';
import { CommandId, RESPONSE_BIT, readUint32 } from '../cmpp/header.js';
import type { Flow } from './flow.js';
import { LeftRequests } from './left-requests.js';
import type { LoginProtocol } from './mode.js';
import { Chunk } from './session-port.js';
import type { SessionPort } from './session-port.js';

/** As much is held as any peer that does not read makes us hold: one read. */
const HELD_LIMIT_BYTES = 64 * 1024;

export interface SieveParts {
  readonly protocol: LoginProtocol;
  readonly port: SessionPort;
  readonly maxFrameBytes: number;
}

export class Sieve implements FrameSink {
  /** The Sequence_Ids of the client's TERMINATEs that are among what is held. */
  goodbyes: readonly number[] = [];
  readonly #parts: SieveParts;
  readonly #framer: Framer;
  readonly #left: LeftRequests;
  #isHolding = false;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** The Sequence_Ids of the SUBMITs among them. */
  readonly #heldSubmits = new Set<number>();
  /** Where what passes goes, during `push`. */
  #flow: Flow | undefined;
  #nowMs = 0;

  /** `tail` is the begin of a frame that the last chunk has cut. */
  constructor(parts: SieveParts, tail: Uint8Array) {
    this.#parts = parts;
    this.#left = new LeftRequests(parts.maxFrameBytes);
    this.#framer = new Framer(parts.maxFrameBytes);
    this.#framer.push(tail, this);
  }

  get isHolding(): boolean {
    return this.#isHolding;
  }

  /** It holds as much as it may: the client must not be read. */
  get isFull(): boolean {
    return this.#heldBytes >= HELD_LIMIT_BYTES;
  }

  get heldRequests(): number {
    return this.#held.length;
  }

  holdsSubmit(sequenceId: number): boolean {
    return this.#heldSubmits.has(sequenceId);
  }

  /** Whether it makes no difference any more. */
  isIdle(nowMs: number): boolean {
    return !this.#isHolding && this.#left.isIdle(nowMs);
  }

  /** Requests are held from now on. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Holds no longer. Returns the whole frames that were held, in order; they are not kept. */
  release(): readonly Uint8Array[] {
    const held = this.#held;
    this.#isHolding = false;
    this.#held = [];
    this.#heldBytes = 0;
    this.#heldSubmits.clear();
    this.goodbyes = [];
    return held;
  }

  /** Answers to what this flow's server has asked, and will not get any more, are swallowed. */
  leave(server: Flow, nowMs: number): void {
    this.#left.leave(server, nowMs);
  }

  /** The server says this: it passes elsewhere, and may have to be known here. */
  overhears({ bytes }: Chunk): void {
    this.#left.overhears(bytes);
  }

  /** Takes what the client has sent; what passes goes to `flow`, if that still leads anywhere. Returns the fault that makes the rest unreadable. */
  push(chunk: Chunk, flow: Flow | undefined, nowMs: number): FrameFault | undefined {
    this.#flow = flow;
    this.#nowMs = nowMs;
    const fault = this.#framer.push(chunk.bytes, this);
    this.#flow = undefined;
    return fault;
  }

  takeTail(): Uint8Array {
    return this.#framer.takeTail();
  }

  /** For the framer. */
  frame(bytes: Uint8Array, start: number, end: number): void {
    const commandId = readUint32(bytes, start + 4);
    if (commandId >= RESPONSE_BIT) {
      if (this.#left.isAnsweredBy(commandId - RESPONSE_BIT, bytes, start, end, this.#nowMs)) return;
    } else if (this.#isHolding) {
      this.#hold(commandId, readUint32(bytes, start + 8), Uint8Array.from(bytes.subarray(start, end)));
      return;
    }
    this.#flow?.push(new Chunk(bytes.subarray(start, end)), this.#nowMs);
  }

  #hold(commandId: number, sequenceId: number, frame: Uint8Array): void {
    if (commandId === CommandId.activeTest) {
      const answer = this.#parts.protocol.heartbeatAnswer(sequenceId);
      this.#parts.port.write('client', answer, 0, answer.length);
      return;
    }
    if (commandId === CommandId.terminate) this.goodbyes = [...this.goodbyes, sequenceId];
    if (commandId === CommandId.submit) this.#heldSubmits.add(sequenceId);
    this.#held.push(frame);
    this.#heldBytes += frame.length;
  }
}

/** What comes of a server's stream once the session has said goodbye to it: nothing but its answer. */
export class LastWords implements FrameSink {
  readonly words: Uint8Array;
  /** Requests that nobody will see; the server sends them again on another connection. */
  unseen = 0;
  readonly #framer: Framer;
  #hasAnswered = false;

  constructor(goodbye: Uint8Array, tail: Uint8Array, maxFrameBytes: number) {
    this.words = goodbye;
    this.#framer = new Framer(maxFrameBytes);
    this.#framer.push(tail, this);
  }

  hears(chunk: Chunk): boolean {
    return this.#framer.push(chunk.bytes, this) !== undefined || this.#hasAnswered;
  }

  frame(bytes: Uint8Array, start: number): void {
    const commandId = readUint32(bytes, start + 4);
    if (commandId === CommandId.terminateResp) this.#hasAnswered = true;
    if (commandId < RESPONSE_BIT) this.unseen += 1;
  }
}
