/** QUERY, which asks the gateway for a day's counts, and CANCEL (specification 3.0, 8.4.4 and 8.4.6). Pure. */

import { text, uint, uint64 } from './field.js';

export const query = {
  /** YYYYMMDD */
  time: text(8),
  /** 0: of all services. 1: of the service that queryCode names. */
  queryType: uint(1),
  queryCode: text(10),
  reserve: text(8),
};

export const queryResp = {
  time: text(8),
  queryType: uint(1),
  queryCode: text(10),
  /** MT, from the SP: messages taken, users taken, sent, waiting, failed. */
  mtTlMsg: uint(4),
  mtTlUsr: uint(4),
  mtScs: uint(4),
  mtWt: uint(4),
  mtFl: uint(4),
  /** MO, to the SP: sent, waiting, failed. */
  moScs: uint(4),
  moWt: uint(4),
  moFl: uint(4),
};

export const cancel = {
  msgId: uint64(),
};

export const cancelResp = {
  /** 0: done. 1: failed. */
  successId: uint({ '2.0': 1, '3.0': 4 }),
};
