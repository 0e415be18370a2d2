/** Messages that phones send to an SP: one text as the mail of one message or of a long one's parts. Pure: the clock is given. */

import { splitText } from '../../cmpp/long-sms.js';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import { msgFmtFor } from '../sms-text.js';
import type { Gateway } from './gateway.js';
import type { Mail } from './mail.js';

export interface PhoneMessage {
  readonly account: string;
  /** The phone's number. */
  readonly from: string;
  /** The SP's number. */
  readonly destId: string;
  readonly text: string;
}

export type PhoneMails =
  { readonly kind: 'mails'; readonly mails: readonly Mail[] } | { readonly kind: 'refused'; readonly why: string };

/** In ASCII where the text can be written in it, else in UCS2. `reference` joins the parts of a long one: 0 to 255. */
export function mailsOf(
  { account, from, destId, text }: PhoneMessage,
  gateway: Gateway,
  reference: number,
): PhoneMails {
  const msgFmt = msgFmtFor(text);
  const split = splitText(text, msgFmt, { reference, referenceBits: 8 });
  if (split.kind === 'unmappable') return { kind: 'refused', why: 'the text has half a character in it' };
  if (split.kind === 'too-long') return { kind: 'refused', why: `the text needs ${split.partsNeeded} parts of 255` };
  const mails = split.parts.map(({ tpUdhi, msgContent }): Mail => {
    const content = { kind: 'message', from, tpUdhi, msgFmt, msgContent } as const;
    return { account, msgId: gateway.takeMsgIds(1), destId, serviceId: '', content };
  });
  return { kind: 'mails', mails };
}

const TEXTS = ['TD', '查询余额', '您好，请问营业时间？', 'hello'];

/** Writes to the SP so often, each time from another number, until it is stopped. */
export function startPhones(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  perSecond: number,
  write: (from: string, text: string) => void,
): () => void {
  let cancelTimer: (() => void) | undefined;
  const wait = () => {
    cancelTimer = clock.after(1000 / perSecond, () => {
      const from = `139${String(random.below(100_000_000)).padStart(8, '0')}`;
      write(from, TEXTS[random.below(TEXTS.length)] ?? '');
      wait();
    });
  };
  wait();
  return () => cancelTimer?.();
}
