/** Accounts without rules: everybody may log in, and nothing is limited; or nobody may. */

import { Accounts } from '../../src/balancer/accounts.js';
import type { AccountGate } from '../../src/balancer/accounts.js';
import type { CloseReason } from '../../src/balancer/close-reason.js';

export function openToAll(): Accounts {
  const watcher = { limited: () => undefined, lockedOut: () => undefined };
  return new Accounts({ wallMs: () => 0, networkList: () => ({ holds: () => false }), watcher });
}

/** Refuses whoever comes, for this reason. */
export function refusing(reason: CloseReason): AccountGate {
  return { admit: () => ({ kind: 'refused', reason, detail: 'refused' }), leave: never, limited: never };
}

function never(): never {
  throw new Error('nobody was let in');
}
