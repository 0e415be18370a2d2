/** For worlds in which sessions end with their server: the rules for that, and what then never happens. */

import type { AccountGate } from '../../src/balancer/accounts.js';
import type { SessionParts, SessionRules } from '../../src/balancer/session-state.js';
import { openToAll } from './open-accounts.js';

export const STAYING_RULES = {
  onLinkLost: 'close',
  inDoubt: 'reject',
  moveTimeoutMs: 1,
  holdTimeoutMs: 1,
  heartbeat: { client: undefined, server: undefined },
} as const satisfies Partial<SessionRules>;

/** The port's and the watcher's part of moving. */
export abstract class StayingSession {
  readonly accounts: AccountGate = openToAll();
  readonly signLogin: SessionParts['signLogin'] = () => undefined;

  promote(): never {
    throw new Error('it has moved');
  }

  moved(): never {
    throw new Error('it has moved');
  }

  stayed(): never {
    throw new Error('it was to move');
  }

  limited(): never {
    throw new Error('no account has a limit here');
  }

  doubted(): never {
    throw new Error('something is in doubt');
  }
}
