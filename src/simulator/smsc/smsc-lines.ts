/** Writes what happens at the gateways as lines for a reader: one per login, logout and SMS. Pure: the clock is given. */

import { LongSmsJoiner } from '../../cmpp/long-sms-joiner.js';
import type { IncompleteSms } from '../../cmpp/long-sms-joiner.js';
import { connectStatusName, deliverResultName, submitResultName } from '../../cmpp/status.js';
import { decodeText } from '../../cmpp/text.js';
import type { Clock } from '../../runtime/clock.js';
import { printable, quoted } from '../printable.js';
import { msgFmtName } from '../sms-text.js';
import type { SmscEvent } from './event.js';

/** Long messages of which parts are waited for. */
const JOINER_LIMITS = { mostMessages: 1000, longestWaitMs: 600_000 };

export class SmscLines {
  readonly #clock: Clock;
  readonly #say: (line: string) => void;
  readonly #joiner: LongSmsJoiner;

  constructor(clock: Clock, say: (line: string) => void) {
    this.#clock = clock;
    this.#say = say;
    this.#joiner = new LongSmsJoiner(JOINER_LIMITS, (sms) => say(incompleteLine(sms)));
  }

  /** `port` is the gateway's. */
  tell(port: number, event: SmscEvent): void {
    const text = event.kind === 'submit' ? this.#submitText(event) : eventText(event);
    if (text !== undefined) this.#say(`${port} ${text}`);
  }

  /** Undefined for a part of a long message that is not complete yet. */
  #submitText({ account, submit, result }: SmscEvent & { readonly kind: 'submit' }): string | undefined {
    const sender = printable(submit.srcId);
    const receiver = submit.destTerminalIds.map(printable).join(',');
    const from = `${printable(account)}: SMS from ${sender} to ${receiver}`;
    if (result !== 0) return `${from}, answered with result ${result} (${submitResultName(result)})`;
    const { tpUdhi, msgContent, msgFmt } = submit;
    const joined = this.#joiner.push({ account, sender, receiver, tpUdhi, msgContent }, this.#clock.nowMs());
    if (joined.kind === 'waiting') return undefined;
    if (joined.kind === 'duplicate') return `${from}, a part that came before`;
    return `${from} (${msgFmtName(msgFmt)}): ${quoted(decodeText(joined.content, msgFmt))}`;
  }
}

function eventText(event: Exclude<SmscEvent, { readonly kind: 'submit' }>): string {
  const account = printable(event.account);
  switch (event.kind) {
    case 'login':
      return `${account}: login from ${event.peer}, CMPP ${event.version}`;
    case 'login-refused':
      return `${account}: login from ${event.peer} refused with status ${event.status} (${connectStatusName(event.status)})`;
    case 'logout':
      return `${account}: logout, ${event.why}, after ${event.submits} SUBMIT${event.submits === 1 ? '' : 's'}`;
    case 'deliver-refused':
      return `${account}: answered a DELIVER with result ${event.result} (${deliverResultName(event.result)})`;
    case 'deliver-given-up':
      return `${account}: has not answered a DELIVER, which is given up`;
    case 'wrong':
      break;
  }
  return `${account === '' ? event.peer : account}: ${event.what}`;
}

function incompleteLine({ account, sender, receiver, total, missing }: IncompleteSms): string {
  const parts = `${missing.length} of ${total} parts`;
  return `${printable(account)}: SMS from ${sender} to ${receiver} is incomplete, ${parts} did not come`;
}
