/** One session of the fleet: writes SUBMITs as fast as it is told to, and holds every answer against what it has sent. */

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Framer } from '../../src/cmpp/framer.js';
import type { FrameSink } from '../../src/cmpp/framer.js';
import { CommandId, readHeader } from '../../src/cmpp/header.js';
import { decode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { versionByte } from '../../src/cmpp/version.js';

const VERSION = '3.0';
const SEQUENCE_ID_OFFSET = 8;
const LOGIN_SEQUENCE_ID = 1;

export interface SessionPort {
  /** The first answer to a SUBMIT, which was due at `dueMs`. */
  answered(session: FleetSession, result: number, dueMs: number, isInOrder: boolean): void;
  duplicated(): void;
  disconnected(session: FleetSession): void;
}

/** A SUBMIT as the session writes it, but for its Sequence_Id. */
export function submitTemplate(): Uint8Array {
  const content = Buffer.from('chaos');
  const fields = { destTerminalIds: ['13800138000'], msgSrc: '900001', msgContent: content };
  return frameOf(makePdu('submit', 0, { pkTotal: 1, pkNumber: 1, ...fields }), VERSION);
}

export class FleetSession {
  readonly account: string;
  isOpen = true;
  /** When the SUBMIT was due that the session's next answer of Result 0 must be to, or be later than. */
  servedFromMs = 0;
  readonly #port: SessionPort;
  readonly #socket: Socket;
  readonly #template: Uint8Array;
  /** By Sequence_Id, in the order in which they were sent: when each was due. */
  readonly #unanswered = new Map<number, number>();
  #nextSequenceId = LOGIN_SEQUENCE_ID + 1;

  private constructor(account: string, socket: Socket, template: Uint8Array, port: SessionPort) {
    this.account = account;
    this.#socket = socket;
    this.#template = template;
    this.#port = port;
  }

  /** Connects to this port of 127.0.0.1 and logs in. Rejects when it is not let in. */
  static async loggedIn(
    account: string,
    listenPort: number,
    template: Uint8Array,
    port: SessionPort,
  ): Promise<FleetSession> {
    const socket = connect({ host: '127.0.0.1', port: listenPort, noDelay: true });
    const session = new FleetSession(account, socket, template, port);
    await new Promise<void>((letIn, reject) => {
      session.#listen(letIn, reject);
      const claim = { sourceAddr: account, version: versionByte(VERSION) };
      socket.write(frameOf(makePdu('connect', LOGIN_SEQUENCE_ID, claim), VERSION));
    });
    return session;
  }

  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Forgets the SUBMITs without an answer; one that comes now is one too many. Returns how many they were. */
  giveUp(): number {
    const { size } = this.#unanswered;
    this.#unanswered.clear();
    return size;
  }

  submit(dueMs: number): void {
    const frame = Buffer.from(this.#template);
    frame.writeUInt32BE(this.#nextSequenceId, SEQUENCE_ID_OFFSET);
    this.#unanswered.set(this.#nextSequenceId, dueMs);
    this.#nextSequenceId += 1;
    this.#socket.write(frame);
  }

  /** Takes its leave; what happens to the connection from now on is no disconnect. */
  close(): void {
    this.isOpen = false;
    this.#socket.end(frameOf(makePdu('terminate', this.#nextSequenceId), VERSION));
    this.#socket.unref();
  }

  #listen(letIn: () => void, refused: (error: Error) => void): void {
    const framer = new Framer();
    const sink: FrameSink = {
      frame: (bytes, start, end) => this.#take(bytes.subarray(start, end), letIn, refused),
    };
    this.#socket.on('data', (chunk) => {
      if (framer.push(chunk, sink) !== undefined) this.#socket.destroy();
    });
    // What follows an error is 'close', which counts.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      refused(new Error(`${this.account} was not let in: the connection was closed`));
      if (!this.isOpen) return;
      this.isOpen = false;
      this.#port.disconnected(this);
    });
  }

  #take(frame: Uint8Array, letIn: () => void, refused: (error: Error) => void): void {
    const { commandId, sequenceId } = readHeader(frame);
    if (commandId === CommandId.activeTest) {
      this.#socket.write(frameOf(makePdu('activeTestResp', sequenceId), VERSION));
      return;
    }
    // Whoever sends TERMINATE closes the connection, and that counts.
    if (commandId !== CommandId.submitResp && commandId !== CommandId.connectResp) return;
    const decoded = decode(frame, VERSION);
    if (decoded.kind !== 'pdu') return;
    if (decoded.pdu.command === 'submitResp') this.#answer(sequenceId, decoded.pdu.result);
    if (decoded.pdu.command !== 'connectResp') return;
    if (decoded.pdu.status === 0) letIn();
    else refused(new Error(`${this.account} was not let in: Status ${decoded.pdu.status}`));
  }

  #answer(sequenceId: number, result: number): void {
    const dueMs = this.#unanswered.get(sequenceId);
    if (dueMs === undefined) {
      this.#port.duplicated();
      return;
    }
    const [oldest] = this.#unanswered.keys();
    this.#unanswered.delete(sequenceId);
    this.#port.answered(this, result, dueMs, oldest === sequenceId);
  }
}
