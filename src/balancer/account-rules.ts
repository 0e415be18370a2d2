/** What an account may do, and the words of its rules. Pure. */

import type { BucketRules } from './token-bucket.js';

/** What becomes of a SUBMIT beyond the rate or the window: see docs/accounts.md. */
export const overRateNames = ['delay', 'reject'] as const;
/** What becomes of a login beyond `max-connections`. */
export const onMaxConnectionsNames = ['refuse', 'replace'] as const;

/** Clients of a unix socket have no address. */
export type AllowedSource =
  | { readonly kind: 'unix' }
  | { readonly kind: 'network'; readonly network: { readonly address: Uint8Array; readonly prefixBits: number } };

/** A shared secret, shown only to whoever asks for it by name. */
interface AccountSecret {
  reveal(): string;
}

export interface AccountRules {
  /** Undefined: from everywhere. */
  readonly allowFrom: readonly AllowedSource[] | undefined;
  /** Infinity for no limit, here and below. */
  readonly maxConnections: number;
  readonly onMaxConnections: (typeof onMaxConnectionsNames)[number];
  /** SUBMITs a second, each counted by its destinations; undefined for no limit. */
  readonly submitRate: BucketRules | undefined;
  /** SUBMITs without an answer, of one session. */
  readonly window: number;
  readonly overRate: (typeof overRateNames)[number];
  /** Undefined: the gateway alone judges the login. */
  readonly secret: AccountSecret | undefined;
  /** How far the CONNECT's Timestamp may be from the time; looked at only with a secret. */
  readonly clockWindowMs: number;
}

export interface ListedAccount extends AccountRules {
  /** Its Source_Addr without padding, one character per byte (Latin-1). */
  readonly account: string;
}

export interface AccountsRules {
  /** In the order of the file. */
  readonly listed: readonly ListedAccount[];
  /** For all others; undefined: they are refused. */
  readonly unlisted: AccountRules | undefined;
}

/** The rules of an account that has none: everybody comes in, and nothing is limited. */
export const NO_RULES: AccountRules = {
  allowFrom: undefined,
  maxConnections: Infinity,
  onMaxConnections: 'refuse',
  submitRate: undefined,
  window: Infinity,
  overRate: 'delay',
  secret: undefined,
  clockWindowMs: Infinity,
};

/** Whether what a session of the account sends has to be looked at. */
export function isLimited({ submitRate, window }: AccountRules): boolean {
  return submitRate !== undefined || window < Infinity;
}
