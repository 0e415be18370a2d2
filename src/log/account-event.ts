/** What the log says of accounts. Pure. */

import { printable } from './escape.js';
import type { Printable } from './escape.js';
import { event, field } from './field.js';
import { count } from './wording.js';

const account = field<Printable>(
  'Its Source_Addr; bytes outside 0x21..0x7e, and the backslash, as `\\xNN`.',
  printable('900001'),
);

const accountLimited = event({
  level: 'warn',
  means:
    'An account sends more than its `submit-rate` or `window`. One line when that begins, and one a minute for as long as it goes on, with what has come since the line before.',
  fields: {
    account,
    rejected: field<number>('SUBMITs that were answered with Result 8, flow control.', 1204),
    delayed: field<number>('SUBMITs that were held back.', 0),
    delayedMs: field<number>('For how long its sessions had something held back, all of them together.', 0),
    seconds: field<number>('In how many seconds; 0 in the line that says that it begins.', 60),
    sessions: field<number>('How many sessions it has.', 4),
  },
  message: ({ account: name, rejected, delayed, seconds, sessions }) =>
    `Account ${name} with ${count(sessions, 'session')} is beyond its limits: ${count(rejected, 'SUBMIT')} rejected, ${delayed} delayed${seconds === 0 ? '' : ` in ${seconds} s`}`,
});

const accountLockedOut = event({
  level: 'warn',
  means:
    'So many wrong secrets came for an account from one address that it is not listened to from there for a while.',
  fields: {
    account,
    from: field<string>('The address, or for IPv6 its network; `unix:` for a unix socket.', '198.51.100.7'),
    attempts: field<number>('How many wrong secrets came.', 10),
    seconds: field<number>('For how long it is locked out.', 60),
  },
  message: ({ account: name, from, attempts, seconds }) =>
    `Account ${name} is locked out from ${from} for ${seconds} s after ${count(attempts, 'wrong secret')}`,
});

export const accountEvents = { 'account-limited': accountLimited, 'account-locked-out': accountLockedOut };
