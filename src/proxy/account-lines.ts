/** Tells the log of accounts that are limited or locked out: of each one at most once a minute. */

import type { Account } from '../balancer/account.js';
import type { AccountsRules } from '../balancer/account-rules.js';
import { Accounts } from '../balancer/accounts.js';
import type { AccountsWatcher } from '../balancer/accounts.js';
import { ATTEMPTS, LOCK_MS } from '../balancer/lockout.js';
import { printableBytes } from '../log/escape.js';
import type { Log } from '../log/log.js';
import { NetworkList, formatAddress } from '../runtime/address.js';
import type { Network } from '../runtime/address.js';
import type { Clock } from '../runtime/clock.js';

const SECOND_MS = 1000;
const PERIOD_MS = 60 * SECOND_MS;
const IPV6_BYTES = 16;

type Counts = Pick<Account, 'rejected' | 'delayed' | 'delayedMs'>;

/** The table of accounts, and who tells the log of them. */
export function createAccounts(
  rules: AccountsRules,
  log: Log,
  clock: Clock,
): { readonly accounts: Accounts; readonly lines: AccountLines } {
  const lines = new AccountLines(log, clock);
  const accounts = new Accounts({ wallMs: () => clock.wallMs(), networkList: listOf, watcher: lines });
  accounts.use(rules, clock.nowMs());
  return { accounts, lines };
}

function listOf(networks: readonly Network[]): NetworkList {
  return new NetworkList(networks);
}

/** What was told of an account. */
interface Told {
  readonly counts: Counts;
  readonly atMs: number;
  readonly cancel: () => void;
}

export class AccountLines implements AccountsWatcher {
  readonly #log: Log;
  readonly #clock: Clock;
  /** Those of whom there may be more to tell. */
  readonly #told = new Map<Account, Told>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  limited(account: Account): void {
    if (this.#told.has(account)) return;
    const { rejected, delayed } = account;
    // The one that was just counted is the first.
    const isDelayed = account.rules.overRate === 'delay';
    const first = { rejected: isDelayed ? 0 : 1, delayed: isDelayed ? 1 : 0, delayedMs: 0 };
    this.#tell(account, first, 0);
    this.#note(account, { rejected, delayed, delayedMs: account.delayedMs });
  }

  lockedOut(account: string, source: Uint8Array): void {
    const address = source.length === 0 ? 'unix:' : formatAddress(source);
    const from = source.length === IPV6_BYTES ? `${address}/64` : address;
    const values = { account: printableBytes(account), from, attempts: ATTEMPTS, seconds: LOCK_MS / SECOND_MS };
    this.#log.event('account-locked-out', values);
  }

  /** Tells what was not told yet. There is nothing more to come. */
  stop(): void {
    for (const [account, { cancel }] of this.#told) {
      cancel();
      this.#sum(account);
    }
    this.#told.clear();
  }

  #note(account: Account, { rejected, delayed, delayedMs }: Counts): void {
    const cancel = this.#clock.after(PERIOD_MS, () => {
      if (this.#sum(account)) this.#note(account, account);
      else this.#told.delete(account);
    });
    this.#told.set(account, { counts: { rejected, delayed, delayedMs }, atMs: this.#clock.nowMs(), cancel });
  }

  /** Returns whether there was something to tell. */
  #sum(account: Account): boolean {
    const told = this.#told.get(account);
    if (told === undefined) return false;
    const { counts, atMs } = told;
    const since = {
      rejected: account.rejected - counts.rejected,
      delayed: account.delayed - counts.delayed,
      delayedMs: account.delayedMs - counts.delayedMs,
    };
    if (since.rejected + since.delayed + since.delayedMs === 0) return false;
    this.#tell(account, since, Math.round((this.#clock.nowMs() - atMs) / SECOND_MS));
    return true;
  }

  #tell(account: Account, counts: Counts, seconds: number): void {
    const values = { account: printableBytes(account.name), seconds, sessions: account.members.size };
    this.#log.event('account-limited', { ...values, ...counts });
  }
}
