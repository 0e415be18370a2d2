/** CONNECT, TERMINATE and ACTIVE_TEST: the PDUs of a connection itself (specification 3.0, 8.4.1, 8.4.2, 8.4.7). Pure. */

import { octets, rest, text, uint, uint8OrEnd } from './field.js';

export const connect = {
  sourceAddr: text(6),
  /** See authenticator.ts. */
  authenticatorSource: octets(16),
  /** See version.ts. */
  version: uint(1),
  /** MMDDHHMMSS as one number; see timestamp.ts. */
  timestamp: uint(4),
};

export const connectResp = {
  /** See status.ts. */
  status: uint({ '2.0': 1, '3.0': 4 }),
  authenticatorIsmg: octets(16),
  version: uint(1),
};

export const terminate = {};
export const terminateResp = {};
export const activeTest = {};

export const activeTestResp = {
  reserved: uint8OrEnd(),
};

/** In no edition; older stacks send it to refuse a request, and what they put into it is not known. */
export const nackResp = {
  body: rest(),
};
