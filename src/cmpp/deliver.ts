/** DELIVER, a message or a status report from the gateway to the SP (specification 3.0, 8.4.5). Pure. */

import { countedOctets, text, uint, uint64 } from './field.js';

export const deliver = {
  /** Of this DELIVER, also when it is a report: the reported SUBMIT's id is within the report. */
  msgId: uint64(),
  /** The SP's number. */
  destId: text(21),
  serviceId: text(10),
  tpPid: uint(1),
  /** 1 or 0x40: the content begins with a user data header. */
  tpUdhi: uint(1),
  /** See message-format.ts. */
  msgFmt: uint(1),
  /** The phone's number; in a report, that of the SUBMIT's destination. */
  srcTerminalId: text({ '2.0': 21, '3.0': 32 }),
  /** 0 a number, 1 a pseudonym. */
  srcTerminalType: uint({ '2.0': 0, '3.0': 1 }),
  /** 0: a message. 1: a status report, see status-report.ts. */
  registeredDelivery: uint(1),
  /** Msg_Length and Msg_Content. */
  msgContent: countedOctets(),
  /** 3.0: LinkID. 2.0: the 8 bytes of Reserved. */
  linkId: text({ '2.0': 8, '3.0': 20 }),
};

export const deliverResp = {
  msgId: uint64(),
  /** See status.ts. */
  result: uint({ '2.0': 1, '3.0': 4 }),
};
