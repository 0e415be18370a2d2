/** The figures of accounts, read from what is counted of them and from their living sessions. */

import { CommandId } from '../cmpp/header.js';
import { printableBytes } from '../log/escape.js';
import type { AccountBook, AccountCounters } from '../stats/accounts.js';
import { MOST_SHOWN_ACCOUNTS } from '../stats/snapshot.js';
import type { AccountFigures, AccountSums, AccountsFigures, LimitedFigures } from '../stats/snapshot.js';
import { Tally } from '../stats/tally.js';
import { Traffic } from '../stats/traffic.js';
import type { LivingTraffic } from './living-traffic.js';

/** What is told of an account's limits; nothing of one that no limit has met. */
export type LimitedOf = (account: string) => LimitedFigures | undefined;

type Entry = readonly [string, AccountCounters];

/** Those with the most sessions at once come first, and of equals the one that was there first. */
export function accountsFigures(book: AccountBook, living: LivingTraffic, limitedOf: LimitedOf): AccountsFigures {
  const ranked = [...book.entries()].sort(([, one], [, other]) => other.sessions.most - one.sessions.most);
  const others = ranked.slice(MOST_SHOWN_ACCOUNTS);
  return {
    leading: ranked.slice(0, MOST_SHOWN_ACCOUNTS).map((entry) => accountFigures(entry, living, limitedOf)),
    others: { accounts: others.length, ...sumOf(others, living, limitedOf) },
  };
}

export function accountFigures(entry: Entry, living: LivingTraffic, limitedOf: LimitedOf): AccountFigures {
  const [account, { sessions, lastLoginWallMs }] = entry;
  return {
    name: printableBytes(account),
    ...sumOf([entry], living, limitedOf),
    sessionsMost: sessions.most,
    lastLoginWallMs: lastLoginWallMs ?? null,
  };
}

/** There may be 10,000, and messages wait meanwhile: so first the counters are summed up, and then read. */
function sumOf(entries: readonly Entry[], living: LivingTraffic, limitedOf: LimitedOf): AccountSums {
  const counters = entries.map(([, each]) => each);
  const busy = entries.filter(([, { sessions }]) => sessions.now > 0);
  const ended = new Traffic().plus(counters.map(({ traffic }) => traffic));
  const now = new Traffic().plus(busy.map(([account]) => living.ofAccount(account)));
  const { bytesIn, bytesOut, pdusIn, pdusOut, submitsNotAccepted } = ended.plus([now]);
  return {
    sessionsNow: counters.reduce((sum, { sessions }) => sum + sessions.now, 0),
    sessionsTotal: counters.reduce((sum, { sessions }) => sum + sessions.arrivals.total, 0),
    refused: Tally.sum(counters.map(({ refused }) => refused)),
    bytesIn,
    bytesOut,
    submits: pdusIn[CommandId.submit] ?? 0,
    submitsNotAccepted,
    delivers: pdusOut[CommandId.deliver] ?? 0,
    unansweredNow: now.unanswered,
    unansweredTotal: ended.unanswered,
    limited: limitedSum(entries, limitedOf),
  };
}

function limitedSum(entries: readonly Entry[], limitedOf: LimitedOf): LimitedFigures {
  const sum = { rejected: 0, delayed: 0, delayedMs: 0 };
  for (const [account] of entries) {
    const limited = limitedOf(account);
    if (limited === undefined) continue;
    sum.rejected += limited.rejected;
    sum.delayed += limited.delayed;
    sum.delayedMs += limited.delayedMs;
  }
  return sum;
}
