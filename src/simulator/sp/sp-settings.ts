/** How a simulated SP logs in and behaves. Pure. */

import type { Version } from '../../cmpp/version.js';
import type { HeartbeatLimits } from '../heartbeat.js';

/** What an SP logs in with. */
export interface Login {
  /** At most six characters. */
  readonly account: string;
  readonly secret: string;
}

export interface SpSettings {
  /** What the CONNECT claims; the session is in the edition of its answer. */
  readonly version: Version;
  /** SUBMITs without an answer at most. */
  readonly windowSize: number;
  /** How long a SUBMIT's answer may take. It is not sent again, so that every one can be accounted for. */
  readonly answerTimeoutMs: number;
  /** Undefined: no ACTIVE_TEST of its own. */
  readonly heartbeat: HeartbeatLimits | undefined;
  readonly connectTimeoutMs: number;
  /** How long the answer to the CONNECT may take. */
  readonly loginTimeoutMs: number;
  /** How long the answer to a TERMINATE may take. */
  readonly terminateTimeoutMs: number;
}

/** The specification's suggestions (7.1) where it has one. */
export const DEFAULT_SP_SETTINGS: SpSettings = {
  version: '3.0',
  windowSize: 16,
  answerTimeoutMs: 60_000,
  heartbeat: { idleMs: 60_000, answerTimeoutMs: 60_000, tries: 3 },
  connectTimeoutMs: 5000,
  loginTimeoutMs: 10_000,
  terminateTimeoutMs: 2000,
};
