/** FWD, a message from one gateway to another (specification 3.0, 8.5.4). Pure. */

import { countedOctets, countedTexts, text, uint, uint64 } from './field.js';

/** 3.0 adds a pseudonym beside each number instead of widening the number, as SUBMIT does. */
const PSEUDONYM = { '2.0': 0, '3.0': 32 };
const TYPE = { '2.0': 0, '3.0': 1 };

export const fwd = {
  /** Gateway codes, such as `001001`. */
  sourceId: text(6),
  destinationId: text(6),
  /** Gateways passed. */
  nodesCount: uint(1),
  /** 0: a message to a phone. 1: one from a phone. 2 and 3: their status reports, see status-report.ts. */
  msgFwdType: uint(1),
  msgId: uint64(),
  pkTotal: uint(1),
  pkNumber: uint(1),
  registeredDelivery: uint(1),
  msgLevel: uint(1),
  serviceId: text(10),
  feeUserType: uint(1),
  feeTerminalId: text(21),
  feeTerminalPseudo: text(PSEUDONYM),
  /** The kind of subscription, as are srcUserType and destUserType. */
  feeTerminalUserType: uint(TYPE),
  tpPid: uint(1),
  tpUdhi: uint(1),
  msgFmt: uint(1),
  msgSrc: text(6),
  feeType: text(2),
  feeCode: text(6),
  validTime: text(17),
  atTime: text(17),
  srcId: text(21),
  srcPseudo: text(PSEUDONYM),
  srcUserType: uint(TYPE),
  /** 0 a number, 1 a pseudonym. */
  srcType: uint(TYPE),
  /** DestUsr_tl and Dest_Id. The specification has a list here, and asks for one entry. */
  destIds: countedTexts(21, { least: 1, most: 99 }),
  destPseudo: text(PSEUDONYM),
  destUserType: uint(TYPE),
  /** Msg_Length and Msg_Content. */
  msgContent: countedOctets(),
  /** 3.0: LinkID. 2.0: the 8 bytes of Reserve. */
  linkId: text({ '2.0': 8, '3.0': 20 }),
};

export const fwdResp = {
  msgId: uint64(),
  pkTotal: uint(1),
  pkNumber: uint(1),
  result: uint({ '2.0': 1, '3.0': 4 }),
};
