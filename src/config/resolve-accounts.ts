/** Resolves the accounts of a checked file: what they may do, every default filled in. Pure. */

import type { AccountRules, AccountsRules } from '../balancer/account-rules.js';
import { accountOfKey } from './account-name.js';
import type { ConfigFile } from './file-schema.js';
import { fetchSecret } from './secret.js';
import type { Secret, SecretReference, SecretStore } from './secret.js';

type LimitsSection = ConfigFile['default-account'];

/** `names` are the keys of `accounts` in the order of the file. */
export function accountsRules(file: ConfigFile, names: readonly string[], secrets: SecretStore): AccountsRules {
  return {
    listed: names.flatMap((name) => {
      const section = file.accounts[name];
      const named = accountOfKey(name);
      if (section === undefined || named.kind === 'fault') return [];
      return [
        {
          account: named.account,
          ...limitsOf(section),
          secret: secretOf(section['shared-secret'], secrets),
          clockWindowMs: section['clock-window'] ?? Infinity,
        },
      ];
    }),
    unlisted:
      file['unknown-accounts'] === 'refuse'
        ? undefined
        : { ...limitsOf(file['default-account']), secret: undefined, clockWindowMs: Infinity },
  };
}

function limitsOf(section: LimitsSection): Omit<AccountRules, 'secret' | 'clockWindowMs'> {
  const perSecond = section['submit-rate'];
  return {
    allowFrom: section['allow-from'],
    maxConnections: section['max-connections'] ?? Infinity,
    onMaxConnections: section['on-max-connections'],
    submitRate: perSecond === undefined ? undefined : { perSecond, burst: section.burst ?? Math.ceil(perSecond) },
    window: section.window ?? Infinity,
    overRate: section['over-rate'],
  };
}

function secretOf(reference: SecretReference | undefined, secrets: SecretStore): Secret | undefined {
  if (reference === undefined) return undefined;
  const found = fetchSecret(reference, secrets);
  // Never unguarded because a rule was left out.
  if (found.kind === 'missing') throw new Error(`the configuration was not checked: ${found.message}`);
  return found.secret;
}
