/** The figures of accounts, read from what is counted of them and from their living sessions. */

import { CommandId } from '../cmpp/header.js';
import { printableBytes } from '../log/escape.js';
import type { AccountBook, AccountCounters } from '../stats/accounts.js';
import { MOST_SHOWN_ACCOUNTS } from '../stats/snapshot.js';
import type { AccountFigures, AccountSums, AccountsFigures } from '../stats/snapshot.js';
import { addedUp } from '../stats/tally.js';
import type { LivingTraffic } from './living-traffic.js';

type Entry = readonly [string, AccountCounters];

/** Those with the most sessions at once come first, and of equals the one that was there first. */
export function accountsFigures(book: AccountBook, living: LivingTraffic): AccountsFigures {
  const ranked = [...book.entries()].sort(([, one], [, other]) => other.sessions.most - one.sessions.most);
  const others = ranked.slice(MOST_SHOWN_ACCOUNTS);
  return {
    leading: ranked.slice(0, MOST_SHOWN_ACCOUNTS).map((entry) => accountFigures(entry, living)),
    others: { accounts: others.length, ...sumOf(others, living) },
  };
}

export function accountFigures([account, counters]: Entry, living: LivingTraffic): AccountFigures {
  return {
    name: printableBytes(account),
    ...sumsOf(account, counters, living),
    sessionsMost: counters.sessions.most,
    lastLoginWallMs: counters.lastLoginWallMs ?? null,
  };
}

function sumsOf(account: string, { sessions, refused, traffic }: AccountCounters, living: LivingTraffic): AccountSums {
  const now = living.ofAccount(account);
  const { bytesIn, bytesOut, pdusIn, pdusOut, submitsNotAccepted } = traffic.plus([now]);
  return {
    sessionsNow: sessions.now,
    sessionsTotal: sessions.arrivals.total,
    refused: refused.counts,
    bytesIn,
    bytesOut,
    submits: pdusIn[CommandId.submit] ?? 0,
    submitsNotAccepted,
    delivers: pdusOut[CommandId.deliver] ?? 0,
    unansweredNow: now.unanswered,
    unansweredTotal: traffic.unanswered,
  };
}

function sumOf(entries: readonly Entry[], living: LivingTraffic): AccountSums {
  const each = entries.map(([account, counters]) => sumsOf(account, counters, living));
  const sum = (read: (sums: AccountSums) => number) => each.reduce((total, sums) => total + read(sums), 0);
  return {
    sessionsNow: sum(({ sessionsNow }) => sessionsNow),
    sessionsTotal: sum(({ sessionsTotal }) => sessionsTotal),
    refused: addedUp(each.map(({ refused }) => refused)),
    bytesIn: sum(({ bytesIn }) => bytesIn),
    bytesOut: sum(({ bytesOut }) => bytesOut),
    submits: sum(({ submits }) => submits),
    submitsNotAccepted: sum(({ submitsNotAccepted }) => submitsNotAccepted),
    delivers: sum(({ delivers }) => delivers),
    unansweredNow: sum(({ unansweredNow }) => unansweredNow),
    unansweredTotal: sum(({ unansweredTotal }) => unansweredTotal),
  };
}
