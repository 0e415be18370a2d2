/**
 * One session of a simulated SP: frames of the server in, frames for it out (specification 3.0, 7 and 8). Pure: the
 * clock, chance and the wire are given.
 */

import { authenticatorSource } from '../../cmpp/authenticator.js';
import type { FrameFault } from '../../cmpp/framer.js';
import { CommandId, commandName, readHeader } from '../../cmpp/header.js';
import { decode, frameOf, makePdu } from '../../cmpp/pdu.js';
import type { Pdu, PduOf } from '../../cmpp/pdu.js';
import { readStatusReport } from '../../cmpp/status-report.js';
import { connectTimestamp } from '../../cmpp/timestamp.js';
import { versionByte } from '../../cmpp/version.js';
import type { Version } from '../../cmpp/version.js';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import { Heartbeat } from '../heartbeat.js';
import { RequestWindow } from '../request-window.js';
import type { EndReason, SpEvent, Submission, UnansweredReason } from './sp-event.js';
import type { Login, SpSettings } from './sp-settings.js';

/** The connection under a session, and who is told of it. */
export interface SpSessionPort {
  send(frame: Uint8Array): void;
  /** Ends the connection after what was sent; the session does not use it any more. */
  end(): void;
  tell(event: SpEvent): void;
}

export interface SpSurroundings {
  readonly settings: SpSettings;
  readonly clock: Clock;
  readonly random: Random;
}

type State =
  | { readonly kind: 'logging-in'; readonly cancelTimer: () => void }
  | { readonly kind: 'open'; readonly heartbeat: Heartbeat | undefined }
  /** TERMINATE was sent, and its answer is waited for. */
  | { readonly kind: 'terminating'; readonly why: EndReason; readonly cancelTimer: () => void }
  | { readonly kind: 'closed' };

/** Sequence_Ids of SUBMITs whose time was over, kept to know their answers when they come late. */
const MOST_LATE = 10_000;

export class SpSession {
  readonly #around: SpSurroundings;
  readonly #login: Login;
  readonly #port: SpSessionPort;
  readonly #window: RequestWindow<Submission>;
  readonly #firstSequenceId: number;
  #issued = 0;
  readonly #late = new Set<number>();
  #version: Version;
  #state: State;

  /** Sends its CONNECT at once. */
  constructor(around: SpSurroundings, login: Login, port: SpSessionPort) {
    const { settings, clock, random } = around;
    this.#around = around;
    this.#login = login;
    this.#port = port;
    this.#version = settings.version;
    // Anywhere, so that an answer that a balancer brings to the wrong session is not taken for the right one's.
    this.#firstSequenceId = random.below(2 ** 32);
    const { windowSize, answerTimeoutMs } = settings;
    this.#window = new RequestWindow<Submission>(
      { windowSize, answerTimeoutMs, tries: 1 },
      {
        clock,
        nextSequenceId: () => this.#nextSequenceId(),
        send: (submission, sequenceId) => this.#sendSubmit(submission, sequenceId),
        gaveUp: (submission, sequenceId) => this.#giveUp(submission, sequenceId),
      },
    );
    const cancelTimer = clock.after(settings.loginTimeoutMs, () => this.#end('no CONNECT_RESP in time'));
    this.#state = { kind: 'logging-in', cancelTimer };
    this.#sendConnect();
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open';
  }

  /** Whether a SUBMIT would be sent at once. */
  get hasRoom(): boolean {
    return this.isOpen && this.#window.hasRoom;
  }

  /** SUBMITs without an answer. */
  get inFlightNow(): number {
    return this.#window.inFlightNow;
  }

  /** Sends it when the window has room. Only while the session is open. */
  submit(submission: Submission): void {
    this.#window.push(submission);
  }

  /** Takes one whole frame of the server. Keeps nothing of it. */
  receive(frame: Uint8Array): void {
    if (this.#state.kind === 'closed') return;
    if (this.#state.kind === 'open') this.#state.heartbeat?.heard();
    const decoded = decode(frame, this.#version);
    if (decoded.kind !== 'pdu') this.#takeUnreadable(frame, decoded.kind === 'malformed' ? decoded.why : 'unknown');
    else if (decoded.pdu.command === 'connectResp') this.#takeConnectResp(decoded.pdu, decoded.version);
    else this.#take(decoded.pdu);
  }

  /** The server's stream cannot be read on. */
  receiveFault({ kind, lengthBytes }: FrameFault): void {
    this.#port.tell({ kind: 'wrong', what: `${kind}: Total_Length ${lengthBytes}` });
    this.#end('unreadable bytes from the server');
  }

  /** The connection is gone. */
  disconnected(why: EndReason): void {
    this.#close(this.#state.kind === 'terminating' ? this.#state.why : why);
  }

  /** Ends the session with a TERMINATE, or the connection when it is not logged in. */
  terminate(why: EndReason = 'terminated by the SP'): void {
    if (this.#state.kind === 'logging-in') return this.#end(why);
    if (this.#state.kind !== 'open') return undefined;
    this.#state.heartbeat?.stop();
    const cancelTimer = this.#around.clock.after(this.#around.settings.terminateTimeoutMs, () => this.#end(why));
    this.#state = { kind: 'terminating', why, cancelTimer };
    this.#tellUnanswered(this.#window.takeUnsent(), 'the session ended before it was sent');
    return this.#send(makePdu('terminate', this.#nextSequenceId()));
  }

  #take(pdu: Exclude<Pdu, { readonly command: 'connectResp' }>): void {
    switch (pdu.command) {
      case 'submitResp':
        return this.#takeSubmitResp(pdu);
      case 'deliver':
        return this.#takeDeliver(pdu);
      case 'activeTest':
        return this.#send(makePdu('activeTestResp', pdu.sequenceId));
      case 'activeTestResp':
        // That it came is all it says, and the heartbeat has heard it.
        return undefined;
      case 'terminate':
        this.#send(makePdu('terminateResp', pdu.sequenceId));
        return this.#end('terminated by the server');
      case 'terminateResp':
        if (this.#state.kind === 'terminating') return this.#end(this.#state.why);
        return this.#wrong(pdu);
      case 'connect':
      case 'submit':
      case 'query':
      case 'cancel':
      case 'fwd':
      case 'deliverResp':
      case 'queryResp':
      case 'cancelResp':
      case 'fwdResp':
      case 'nackResp':
        return this.#wrong(pdu);
    }
  }

  #takeConnectResp(answer: PduOf<'connectResp'>, version: Version): void {
    if (this.#state.kind !== 'logging-in') return this.#wrong(answer);
    const { account } = this.#login;
    if (answer.status !== 0) {
      this.#port.tell({ kind: 'login-refused', account, status: answer.status });
      return this.#end('login refused');
    }
    this.#state.cancelTimer();
    // What the answer was written in counts, not what its Version field says.
    this.#version = version;
    const { settings, clock } = this.#around;
    const heartbeatPort = {
      clock,
      sendActiveTest: () => this.#send(makePdu('activeTest', this.#nextSequenceId())),
      lost: () => this.terminate('no answer to ACTIVE_TEST'),
    };
    const heartbeat = settings.heartbeat && new Heartbeat(settings.heartbeat, heartbeatPort);
    this.#state = { kind: 'open', heartbeat };
    return this.#port.tell({ kind: 'logged-in', account, version });
  }

  #takeSubmitResp({ sequenceId, msgId, result }: PduOf<'submitResp'>): void {
    const answered = this.#window.answer(sequenceId);
    if (answered !== undefined) {
      const { item: submission, waitedMs } = answered;
      this.#port.tell({ kind: 'answered', submission, msgId, result, waitedMs });
      return;
    }
    const isIssued = (sequenceId - this.#firstSequenceId) >>> 0 < this.#issued;
    const why = this.#late.delete(sequenceId) ? 'late' : isIssued ? 'duplicate' : 'unknown';
    this.#port.tell({ kind: 'surplus-answer', sequenceId, why });
  }

  #takeDeliver(deliver: PduOf<'deliver'>): void {
    const { sequenceId, msgId } = deliver;
    const read = deliver.registeredDelivery === 1 ? readStatusReport(deliver.msgContent) : undefined;
    const result = read?.kind === 'malformed' ? 1 : 0;
    this.#send(makePdu('deliverResp', sequenceId, { msgId, result }));
    if (read === undefined) this.#port.tell({ kind: 'message', deliver });
    else if (read.kind === 'report') this.#port.tell({ kind: 'report', report: read.report });
    else this.#port.tell({ kind: 'wrong', what: `a status report that cannot be read: ${read.why}` });
  }

  #takeUnreadable(frame: Uint8Array, why: string): void {
    const { commandId, sequenceId } = readHeader(frame);
    this.#port.tell({ kind: 'wrong', what: `${commandName(commandId)} of ${frame.length} bytes: ${why}` });
    if (commandId === CommandId.deliver) this.#send(makePdu('deliverResp', sequenceId, { result: 1 }));
  }

  #wrong(pdu: Pdu): void {
    this.#port.tell({ kind: 'wrong', what: `${commandName(CommandId[pdu.command])} that does not belong here` });
  }

  #sendConnect(): void {
    const { settings, clock } = this.#around;
    const { account, secret } = this.#login;
    const timestamp = connectTimestamp(clock.wallMs());
    const proof = authenticatorSource({ sourceAddr: account, timestamp }, secret);
    const version = versionByte(settings.version);
    const values = { sourceAddr: account, authenticatorSource: proof, version, timestamp };
    this.#send(makePdu('connect', this.#nextSequenceId(), values));
  }

  #sendSubmit(submission: Submission, sequenceId: number): void {
    this.#send(makePdu('submit', sequenceId, submission.submit));
    this.#port.tell({ kind: 'submitted', submission });
  }

  #giveUp(submission: Submission, sequenceId: number): void {
    if (this.#late.size < MOST_LATE) this.#late.add(sequenceId);
    this.#port.tell({ kind: 'unanswered', submission, why: 'no answer in time' });
  }

  #tellUnanswered(submissions: readonly Submission[], why: UnansweredReason): void {
    for (const submission of submissions) this.#port.tell({ kind: 'unanswered', submission, why });
  }

  #end(why: EndReason): void {
    if (this.#state.kind === 'closed') return;
    this.#port.end();
    this.#close(why);
  }

  /** The one way out. */
  #close(why: EndReason): void {
    const state = this.#state;
    if (state.kind === 'closed') return;
    this.#state = { kind: 'closed' };
    if (state.kind === 'open') state.heartbeat?.stop();
    else state.cancelTimer();
    this.#tellUnanswered(this.#window.takeUnanswered(), 'the session ended');
    this.#tellUnanswered(this.#window.takeUnsent(), 'the session ended before it was sent');
    this.#port.tell({ kind: 'ended', why });
  }

  #send(pdu: Pdu): void {
    this.#port.send(frameOf(pdu, this.#version));
  }

  #nextSequenceId(): number {
    const sequenceId = (this.#firstSequenceId + this.#issued) >>> 0;
    this.#issued += 1;
    return sequenceId;
  }
}
