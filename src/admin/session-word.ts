/** What a session does now, in one word. Pure. */

import type { Session } from '../balancer/session.js';

/** `moving` goes on with its server while it seeks another one; of one that is `held` nobody gets what its SP asks. */
export function wordOf({ conversation, journey, state }: Session): string {
  if (state.kind !== 'relaying' || journey?.move === undefined) return state.kind;
  return conversation?.sieve?.isHolding === true ? 'held' : 'moving';
}
