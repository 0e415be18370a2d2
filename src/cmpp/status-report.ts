/** The status report that a DELIVER with Registered_Delivery 1 carries as its content (specification 3.0, 8.4.5.1). Pure. */

import { text, uint, uint64 } from './field.js';
import { readValues, writeValues } from './layout.js';
import type { ValuesOf, WrittenValues } from './layout.js';
import type { Version } from './version.js';

const statusReport = {
  /** Of the reported SUBMIT: what its SUBMIT_RESP said, or in a group one of the ids that follow. */
  msgId: uint64(),
  /** See status.ts. */
  stat: text(7),
  /** YYMMDDHHMM, as is doneTime; see timestamp.ts. */
  submitTime: text(10),
  doneTime: text(10),
  destTerminalId: text({ '2.0': 21, '3.0': 32 }),
  smscSequence: uint(4),
};

export type StatusReport = ValuesOf<typeof statusReport>;

export type ReadReport =
  | { readonly kind: 'report'; readonly version: Version; readonly report: StatusReport }
  | { readonly kind: 'malformed'; readonly why: string };

/**
 * Reads a DELIVER's Msg_Content. Its length alone says which edition's report it is, 60 bytes 2.0's and 71 bytes 3.0's:
 * gateways send either in sessions of either edition.
 */
export function readStatusReport(msgContent: Uint8Array): ReadReport {
  const version = msgContent.length > 60 ? '3.0' : '2.0';
  const read = readValues(statusReport, msgContent, 0, version);
  return read.kind === 'values' ? { kind: 'report', version, report: read.values } : read;
}

/** The Msg_Content for a report: 60 bytes in 2.0, 71 in 3.0. Refuses what the fields cannot hold. */
export function writeStatusReport(report: StatusReport, version: Version): WrittenValues {
  return writeValues(statusReport, report, 0, version);
}
