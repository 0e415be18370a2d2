/** What a gateway has for an account, a status report or a message from a phone, and the DELIVER it becomes. Pure. */

import type { BodyOf } from '../../cmpp/pdu.js';
import { writeStatusReport } from '../../cmpp/status-report.js';
import type { StatusReport } from '../../cmpp/status-report.js';
import type { Version } from '../../cmpp/version.js';

export interface Mail {
  readonly account: string;
  /** The DELIVER's own id, the same when it is sent again. */
  readonly msgId: bigint;
  /** The SP's number, which goes into Dest_Id. */
  readonly destId: string;
  readonly serviceId: string;
  readonly content: MailContent;
}

type MailContent =
  | { readonly kind: 'report'; readonly report: StatusReport }
  | {
      readonly kind: 'message';
      /** The phone's number. */
      readonly from: string;
      readonly tpUdhi: number;
      readonly msgFmt: number;
      readonly msgContent: Uint8Array;
    };

/** A number of 3.0 may be a pseudonym, for which 2.0 has not the room. */
const TERMINAL_ID_BYTES = { '2.0': 21, '3.0': 32 };

/** The fields of the DELIVER that brings `mail` in a session of `version`. */
export function deliverOf(mail: Mail, version: Version): Partial<BodyOf<'deliver'>> {
  const { msgId, destId, serviceId, content } = mail;
  if (content.kind === 'message') {
    const { from, tpUdhi, msgFmt, msgContent } = content;
    return { msgId, destId, serviceId, srcTerminalId: from, tpUdhi, msgFmt, msgContent };
  }
  const destTerminalId = content.report.destTerminalId.slice(0, TERMINAL_ID_BYTES[version]);
  const written = writeStatusReport({ ...content.report, destTerminalId }, version);
  if (written.kind === 'refused') throw new RangeError(`status report: ${written.why}`);
  return {
    msgId,
    destId,
    serviceId,
    srcTerminalId: destTerminalId,
    registeredDelivery: 1,
    msgContent: written.bytes,
  };
}
