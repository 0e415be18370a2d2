/** Writes what happens to a simulated SP as lines for a reader, one for each step. Pure: the clock is given. */

import { LongSmsJoiner } from '../../cmpp/long-sms-joiner.js';
import { formatMsgId, msgIdParts } from '../../cmpp/msg-id.js';
import type { BodyOf } from '../../cmpp/pdu.js';
import { connectStatusName, statName, submitResultName } from '../../cmpp/status.js';
import type { StatusReport } from '../../cmpp/status-report.js';
import { decodeText } from '../../cmpp/text.js';
import { readUserData } from '../../cmpp/user-data-header.js';
import type { Clock } from '../../runtime/clock.js';
import { printable, quoted } from '../printable.js';
import { msgFmtName } from '../sms-text.js';
import type { SpEvent, Submission } from './sp-event.js';

/** Long messages of which parts are waited for. */
const JOINER_LIMITS = { mostMessages: 1000, longestWaitMs: 600_000 };

export class SpLines {
  readonly #clock: Clock;
  readonly #say: (line: string) => void;
  readonly #joiner: LongSmsJoiner;

  constructor(clock: Clock, say: (line: string) => void) {
    this.#clock = clock;
    this.#say = say;
    this.#joiner = new LongSmsJoiner(JOINER_LIMITS, ({ sender, total, missing }) =>
      say(`SMS from ${printable(sender)} is incomplete, ${missing.length} of ${total} parts did not come`),
    );
  }

  /** `account` is whose session it is. */
  tell(account: string, event: SpEvent): void {
    const text = event.kind === 'message' ? this.#messageText(account, event.deliver) : eventText(event);
    if (text !== undefined) this.#say(text);
  }

  /** Undefined for a part of a long message that is not complete yet. */
  #messageText(account: string, deliver: BodyOf<'deliver'>): string | undefined {
    const { srcTerminalId: sender, destId: receiver, tpUdhi, msgFmt, msgContent } = deliver;
    const joined = this.#joiner.push({ account, sender, receiver, tpUdhi, msgContent }, this.#clock.nowMs());
    if (joined.kind !== 'whole') return undefined;
    const from = `SMS from ${printable(sender)} to ${printable(receiver)}`;
    return `${from} (${msgFmtName(msgFmt)}): ${quoted(decodeText(joined.content, msgFmt))}`;
  }
}

function eventText(event: Exclude<SpEvent, { readonly kind: 'message' }>): string {
  switch (event.kind) {
    case 'connected':
      return `connected to ${event.remote} from ${event.local}`;
    case 'not-connected':
      return event.why;
    case 'logged-in':
      return `CONNECT_RESP status 0 (ok): ${printable(event.account)} is logged in, CMPP ${event.version}`;
    case 'login-refused':
      return `CONNECT_RESP status ${event.status} (${connectStatusName(event.status)}): ${printable(event.account)} is refused`;
    case 'submitted':
      return submittedText(event.submission);
    case 'answered':
      return answeredText(event);
    case 'unanswered':
      return `SUBMIT ${event.submission.number} has no answer: ${event.why}`;
    case 'surplus-answer':
      return `SUBMIT_RESP that is ${event.why}, Sequence_Id ${event.sequenceId}`;
    case 'report':
      return reportText(event.report);
    case 'wrong':
      return `wrong: ${event.what}`;
    case 'ended':
      break;
  }
  return `session ended: ${event.why}`;
}

function submittedText({ number, submit }: Submission): string {
  const { msgFmt, pkTotal, pkNumber, tpUdhi, msgContent, destTerminalIds } = submit;
  const part = pkTotal > 1 ? `, part ${pkNumber} of ${pkTotal}` : '';
  const text = quoted(decodeText(readUserData(tpUdhi, msgContent).body, msgFmt));
  return `SUBMIT ${number} to ${destTerminalIds.map(printable).join(',')} (${msgFmtName(msgFmt)}${part}): ${text}`;
}

function answeredText({ submission, msgId, result, waitedMs }: SpEvent & { readonly kind: 'answered' }): string {
  const answer = `SUBMIT_RESP ${submission.number}: result ${result} (${submitResultName(result)})`;
  return `${answer}, ${result === 0 ? `${msgIdText(msgId)}, ` : ''}after ${waitedMs.toFixed(1)} ms`;
}

function msgIdText(msgId: bigint): string {
  const { month, day, hour, minute, second, gatewayCode, sequence } = msgIdParts(msgId);
  const [mon, dd, hh, min, ss] = [month, day, hour, minute, second].map((value) => String(value).padStart(2, '0'));
  const parts = `${mon}-${dd} ${hh}:${min}:${ss}, gateway ${gatewayCode}, sequence ${sequence}`;
  return `Msg_Id ${formatMsgId(msgId)} (${parts})`;
}

function reportText({ destTerminalId, stat, msgId, submitTime, doneTime }: StatusReport): string {
  const times = `submitted ${printable(submitTime)}, done ${printable(doneTime)}`;
  const said = `${printable(stat)} (${statName(stat)})`;
  return `report of ${printable(destTerminalId)}: ${said}, Msg_Id ${formatMsgId(msgId)}, ${times}`;
}
