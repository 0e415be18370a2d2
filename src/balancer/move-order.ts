/** Why a session is to move, where to, and by which rules. Pure. */

import type { CloseReason } from './close-reason.js';
import type { Server } from './server.js';

/** Why sessions move; the log's word. */
export type MoveCause =
  | 'server-marked-down'
  | 'server-lost'
  | 'server-reset'
  | 'server-terminate'
  | 'server-silent'
  | 'drain'
  | 'rebalance'
  | 'backup-released'
  | 'server-removed';

export interface MoveOrder {
  readonly cause: MoveCause;
  /** Where to, and nowhere else as long as its server is well; left out: wherever it belongs. */
  readonly wanted?: Server | undefined;
}

export interface MoveRules {
  /** How long the former server and the client get to answer what they were asked. */
  readonly moveTimeoutMs: number;
  /** How long a session may be without any server. */
  readonly holdTimeoutMs: number;
}

/** Of a server that is lost for this reason. */
export function causeOf(reason: CloseReason): MoveCause {
  if (reason === 'server-silent') return reason;
  return reason === 'server-reset' || reason === 'server-frame' ? 'server-reset' : 'server-lost';
}
