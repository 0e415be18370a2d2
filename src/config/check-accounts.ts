/** Checks the text of an accounts file, which gives simulated SPs and SMSCs their accounts. Pure: where secrets are kept is asked of a given store. */

import * as z from 'zod';
import { checkText, problemOf } from './check.js';
import { byPlace } from './problem.js';
import type { Path, Problem } from './problem.js';
import { section } from './scalars.js';
import { Secret, secret } from './secret.js';
import type { SecretReference } from './secret.js';

interface AccountConfig {
  /** Source_Addr: 1 to 6 visible ASCII characters. */
  readonly account: string;
  readonly sharedSecret: Secret;
}

/** Both lists in the order of the file. */
export type AccountsResult =
  | { readonly kind: 'valid'; readonly accounts: readonly AccountConfig[]; readonly warnings: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** Where secrets are kept; undefined for what is not there or cannot be read. */
export interface SecretStore {
  variable(name: string): string | undefined;
  /** The file's text; the newline that ends it is no part of the secret. */
  fileText(path: string): string | undefined;
}

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
    if (!/^[\x21-\x7e]{1,6}$/.test(account)) {
      const message = 'expected an account of 1 to 6 visible ASCII characters, which is what Source_Addr holds';
      problems.push(source.problemAt(path, message, 'key'));
    }
    const found = fetchSecret(reference, store);
    if (reference.kind === 'plain') {
      warnings.push(
        source.problemAt(
          [...path, 'shared-secret'],
          'a secret stands in the file; write { env: NAME } or { file: PATH }',
        ),
      );
    }
    if (found.kind === 'secret') accounts.push({ account, sharedSecret: found.secret });
    else problems.push(source.problemAt([...path, 'shared-secret'], found.message));
  }
  return problems.length > 0
    ? { kind: 'invalid', problems: problems.sort(byPlace), warnings }
    : { kind: 'valid', accounts, warnings };
}

type Fetched =
  { readonly kind: 'secret'; readonly secret: Secret } | { readonly kind: 'missing'; readonly message: string };

function fetchSecret(reference: SecretReference, store: SecretStore): Fetched {
  if (reference.kind === 'plain') return { kind: 'secret', secret: reference.secret };
  const [text, place] =
    reference.kind === 'env'
      ? [store.variable(reference.name), `the environment variable ${reference.name}`]
      : [store.fileText(reference.path)?.replace(/\r?\n$/, ''), `the file ${reference.path}`];
  return text === undefined || text === ''
    ? { kind: 'missing', message: `${place} holds no secret: it is missing, unreadable or empty` }
    : { kind: 'secret', secret: new Secret(text) };
}
