/** The keys of cmpp-lb.yaml that say who may log in and how much he may send: a part of the schema in file-schema.ts. Pure. */

import * as z from 'zod';
import { onMaxConnectionsNames, overRateNames } from '../balancer/account-rules.js';
import { MAX_UNANSWERED } from '../balancer/ledger.js';
import { duration, expecting, oneOf, parsed, section, sender, wholeNumber } from './scalars.js';
import { secret } from './secret.js';
import { unknownAccountsNames } from './vocabulary.js';

/** More than any account sends, so that a slip of the finger is found. */
const MOST_PER_SECOND = 1_000_000;
const MOST_CONNECTIONS = 10_000_000;

const ratePattern = /^[0-9]+\/(s|m)$/;
const SECONDS_PER_MINUTE = 60;

/** SUBMITs a second, above 0. */
function rate() {
  const explain = expecting(`a rate such as 500/s or 30/m, at most ${MOST_PER_SECOND}/s`, (input) => {
    const [, amount] = /^([0-9]+) *(?:\/ *(?:s|sec|second))?$/.exec(String(input)) ?? [];
    return amount === undefined || Number(amount) === 0 ? undefined : `${amount}/s`;
  });
  const perSecondOf = (text: string): number | undefined => {
    const perSecond = Number.parseInt(text, 10) / (text.endsWith('m') ? SECONDS_PER_MINUTE : 1);
    return ratePattern.test(text) && perSecond > 0 && perSecond <= MOST_PER_SECOND ? perSecond : undefined;
  };
  return parsed('rate', explain, perSecondOf, ratePattern);
}

const limits = {
  'allow-from': z
    .array(sender(), { error: expecting('a list such as [10.0.0.0/8, 192.0.2.1]') })
    .min(1, { error: 'expected at least one address; remove the key to allow all' })
    .meta({
      title: 'list of networks',
      description:
        'Where it may log in from; `unix` for clients of a unix socket. Behind a trusted proxy, what its PROXY header says counts. From elsewhere: status 2.',
      whenAbsent: 'everywhere',
    })
    .optional(),
  'max-connections': wholeNumber(1, MOST_CONNECTIONS)
    .meta({ description: 'Sessions at once, over all frontends. Beyond: status 5.', whenAbsent: 'no limit' })
    .optional(),
  'on-max-connections': oneOf(onMaxConnectionsNames)
    .meta({
      description:
        'What becomes of a login beyond `max-connections`: `refuse` refuses it; `replace` lets it in and ends the session of which nothing was heard for longest, which is the dead one, if one is.',
    })
    .prefault('refuse'),
  'submit-rate': rate()
    .meta({
      description: 'SUBMITs a second, of all its sessions together; one to several destinations counts for each.',
      whenAbsent: 'no limit',
    })
    .optional(),
  burst: wholeNumber(1, MOST_PER_SECOND)
    .meta({
      description: 'So many destinations may come at once after a pause.',
      whenAbsent: 'one second’s worth of `submit-rate`',
    })
    .optional(),
  window: wholeNumber(1, MAX_UNANSWERED)
    .meta({ description: 'SUBMITs without an answer, of one session.', whenAbsent: 'no limit' })
    .optional(),
  'over-rate': oneOf(overRateNames)
    .meta({
      description:
        'What becomes of a SUBMIT beyond `submit-rate` or `window`: `delay` holds it back until there is room, `reject` answers it with Result 8 (flow control). Servers see neither.',
    })
    .prefault('delay'),
};

const account = section({
  ...limits,
  'shared-secret': secret()
    .meta({
      description: 'What its CONNECT is signed with. Known, a wrong one is refused here with status 3.',
      whenAbsent: 'unknown: the gateway judges',
    })
    .optional(),
  'clock-window': duration()
    .meta({
      description:
        'How far the CONNECT’s Timestamp, which is China’s time, may be from the clock, so that an old CONNECT is not taken again. Beyond: status 3.',
      whenAbsent: 'it is not looked at',
    })
    .optional(),
});

/** Its keys are accounts: what they may be called is a rule's business. */
export const accounts = z
  .record(z.string(), account, { error: expecting('accounts by name') })
  .meta({ description: '' });

export const unknownAccounts = oneOf(unknownAccountsNames).meta({
  description: 'Whether accounts that are not listed under `accounts` may log in; else they get status 3.',
});

export const defaultAccount = section(limits);
