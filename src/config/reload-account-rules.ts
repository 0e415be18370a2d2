/** What a reload does with each key of accounts: see reload-rules.ts. Pure. */

import type { AccountRules, AccountsRules } from '../balancer/account-rules.js';
import { senderText } from './address.js';
import { key, time } from './reload-key.js';
import type { KeyRule, KeyRules } from './reload-key.js';

/** Who is not listed has those of `default-account`, which has no secret. */
export const accountKeys: KeyRules<AccountRules> = {
  allowFrom: [
    key('allow-from', ({ allowFrom }) => allowFrom, {
      effect: 'new-sessions',
      text: ({ allowFrom }) => allowFrom?.map(senderText).join(' ') ?? 'everywhere',
    }),
  ],
  maxConnections: [
    key('max-connections', ({ maxConnections }) => maxConnections, { note: 'Sessions beyond a lower one stay.' }),
  ],
  onMaxConnections: [key('on-max-connections', ({ onMaxConnections }) => onMaxConnections)],
  submitRate: [
    key('submit-rate', ({ submitRate }) => submitRate, {
      text: rateText,
      note: 'With its `burst`. What was spent of it stays spent.',
    }),
  ],
  window: [key('window', ({ window }) => window)],
  overRate: [key('over-rate', ({ overRate }) => overRate)],
  secret: [
    key('shared-secret', ({ secret }) => secret, {
      effect: 'new-sessions',
      text: ({ secret }) => (secret === undefined ? 'unknown' : 'known'),
      note: 'A session that moves is signed in with it at once.',
    }),
  ],
  clockWindowMs: [time('clock-window', ({ clockWindowMs }) => clockWindowMs, 'new-sessions')],
};

export const unknownAccountsKeys: { readonly unlisted: readonly KeyRule<Pick<AccountsRules, 'unlisted'>>[] } = {
  unlisted: [
    key('unknown-accounts', ({ unlisted }) => (unlisted === undefined ? 'refuse' : 'allow'), {
      effect: 'new-sessions',
      note: 'Sessions of accounts that are refused now stay.',
    }),
  ],
};

const SECONDS_PER_MINUTE = 60;

/** As the file spells it: `500/s`, `30/m`, with the burst where it is another than one second’s worth. */
function rateText({ submitRate }: AccountRules): string {
  if (submitRate === undefined) return 'no limit';
  const { perSecond, burst } = submitRate;
  const rate = Number.isInteger(perSecond) ? `${perSecond}/s` : `${Math.round(perSecond * SECONDS_PER_MINUTE)}/m`;
  return burst === Math.ceil(perSecond) ? rate : `${rate} burst ${burst}`;
}
