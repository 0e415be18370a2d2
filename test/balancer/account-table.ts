/** The accounts, and who tries to log in to them. */

import type { AccountMember } from '../../src/balancer/account.js';
import { NO_RULES } from '../../src/balancer/account-rules.js';
import type { AccountRules, AllowedSource, ListedAccount } from '../../src/balancer/account-rules.js';
import { Accounts } from '../../src/balancer/accounts.js';
import { NetworkList, parseAddress, parseNetwork } from '../../src/runtime/address.js';
import { signedLogin } from './signed-login.js';
import type { Signing } from './signed-login.js';

export const WALL_MS = Date.parse('2026-11-22T03:00:00Z');
export const secret = { reveal: () => 'secret' };

export function listed(account: string, rules: Partial<AccountRules> = {}): ListedAccount {
  return { ...NO_RULES, ...rules, account };
}

export class Member implements AccountMember {
  activityMs = 0;
  readonly told: string[] = [];

  lastHeardMs(): number {
    return this.activityMs;
  }

  makeWay(nowMs: number): void {
    this.told.push(`makes way at ${nowMs}`);
  }

  limitsChanged(): void {
    this.told.push('limits changed');
  }
}

export class AccountTable {
  nowMs = 0;
  readonly lockedOut: string[] = [];
  readonly accounts = new Accounts({
    wallMs: () => WALL_MS + this.nowMs,
    networkList: (networks) => new NetworkList(networks),
    watcher: {
      limited: () => undefined,
      lockedOut: (account, source) => this.lockedOut.push(`${account} ${source.join('.')}`),
    },
  });

  constructor(rules: readonly ListedAccount[], unlisted: AccountRules | 'refuse' = NO_RULES) {
    this.accounts.use({ listed: rules, unlisted: unlisted === 'refuse' ? undefined : unlisted }, 0);
  }

  /** `in`, or why not. */
  tries(account: string, from = '10.0.0.1', signing: Signing = {}, member: AccountMember = new Member()): string {
    const source = from === 'unix' ? new Uint8Array(0) : (parseAddress(from) ?? new Uint8Array(0));
    const login = signedLogin(account, { wallMs: WALL_MS + this.nowMs, ...signing });
    const outcome = this.accounts.admit(login, source, member, this.nowMs);
    return outcome.kind === 'refused' ? outcome.reason : 'in';
  }

  figures(account: string) {
    return this.accounts.figures().find((figures) => figures.account === account);
  }
}

export function networks(...texts: readonly string[]): readonly AllowedSource[] {
  return texts.map((text) => {
    const network = parseNetwork(text);
    return network === undefined ? ({ kind: 'unix' } as const) : ({ kind: 'network', network } as const);
  });
}
