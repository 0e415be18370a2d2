/** How an SMSC simulator behaves when nothing is wrong, for all of its gateways. Pure. */

import type { HeartbeatLimits } from '../heartbeat.js';
import type { WindowLimits } from '../request-window.js';

export interface SmscSettings {
  /** Shared secrets by account; undefined lets every account in. */
  readonly secrets: ReadonlyMap<string, string> | undefined;
  /** Undefined: no status reports. */
  readonly reports: ReportSettings | undefined;
  /** For its DELIVERs. */
  readonly window: WindowLimits;
  /** Undefined: no ACTIVE_TEST of its own. */
  readonly heartbeat: HeartbeatLimits | undefined;
  /** Messages from phones to every session; 0 is none. */
  readonly mobileOriginatedPerSecond: number;
  /** How long a connection may take to log in. */
  readonly loginTimeoutMs: number;
  /** How long the answer to a TERMINATE may take. */
  readonly terminateTimeoutMs: number;
}

interface ReportSettings {
  /** From the SUBMIT_RESP to the report. */
  readonly delayMs: number;
  /** Seven characters, such as DELIVRD. */
  readonly stat: string;
}

/** The specification's suggestions (7.1) where it has one. */
export const DEFAULT_SMSC_SETTINGS: SmscSettings = {
  secrets: undefined,
  reports: { delayMs: 1000, stat: 'DELIVRD' },
  window: { windowSize: 16, answerTimeoutMs: 60_000, tries: 3 },
  heartbeat: { idleMs: 60_000, answerTimeoutMs: 60_000, tries: 3 },
  mobileOriginatedPerSecond: 0,
  loginTimeoutMs: 30_000,
  terminateTimeoutMs: 2000,
};
