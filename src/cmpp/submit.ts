/** SUBMIT, a message from the SP to the gateway (specification 3.0, 8.4.3). Pure. */

import { countedOctets, countedTexts, text, uint, uint64 } from './field.js';

/** 3.0 has room for a pseudonym in place of a number. */
const TERMINAL_ID = { '2.0': 21, '3.0': 32 };
const TERMINAL_TYPE = { '2.0': 0, '3.0': 1 };

export const submit = {
  /** 0 from an SP; the gateway gives the message its id in SUBMIT_RESP. */
  msgId: uint64(),
  /** How many parts a long message has, and which this is, from 1. Not to be trusted: see user-data-header.ts. */
  pkTotal: uint(1),
  pkNumber: uint(1),
  /** 1: a status report is wanted. 2, in 2.0 only: a call detail record. */
  registeredDelivery: uint(1),
  msgLevel: uint(1),
  serviceId: text(10),
  /** Who is charged: 0 the destination, 1 the source, 2 the SP, 3 see feeTerminalId. */
  feeUserType: uint(1),
  /** 2.0 calls this an integer, so that some clients fill it with the digit 0. */
  feeTerminalId: text(TERMINAL_ID),
  /** 0 a number, 1 a pseudonym. */
  feeTerminalType: uint(TERMINAL_TYPE),
  tpPid: uint(1),
  /** 1 or 0x40: the content begins with a user data header. */
  tpUdhi: uint(1),
  /** See message-format.ts. */
  msgFmt: uint(1),
  /** The SP's id, as in CONNECT's Source_Addr. */
  msgSrc: text(6),
  /** `01` free, `02` a fee for each message, `03` a fee for each month; in 2.0 also `04` and `05`. */
  feeType: text(2),
  /** In fen (0.01 yuan). */
  feeCode: text(6),
  /** SMPP 3.3's absolute time, YYMMDDhhmmsstnnp, as is atTime. */
  validTime: text(17),
  atTime: text(17),
  /** The number that the receiver sees. */
  srcId: text(21),
  /** DestUsr_tl and Dest_terminal_Id. */
  destTerminalIds: countedTexts(TERMINAL_ID, { least: 1, most: 99 }),
  destTerminalType: uint(TERMINAL_TYPE),
  /** Msg_Length and Msg_Content. */
  msgContent: countedOctets(),
  /** 3.0: LinkID. 2.0: the 8 bytes of Reserve. */
  linkId: text({ '2.0': 8, '3.0': 20 }),
};

export const submitResp = {
  /** Of the first destination; a group's other ids follow it, see msg-id.ts. */
  msgId: uint64(),
  /** See status.ts. */
  result: uint({ '2.0': 1, '3.0': 4 }),
};
