/** What is refused in the keys of accounts. Pure. */

import { accountOfKey } from './account-name.js';
import type { PartialConfigFile } from './file-schema.js';
import type { Path } from './problem.js';
import type { Finding, Placed, Rule } from './rule.js';
import { fetchSecret } from './secret.js';

type PartialAccount = NonNullable<PartialConfigFile['accounts']>[string];

export function accountsOf({ accounts = {} }: PartialConfigFile): Placed<PartialAccount>[] {
  return Object.entries(accounts).map(([name, section]) => ({ name, path: ['accounts', name], section }));
}

const knownName: Rule = {
  summary: 'an account that is no Source_Addr, or that is listed twice',
  find: (file) => {
    const first = new Map<string, string>();
    return accountsOf(file).flatMap(({ name, path }): Finding[] => {
      const named = accountOfKey(name);
      if (named.kind === 'fault') return [{ at: [path], message: named.message, from: [] }];
      const earlier = first.get(named.account);
      first.set(named.account, name);
      if (earlier === undefined) return [];
      return [{ at: [path], message: `is the account ${earlier} in another spelling; remove one`, from: [] }];
    });
  },
};

const secretIsThere: Rule = {
  summary: 'an account’s `shared-secret` whose environment variable or file is missing, unreadable or empty',
  find: (file, { secrets }) =>
    accountsOf(file).flatMap(({ path, section }) => {
      const reference = section['shared-secret'];
      const found = reference && fetchSecret(reference, secrets);
      return found?.kind === 'missing' ? [{ at: [[...path, 'shared-secret']], message: found.message, from: [] }] : [];
    }),
};

/** Keys that say nothing without one of others, and what to write. */
const NEEDS: readonly { readonly key: string; readonly others: readonly string[]; readonly advice: string }[] = [
  { key: 'burst', others: ['submit-rate'], advice: 'write the rate that it belongs to, such as 500/s' },
  { key: 'over-rate', others: ['submit-rate', 'window'], advice: 'write a limit, or remove it' },
  { key: 'on-max-connections', others: ['max-connections'], advice: 'write how many there may be, or remove it' },
  { key: 'clock-window', others: ['shared-secret'], advice: 'anybody may write any Timestamp who need not sign it' },
];

const needsOther: Rule = {
  summary:
    '`burst` without `submit-rate`, `over-rate` without a limit, `on-max-connections` without `max-connections`, or `clock-window` without `shared-secret`',
  find: (file, { isWritten }) => {
    const sections: Path[] = [...accountsOf(file).map(({ path }) => path), ['default-account']];
    return sections.flatMap((path) =>
      NEEDS.flatMap(({ key, others, advice }) => {
        const place = [...path, key];
        const needed = others.map((other) => [...path, other]);
        if (!isWritten(place) || needed.some((other) => isWritten(other))) return [];
        return [{ at: [place], message: `needs ${others.join(' or ')} beside it; ${advice}`, from: needed }];
      }),
    );
  },
};

export const accountRules: readonly Rule[] = [knownName, secretIsThere, needsOther];
