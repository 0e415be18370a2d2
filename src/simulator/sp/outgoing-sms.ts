/** An SMS that an SP sends, as the SUBMITs that it takes. Pure. */

import { splitText } from '../../cmpp/long-sms.js';
import { encode, makePdu } from '../../cmpp/pdu.js';
import type { BodyOf } from '../../cmpp/pdu.js';
import { quoted } from '../printable.js';
import { msgFmtFor, msgFmtName } from '../sms-text.js';

export interface OutgoingSms {
  /** 1 to 99 numbers, which get it by one group SUBMIT. */
  readonly to: readonly string[];
  /** For the binary formats 3 and 4: hexadecimal digits. */
  readonly text: string;
  /** `auto`: ASCII when the text can be written in it, else UCS2. */
  readonly msgFmt: number | 'auto';
}

/** What is the same in all SUBMITs of an SP. */
export interface Sender {
  /** Goes into Msg_src. */
  readonly account: string;
  /** The number that receivers see. */
  readonly srcId: string;
  readonly serviceId: string;
  readonly wantsReport: boolean;
}

export type SubmitBody = BodyOf<'submit'>;

export type Submits =
  | { readonly kind: 'submits'; readonly submits: readonly SubmitBody[] }
  | { readonly kind: 'refused'; readonly why: string };

/** One SUBMIT, or several of a long text, whose parts `reference` (0 to 255) joins. Refuses what cannot be sent as it is. */
export function submitsOf(sms: OutgoingSms, sender: Sender, reference: number): Submits {
  const msgFmt = sms.msgFmt === 'auto' ? msgFmtFor(sms.text) : sms.msgFmt;
  const split = splitText(sms.text, msgFmt, { reference, referenceBits: 8 });
  if (split.kind === 'unmappable') return { kind: 'refused', why: unmappableText(msgFmt, split.characters) };
  if (split.kind === 'too-long') {
    return { kind: 'refused', why: `the text needs ${split.partsNeeded} parts, a long SMS has at most 255` };
  }
  const submits = split.parts.map((part): SubmitBody =>
    makePdu('submit', 0, {
      ...part,
      msgFmt,
      registeredDelivery: sender.wantsReport ? 1 : 0,
      serviceId: sender.serviceId,
      // The SP pays, nothing.
      feeUserType: 2,
      feeType: '01',
      feeCode: '0',
      msgSrc: sender.account,
      srcId: sender.srcId,
      destTerminalIds: sms.to,
    }),
  );
  const refusal = submits.map((submit) => refusalOf(submit)).find((why) => why !== undefined);
  return refusal === undefined ? { kind: 'submits', submits } : { kind: 'refused', why: refusal };
}

function refusalOf(submit: SubmitBody): string | undefined {
  // A session's edition is known only when it is logged in; of the fields that are used here, 2.0's are the narrower.
  const encoded = encode({ ...submit, command: 'submit', sequenceId: 0 }, '2.0');
  return encoded.kind === 'refused' ? encoded.why : undefined;
}

function unmappableText(msgFmt: number, characters: readonly string[]): string {
  const named = characters.map(quoted).join(', ');
  const advice = msgFmt === 3 || msgFmt === 4 ? 'write pairs of hexadecimal digits' : 'write it with Msg_Fmt 8';
  return `${msgFmtName(msgFmt)} has no ${named}: ${advice}`;
}
