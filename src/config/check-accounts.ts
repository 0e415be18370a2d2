/** Checks the text of an accounts file, which gives simulated SPs and SMSCs their accounts. Pure: where secrets are kept is asked of a given store. */

import * as z from 'zod';
import { checkText, problemOf } from './check.js';
import { byPlace } from './problem.js';
import type { Path, Problem } from './problem.js';
import { accountPattern, section } from './scalars.js';
import { fetchSecret, secret, SECRET_IN_FILE } from './secret.js';
import type { Secret, SecretStore } from './secret.js';

interface AccountConfig {
  /** Source_Addr: 1 to 6 visible ASCII characters. */
  readonly account: string;
  readonly sharedSecret: Secret;
}

/** Both lists in the order of the file. */
export type AccountsResult =
  | { readonly kind: 'valid'; readonly accounts: readonly AccountConfig[]; readonly warnings: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

export const accountsSchema = section({
  accounts: z
    .record(
      z.string(),
      section({
        'shared-secret': secret().meta({
          description: 'What the SP and the SMSC sign their CONNECT and its answer with.',
        }),
      }),
      {
        error: ({ input }) =>
          input === undefined ? 'missing; write at least one account' : 'expected accounts by name',
      },
    )
    .refine((accounts) => Object.keys(accounts).length > 0, { error: 'expected at least one account' }),
});

export function checkAccounts(file: string, text: string, store: SecretStore): AccountsResult {
  const reading = checkText(file, text, accountsSchema);
  if (reading.kind === 'unreadable') return { kind: 'invalid', problems: reading.problems, warnings: [] };
  const { source, data, faults, duplicates } = reading;
  const problems = [...duplicates, ...faults.map((fault) => problemOf(source, fault))];
  const warnings: Problem[] = [];
  const accounts: AccountConfig[] = [];
  for (const [account, { 'shared-secret': reference }] of Object.entries(data?.accounts ?? {})) {
    const path: Path = ['accounts', account];
    if (!accountPattern.test(account)) {
      const message = 'expected an account of 1 to 6 visible ASCII characters, which is what Source_Addr holds';
      problems.push(source.problemAt(path, message, 'key'));
    }
    const found = fetchSecret(reference, store);
    if (reference.kind === 'plain') {
      warnings.push(source.problemAt([...path, 'shared-secret'], SECRET_IN_FILE));
    }
    if (found.kind === 'secret') accounts.push({ account, sharedSecret: found.secret });
    else problems.push(source.problemAt([...path, 'shared-secret'], found.message));
  }
  return problems.length > 0
    ? { kind: 'invalid', problems: problems.sort(byPlace), warnings }
    : { kind: 'valid', accounts, warnings };
}
