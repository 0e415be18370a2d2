/** What a simulated gateway does for an SP that is logged in: answers its requests, brings it its mail. Pure: all is given. */

import { CommandId, commandName, isResponse, readHeader } from '../../cmpp/header.js';
import { decode, makePdu } from '../../cmpp/pdu.js';
import type { BodyOf, Pdu, PduOf } from '../../cmpp/pdu.js';
import { queryDay } from '../../cmpp/timestamp.js';
import type { Version } from '../../cmpp/version.js';
import { Heartbeat } from '../heartbeat.js';
import { RequestWindow } from '../request-window.js';
import type { LogoutReason } from './event.js';
import { deliverOf } from './mail.js';
import type { Mail } from './mail.js';
import type { Recipient } from './mailroom.js';
import { mailsOf, startPhones } from './phone-message.js';
import { judgeSubmit, reportsOf, SubmitResult } from './submission.js';
import type { SmscSurroundings } from './surroundings.js';

export interface OpenSessionPort {
  send(pdu: Pdu): void;
  nextSequenceId(): number;
  /** The SP is to be sent a TERMINATE. */
  terminate(why: LogoutReason): void;
  /** Nothing more is to be said: the connection can be closed. */
  finish(why: LogoutReason): void;
}

export interface Identity {
  readonly account: string;
  readonly version: Version;
  /** The SP's address, for lines. */
  readonly peer: string;
}

/** The number that phones write to, until the SP has sent from one of its own. */
const FIRST_SRC_ID = '10690001';

export class OpenSession implements Recipient {
  readonly identity: Identity;
  readonly #around: SmscSurroundings;
  readonly #port: OpenSessionPort;
  readonly #window: RequestWindow<Mail>;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #stopPhones: (() => void) | undefined;
  #isLeaving = false;
  #submits = 0;
  #srcId = FIRST_SRC_ID;

  constructor(around: SmscSurroundings, port: OpenSessionPort, identity: Identity) {
    const { settings, clock } = around;
    this.#around = around;
    this.#port = port;
    this.identity = identity;
    this.#window = new RequestWindow<Mail>(settings.window, {
      clock,
      nextSequenceId: () => port.nextSequenceId(),
      send: (mail, sequenceId, attempt) => this.#send(mail, sequenceId, attempt),
      gaveUp: () => this.#giveUp(),
    });
    if (settings.heartbeat !== undefined) {
      this.#heartbeat = new Heartbeat(settings.heartbeat, {
        clock,
        sendActiveTest: () => port.send(makePdu('activeTest', port.nextSequenceId())),
        lost: () => port.terminate('no answer to ACTIVE_TEST'),
      });
    }
    const rate = settings.mobileOriginatedPerSecond;
    if (rate > 0) {
      this.#stopPhones = startPhones(around, rate, (from, text) => {
        if (this.#window.hasRoom) this.deliverText(from, text);
      });
    }
  }

  /** SUBMITs of this session. */
  get submits(): number {
    return this.#submits;
  }

  deliver(mail: Mail): void {
    this.#window.push(mail);
  }

  /** Sends `text` as a phone would. Returns why it cannot be sent. */
  deliverText(from: string, text: string): string | undefined {
    const { gateway, random } = this.#around;
    const message = { account: this.identity.account, from, destId: this.#srcId, text };
    const written = mailsOf(message, gateway, random.below(256));
    if (written.kind === 'refused') return written.why;
    for (const mail of written.mails) this.deliver(mail);
    return undefined;
  }

  /** Takes no more mail: what was not sent yet goes to the account's other sessions. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#stopPhones?.();
    this.#heartbeat?.stop();
    this.#around.mailroom.closed(this.identity.account, this);
    this.#around.mailroom.repost(this.#window.takeUnsent());
  }

  /** The connection is gone: what was sent and not answered goes to the account's other sessions too. */
  close(): void {
    this.leave();
    this.#around.mailroom.repost(this.#window.takeUnanswered());
  }

  /** Takes one whole frame. Keeps nothing of it. */
  receive(frame: Uint8Array): void {
    this.#heartbeat?.heard();
    const decoded = decode(frame, this.identity.version);
    if (decoded.kind === 'pdu') this.#take(decoded.pdu);
    else this.#takeUnreadable(frame, decoded.kind === 'malformed' ? decoded.why : 'unknown command');
  }

  #take(pdu: Pdu): void {
    switch (pdu.command) {
      case 'submit':
        return this.#takeSubmit(pdu);
      case 'deliverResp':
        return this.#takeDeliverResp(pdu);
      case 'activeTest':
        return this.#port.send(makePdu('activeTestResp', pdu.sequenceId));
      case 'activeTestResp':
        // That it came is all it says, and the heartbeat has heard it.
        return undefined;
      case 'terminate':
        this.#port.send(makePdu('terminateResp', pdu.sequenceId));
        return this.#port.finish('terminated by the SP');
      case 'terminateResp':
        return this.#isLeaving ? this.#port.finish('terminated by the gateway') : this.#countUnknownAnswer(pdu);
      case 'query':
        return this.#port.send(makePdu('queryResp', pdu.sequenceId, this.#answerQuery(pdu)));
      case 'cancel':
        return this.#takeCancel(pdu);
      case 'connect':
        return this.#takeSecondConnect(pdu);
      case 'deliver':
      case 'fwd':
        return this.#refuseCommand(pdu);
      case 'connectResp':
      case 'submitResp':
      case 'queryResp':
      case 'cancelResp':
      case 'fwdResp':
      case 'nackResp':
        return this.#countUnknownAnswer(pdu);
    }
  }

  #takeSubmit(submit: PduOf<'submit'>): void {
    const { gateway, settings, mailroom, clock, tell } = this.#around;
    this.#submits += 1;
    gateway.counts.submits += 1;
    const { account } = this.identity;
    const count = submit.destTerminalIds.length;
    const result = gateway.faults.submitResult || judgeSubmit(submit);
    const msgId = result === SubmitResult.ok ? gateway.takeMsgIds(count) : 0n;
    this.#port.send(makePdu('submitResp', submit.sequenceId, { msgId, result }));
    tell({ kind: 'submit', account, submit, result });
    if (result !== SubmitResult.ok) return;
    gateway.counts.accepted += 1;
    this.#srcId = submit.srcId || FIRST_SRC_ID;
    const totals = mailroom.totals(account);
    totals.submits += 1;
    totals.destinations += count;
    if (submit.registeredDelivery !== 1 || settings.reports === undefined) return;
    const { delayMs, stat } = settings.reports;
    const submittedWallMs = clock.wallMs();
    const reported = { account, submit, msgId, stat, submittedWallMs, doneWallMs: submittedWallMs + delayMs };
    for (const mail of reportsOf(reported, gateway)) mailroom.post(mail, this, delayMs);
  }

  #takeDeliverResp({ sequenceId, result }: PduOf<'deliverResp'>): void {
    // Flow control: the SP wants it again later, which is when the answer would have been overdue.
    if (result === 8 && this.#window.isInFlight(sequenceId)) return;
    const answered = this.#window.answer(sequenceId);
    if (answered === undefined) {
      this.#around.gateway.counts.unknownAnswers += 1;
      return;
    }
    const { counts } = this.#around.gateway;
    if (result !== 0) {
      this.#around.tell({ kind: 'deliver-refused', account: this.identity.account, result });
    } else if (answered.item.content.kind === 'report') {
      counts.reportsTaken += 1;
    } else {
      counts.messagesTaken += 1;
      this.#around.mailroom.totals(this.identity.account).messagesTaken += 1;
    }
  }

  #takeCancel({ sequenceId, msgId }: PduOf<'cancel'>): void {
    const isCancelled = this.#around.mailroom.cancel(this.identity.account, msgId);
    this.#port.send(makePdu('cancelResp', sequenceId, { successId: isCancelled ? 0 : 1 }));
  }

  /** Today's counts are those since the simulator was started; it knows nothing of other days or of single services. */
  #answerQuery({ time, queryType, queryCode }: PduOf<'query'>): Partial<BodyOf<'queryResp'>> {
    const { mailroom, clock } = this.#around;
    const { account } = this.identity;
    if (time !== queryDay(clock.wallMs()) || queryType !== 0) return { time, queryType, queryCode };
    const { submits, destinations, messagesTaken } = mailroom.totals(account);
    const waiting = mailroom.reportsWaitingOf(account);
    return {
      time,
      queryType,
      queryCode,
      mtTlMsg: submits,
      mtTlUsr: destinations,
      mtScs: destinations - waiting,
      mtWt: waiting,
      moScs: messagesTaken,
    };
  }

  #takeSecondConnect({ sequenceId }: PduOf<'connect'>): void {
    this.#wrong('CONNECT on a connection that is logged in');
    this.#port.send(makePdu('connectResp', sequenceId, { status: 5, version: 0x30 }));
    this.#port.terminate('bad frame');
  }

  /** Requests that only gateways send. */
  #refuseCommand(pdu: PduOf<'deliver'> | PduOf<'fwd'>): void {
    this.#wrong(`${commandName(CommandId[pdu.command])} from an SP`);
    const answer = { msgId: pdu.msgId, result: SubmitResult.badCommand };
    if (pdu.command === 'deliver') this.#port.send(makePdu('deliverResp', pdu.sequenceId, answer));
    else this.#port.send(makePdu('fwdResp', pdu.sequenceId, answer));
  }

  /** A SUBMIT has a Result that says so; for the rest the specification knows no answer, and the session ends. */
  #takeUnreadable(frame: Uint8Array, why: string): void {
    const { commandId, sequenceId } = readHeader(frame);
    this.#around.gateway.counts.badFrames += 1;
    this.#wrong(`${commandName(commandId)} of ${frame.length} bytes: ${why}`);
    if (commandId === CommandId.submit) {
      this.#port.send(makePdu('submitResp', sequenceId, { result: SubmitResult.badStructure }));
    } else if (!isResponse(commandId)) {
      this.#port.terminate('bad frame');
    }
  }

  #countUnknownAnswer(pdu: Pdu): void {
    this.#around.gateway.counts.unknownAnswers += 1;
    this.#wrong(`${commandName(CommandId[pdu.command])} to nothing that was asked`);
  }

  #wrong(what: string): void {
    const { account, peer } = this.identity;
    this.#around.tell({ kind: 'wrong', account, peer, what });
  }

  #send(mail: Mail, sequenceId: number, attempt: number): void {
    const { counts } = this.#around.gateway;
    if (attempt > 1) counts.sentAgain += 1;
    else if (mail.content.kind === 'report') counts.reports += 1;
    else counts.messages += 1;
    this.#port.send(makePdu('deliver', sequenceId, deliverOf(mail, this.identity.version)));
  }

  #giveUp(): void {
    this.#around.gateway.counts.gaveUp += 1;
    this.#around.tell({ kind: 'deliver-given-up', account: this.identity.account });
  }
}
