/** Accounts and their shared secrets as the simulators' command lines give them. */

import { loadAccounts } from '../config/load.js';
import { problemText } from '../config/problem.js';
import { environment, refuse } from './option-values.js';

export type Secrets = ReadonlyMap<string, string>;

const NO_SECRETS: Secrets = new Map();

/** Adds what `ACCOUNT=SECRET` says to those that were given before. */
export function addSecret(text: string, before: Secrets = NO_SECRETS): Secrets {
  return added(text, 'ACCOUNT=SECRET', before, (secret) => secret);
}

/** Adds what `ACCOUNT=NAME` says, where NAME is an environment variable. */
export function addSecretOfVariable(text: string, before: Secrets = NO_SECRETS): Secrets {
  return added(text, 'ACCOUNT=NAME', before, environment);
}

/** Source_Addr: 1 to 6 visible ASCII characters. */
export function account(text: string): string {
  return /^[!-~]{1,6}$/.test(text) ? text : refuse('an account of 1 to 6 letters or digits');
}

/** The accounts of a YAML file. */
export function accountsFile(file: string): Secrets {
  const loaded = loadAccounts(file);
  if (loaded.kind === 'invalid') return refuse(`a file of accounts:\n${loaded.problems.map(problemText).join('\n')}`);
  return new Map(loaded.accounts.map(({ account, sharedSecret }) => [account, sharedSecret.reveal()]));
}

function added(text: string, expected: string, before: Secrets, secretOf: (value: string) => string): Secrets {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) return refuse(expected);
  return new Map([...before, [account(name), secretOf(value)]]);
}
