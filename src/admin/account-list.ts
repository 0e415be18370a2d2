/** Accounts that are remembered, found by their name, each with the servers where its sessions are. Pure. */

import { printableBytes } from '../log/escape.js';
import type { Guest } from '../proxy/guest.js';
import type { AccountFigures } from '../stats/snapshot.js';

/** `smsc/server1`, and how many sessions are there. */
type SessionsByServer = Readonly<Record<string, number>>;

export interface AccountRow extends AccountFigures {
  readonly servers: SessionsByServer;
}

export interface AccountList {
  readonly total: number;
  readonly found: number;
  readonly accounts: readonly AccountRow[];
}

/** Those with the most sessions first. `search` is a part of the account, in letters of any size. */
export function listAccounts(
  accounts: readonly AccountFigures[],
  guests: readonly Guest[],
  search: string,
  limit: number,
): AccountList {
  const wanted = search.trim().toLowerCase();
  const servers = serversByAccount(guests);
  const found = accounts
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((one, other) => other.sessionsNow - one.sessionsNow || (one.name < other.name ? -1 : 1));
  return {
    total: accounts.length,
    found: found.length,
    accounts: found.slice(0, limit).map((account) => ({ ...account, servers: servers.get(account.name) ?? {} })),
  };
}

/** On which servers the sessions of each account are. */
export function serversByAccount(guests: readonly Guest[]): ReadonlyMap<string, SessionsByServer> {
  const byAccount = new Map<string, Map<string, number>>();
  for (const { driver, service } of guests) {
    const { login, conversation } = driver.session;
    if (login === undefined || conversation === undefined) continue;
    const servers = byAccount.get(login.account) ?? new Map<string, number>();
    byAccount.set(login.account, servers);
    const server = `${service.name}/${conversation.server.name}`;
    servers.set(server, (servers.get(server) ?? 0) + 1);
  }
  return new Map(Array.from(byAccount, ([account, servers]) => [printableBytes(account), inOrder(servers)]));
}

function inOrder(servers: ReadonlyMap<string, number>): SessionsByServer {
  return Object.fromEntries([...servers].sort(([one], [other]) => (one < other ? -1 : 1)));
}
