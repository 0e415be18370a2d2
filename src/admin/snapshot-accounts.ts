/** The figures of accounts, read from what is counted of them and from their living sessions. */

import { CommandId } from '../cmpp/header.js';
import { printableBytes } from '../log/escape.js';
import type { AccountBook, AccountCounters } from '../stats/accounts.js';
import { MOST_SHOWN_ACCOUNTS } from '../stats/snapshot.js';
import type { AccountFigures, AccountSums, AccountsFigures } from '../stats/snapshot.js';
import { Tally } from '../stats/tally.js';
import { Traffic } from '../stats/traffic.js';
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

export function accountFigures(entry: Entry, living: LivingTraffic): AccountFigures {
  const [account, { sessions, lastLoginWallMs }] = entry;
  return {
    name: printableBytes(account),
    ...sumOf([entry], living),
    sessionsMost: sessions.most,
    lastLoginWallMs: lastLoginWallMs ?? null,
  };
}

/** There may be 10,000, and messages wait meanwhile: so first the counters are summed up, and then read. */
function sumOf(entries: readonly Entry[], living: LivingTraffic): AccountSums {
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
  };
}
