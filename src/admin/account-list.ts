/** The accounts that are logged in, each with what its living sessions add up to. Pure. */

import { PDU_NAMES } from '../balancer/frame-flow.js';
import { printableBytes } from '../log/escape.js';
import type { Guest } from '../proxy/guest.js';
import { serverOf } from './session-list.js';

export interface AccountRow {
  /** With every byte that is not visible ASCII as `\xNN`. */
  readonly account: string;
  readonly sessions: number;
  /** `smsc/server1`, and how many of its sessions are there. */
  readonly servers: Readonly<Record<string, number>>;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Of the living sessions. */
  readonly submits: number;
  readonly delivers: number;
  readonly unanswered: number;
  /** Of its oldest session. */
  readonly ageMs: number;
}

export interface AccountList {
  readonly total: number;
  readonly found: number;
  readonly accounts: readonly AccountRow[];
}

const SUBMIT_AT = PDU_NAMES.indexOf('SUBMIT');
const DELIVER_AT = PDU_NAMES.indexOf('DELIVER');

class AccountSums {
  sessions = 0;
  bytesIn = 0;
  bytesOut = 0;
  unanswered = 0;
  ageMs = 0;
  readonly servers = new Map<string, number>();
  readonly pdusIn: number[] = [];
  readonly pdusOut: number[] = [];

  add(guest: Guest, nowMs: number): void {
    const { session } = guest.driver;
    const server = `${guest.service.name}/${serverOf(guest) ?? '-'}`;
    this.servers.set(server, (this.servers.get(server) ?? 0) + 1);
    this.sessions += 1;
    this.bytesIn += session.receivedBytes;
    this.ageMs = Math.max(this.ageMs, Math.round(nowMs - session.acceptedAtMs));
    const { relay } = session.conversation ?? {};
    if (relay === undefined) return;
    this.bytesOut += relay.server.bytes;
    this.unanswered += relay.client.unanswered;
    relay.client.addCounts(this.pdusIn);
    relay.server.addCounts(this.pdusOut);
  }
}

/** Those with the most sessions first. `search` is a part of the account, in letters of any size. */
export function listAccounts(guests: readonly Guest[], search: string, limit: number, nowMs: number): AccountList {
  const wanted = search.trim().toLowerCase();
  const byAccount = new Map<string, AccountSums>();
  for (const guest of guests) {
    const account = guest.driver.session.login?.account;
    if (account === undefined) continue;
    const sums = byAccount.get(account) ?? new AccountSums();
    byAccount.set(account, sums);
    sums.add(guest, nowMs);
  }
  const found = Array.from(byAccount, ([account, sums]): [string, AccountSums] => [printableBytes(account), sums])
    .filter(([account]) => account.toLowerCase().includes(wanted))
    .sort(([one, left], [other, right]) => right.sessions - left.sessions || (one < other ? -1 : 1));
  return {
    total: byAccount.size,
    found: found.length,
    accounts: found.slice(0, limit).map(([account, sums]) => rowOf(account, sums)),
  };
}

function rowOf(account: string, sums: AccountSums): AccountRow {
  const { sessions, bytesIn, bytesOut, unanswered, ageMs, pdusIn, pdusOut } = sums;
  const servers = Object.fromEntries([...sums.servers].sort(([one], [other]) => (one < other ? -1 : 1)));
  const submits = pdusIn[SUBMIT_AT] ?? 0;
  const delivers = pdusOut[DELIVER_AT] ?? 0;
  return { account, sessions, servers, bytesIn, bytesOut, submits, delivers, unanswered, ageMs };
}
