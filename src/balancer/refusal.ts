/** With which status a login is refused: the codes that SPs know (specification 3.0, 7.4.1.2). Pure. */

import type { CloseReason } from './close-reason.js';

const ILLEGAL_SOURCE_ADDRESS = 2;
const AUTH_ERROR = 3;
/** "Other error": what gateways answer to one connection too many. SPs come again later. */
const OTHER_ERROR = 5;

const STATUSES: Partial<Record<CloseReason, number>> = {
  'account-address': ILLEGAL_SOURCE_ADDRESS,
  'account-unknown': AUTH_ERROR,
  'account-secret': AUTH_ERROR,
  'account-clock': AUTH_ERROR,
  'account-locked': AUTH_ERROR,
};

/** The CONNECT_RESP's Status for this reason. */
export function refusalStatus(reason: CloseReason): number {
  return STATUSES[reason] ?? OTHER_ERROR;
}
