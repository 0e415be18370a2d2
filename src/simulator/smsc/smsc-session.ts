/**
 * One SP's connection to a simulated gateway from the first byte to the last: frames of the SP in, frames for it out
 * (specification 3.0, 7 and 8). Pure: the clock, chance and the wire are given.
 */

import type { FrameFault } from '../../cmpp/framer.js';
import { CommandId, commandName, readHeader } from '../../cmpp/header.js';
import { decode, frameOf, makePdu } from '../../cmpp/pdu.js';
import type { Pdu, PduOf } from '../../cmpp/pdu.js';
import type { Version } from '../../cmpp/version.js';
import type { LogoutReason } from './event.js';
import { ConnectStatus, judgeLogin } from './login.js';
import { OpenSession } from './open-session.js';
import type { SmscSurroundings } from './surroundings.js';

/** The connection under a session. */
export interface SmscSessionPort {
  send(frame: Uint8Array): void;
  /** Ends the connection after what was sent; the session does not use it any more. */
  end(): void;
}

type State =
  | { readonly kind: 'waiting-for-connect'; readonly cancelTimer: () => void }
  | { readonly kind: 'open'; readonly open: OpenSession }
  /** TERMINATE was sent, and the SP's last answers are waited for. */
  | {
      readonly kind: 'terminating';
      readonly open: OpenSession;
      readonly why: LogoutReason;
      readonly cancelTimer: () => void;
    }
  | { readonly kind: 'closed' };

export class SmscSession {
  readonly #around: SmscSurroundings;
  readonly #port: SmscSessionPort;
  readonly #peer: string;
  #state: State;
  #sequenceId: number;

  /** `peer` is the SP's address, for lines. */
  constructor(around: SmscSurroundings, port: SmscSessionPort, peer: string) {
    this.#around = around;
    this.#port = port;
    this.#peer = peer;
    // Anywhere, so that an answer that a balancer brings to the wrong gateway is not taken for the right one's.
    this.#sequenceId = around.random.below(2 ** 32);
    const cancelTimer = around.clock.after(around.settings.loginTimeoutMs, () => this.#hangUp('no CONNECT in time'));
    this.#state = { kind: 'waiting-for-connect', cancelTimer };
  }

  /** The session if the SP is logged in. */
  get open(): OpenSession | undefined {
    return this.#state.kind === 'open' ? this.#state.open : undefined;
  }

  /** Takes one whole frame of the SP. Keeps nothing of it. */
  receive(frame: Uint8Array): void {
    switch (this.#state.kind) {
      case 'waiting-for-connect':
        return this.#receiveFirst(frame);
      case 'open':
      case 'terminating':
        return this.#state.open.receive(frame);
      case 'closed':
        return undefined;
    }
  }

  /** The SP's stream cannot be read on. */
  receiveFault({ kind, lengthBytes }: FrameFault): void {
    const what = `${kind}: Total_Length ${lengthBytes}`;
    this.#around.gateway.counts.badFrames += 1;
    if (this.#state.kind === 'waiting-for-connect') return this.#hangUp(`not CMPP, ${what}`);
    if (this.#state.kind === 'closed') return undefined;
    const { open } = this.#state;
    this.#around.tell({ kind: 'wrong', account: open.identity.account, peer: this.#peer, what });
    this.terminate('bad frame');
    // What the SP says cannot be understood any more, so its answer is not waited for.
    return this.#finish('bad frame');
  }

  /** The connection is gone. */
  disconnected(): void {
    if (this.#state.kind === 'waiting-for-connect') {
      this.#state.cancelTimer();
      this.#state = { kind: 'closed' };
    } else {
      this.#logout('connection closed');
    }
  }

  /** Ends the session with a TERMINATE; a connection that has not logged in is just closed. */
  terminate(why: LogoutReason = 'terminated by the gateway'): void {
    if (this.#state.kind === 'waiting-for-connect') {
      this.#state.cancelTimer();
      this.#state = { kind: 'closed' };
      this.#port.end();
    } else if (this.#state.kind === 'open') {
      const { open } = this.#state;
      const { clock, settings } = this.#around;
      const cancelTimer = clock.after(settings.terminateTimeoutMs, () => this.#finish(why));
      this.#state = { kind: 'terminating', open, why, cancelTimer };
      open.leave();
      this.#send(makePdu('terminate', this.#nextSequenceId()), open.identity.version);
    }
  }

  #receiveFirst(frame: Uint8Array): void {
    const decoded = decode(frame, '3.0');
    const pdu = decoded.kind === 'pdu' ? decoded.pdu : undefined;
    if (pdu?.command === 'connect') return this.#login(pdu);
    // Some clients test the connection before they log in.
    if (pdu?.command === 'activeTest') return this.#send(makePdu('activeTestResp', pdu.sequenceId), '3.0');
    const { commandId, sequenceId } = readHeader(frame);
    this.#around.gateway.counts.badFrames += 1;
    if (commandId === CommandId.connect) {
      this.#send(makePdu('connectResp', sequenceId, { status: ConnectStatus.badStructure, version: 0x30 }), '3.0');
    }
    return this.#hangUp(`${commandName(commandId)} of ${frame.length} bytes in place of a CONNECT`);
  }

  #login(connect: PduOf<'connect'>): void {
    const { gateway, settings, mailroom, tell } = this.#around;
    const { account, version, status, answer } = judgeLogin(connect, settings.secrets, gateway.faults.connectStatus);
    const peer = this.#peer;
    if (this.#state.kind === 'waiting-for-connect') this.#state.cancelTimer();
    this.#send(makePdu('connectResp', connect.sequenceId, answer), version);
    if (status !== ConnectStatus.ok) {
      gateway.counts.loginsRefused += 1;
      tell({ kind: 'login-refused', account, peer, status });
      this.#state = { kind: 'closed' };
      return this.#port.end();
    }
    gateway.counts.logins += 1;
    tell({ kind: 'login', account, peer, version });
    const port = {
      send: (pdu: Pdu) => this.#send(pdu, version),
      nextSequenceId: () => this.#nextSequenceId(),
      terminate: (why: LogoutReason) => this.terminate(why),
      finish: (why: LogoutReason) => this.#finish(why),
    };
    const open = new OpenSession(this.#around, port, { account, version, peer });
    this.#state = { kind: 'open', open };
    return mailroom.opened(account, open);
  }

  /** Nobody has logged in, and nobody will. */
  #hangUp(what: string): void {
    this.#around.tell({ kind: 'wrong', account: '', peer: this.#peer, what });
    this.terminate();
  }

  #finish(why: LogoutReason): void {
    this.#logout(why);
    this.#port.end();
  }

  /** The one way out of a login. Who has sent a TERMINATE has already said why. */
  #logout(why: LogoutReason): void {
    if (this.#state.kind === 'open' || this.#state.kind === 'terminating') {
      const { open } = this.#state;
      const reason = this.#state.kind === 'terminating' ? this.#state.why : why;
      if (this.#state.kind === 'terminating') this.#state.cancelTimer();
      this.#state = { kind: 'closed' };
      open.close();
      this.#around.tell({ kind: 'logout', account: open.identity.account, why: reason, submits: open.submits });
    }
  }

  #send(pdu: Pdu, version: Version): void {
    this.#port.send(frameOf(pdu, version));
  }

  #nextSequenceId(): number {
    this.#sequenceId = (this.#sequenceId + 1) >>> 0;
    return this.#sequenceId;
  }
}
