/** Counts what becomes of an account's sessions. */

import type { CloseReason } from '../balancer/close-reason.js';
import type { Conversation } from '../balancer/conversation.js';
import type { Session } from '../balancer/session.js';
import { addClientTraffic, addRelayed } from '../balancer/session-traffic.js';
import type { Clock } from '../runtime/clock.js';
import type { SessionTotals } from '../stats/session-totals.js';

type Books = Pick<SessionTotals, 'accounts'>;

/** A server has the session. */
export function noteStart({ accounts }: Books, { login }: Session, clock: Pick<Clock, 'nowMs' | 'wallMs'>): void {
  if (login !== undefined) accounts.entered(login.account, clock.nowMs(), clock.wallMs());
}

/** A session has left a server, with whom this was said. */
export function noteMove({ accounts }: Books, { login }: Session, from: Conversation): void {
  const counters = login && accounts.of(login.account);
  if (counters !== undefined && from.startedAtMs !== undefined) addRelayed(counters.traffic, from);
}

/** A session is closed; whose it was is known if it came so far. */
export function noteEnd({ accounts }: Books, session: Session, reason: CloseReason): void {
  const { conversation, login } = session;
  if (login === undefined) return;
  if (conversation?.startedAtMs === undefined) accounts.refused(login.account, reason);
  else addClientTraffic(accounts.left(login.account), session);
}
