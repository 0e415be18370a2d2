/** What `cmpp-lb check` warns about in the keys of accounts. Pure. */

import { accountsOf } from './account-rules.js';
import { frontendsOf, modeOf } from './rule.js';
import type { Rule } from './rule.js';
import { SECRET_IN_FILE } from './secret.js';

const KEYS = ['accounts', 'unknown-accounts', 'default-account'] as const;

const secretShown: Rule = {
  summary: 'an account’s `shared-secret` in the file itself, where everybody can read it',
  find: (file) =>
    accountsOf(file)
      .filter(({ section }) => section['shared-secret']?.kind === 'plain')
      .map(({ path }) => ({ at: [[...path, 'shared-secret']], message: SECRET_IN_FILE, from: [] })),
};

const nobodyLogsIn: Rule = {
  summary: '`accounts`, `unknown-accounts` or `default-account` without a frontend in mode cmpp, where nobody logs in',
  find: (file, { isWritten }) => {
    const modes = frontendsOf(file).map((frontend) => modeOf(file, frontend));
    if (modes.some(({ value }) => value !== 'tcp')) return [];
    return KEYS.map((key) => [key])
      .filter((path) => isWritten(path))
      .map((path) => {
        const message = 'has no effect: no frontend has mode cmpp, and elsewhere nobody logs in; remove it';
        return { at: [path], message, from: [['frontends'], ...modes.flatMap(({ from }) => from)] };
      });
  },
};

const nobodyLeft: Rule = {
  summary: '`unknown-accounts: refuse` without any account, so that nobody may log in',
  find: (file) => {
    if (file['unknown-accounts'] !== 'refuse' || accountsOf(file).length > 0) return [];
    const message = 'no account is listed, so that every login is refused; list some under accounts, or write allow';
    return [{ at: [['unknown-accounts']], message, from: [['accounts']] }];
  },
};

const limitsNobody: Rule = {
  summary: '`default-account` with `unknown-accounts: refuse`, which leaves nobody to whom it applies',
  find: (file, { isWritten }) => {
    if (file['unknown-accounts'] !== 'refuse' || !isWritten(['default-account'])) return [];
    const message =
      'has no effect, because accounts that are not listed are refused; remove it, or write unknown-accounts: allow';
    return [{ at: [['default-account']], message, from: [['unknown-accounts']] }];
  },
};

export const accountTraps: readonly Rule[] = [secretShown, nobodyLogsIn, nobodyLeft, limitsNobody];
