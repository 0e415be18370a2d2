/** What the log says of the HTTP server. Pure. */

import { event, field } from './field.js';
import { count } from './wording.js';

const httpListening = event({
  level: 'info',
  means: 'The page, metrics, statistics and readiness are served by HTTP.',
  fields: {
    address: field<string>('The address.', '127.0.0.1:8081'),
    access: field<'password' | 'open'>('Whether statistics need a password.', 'password'),
  },
  message: ({ address, access }) =>
    `HTTP listens on ${address}, ${access === 'open' ? 'without a password' : 'with a password'}`,
});

const httpLockedOut = event({
  level: 'warn',
  means: 'An address sent so many wrong passwords to the HTTP server that it is not listened to for a while.',
  fields: {
    from: field<string>('The address, or for IPv6 its network.', '10.0.0.8'),
    attempts: field<number>('How many wrong passwords came from there.', 10),
    seconds: field<number>('For how long it is locked out.', 60),
  },
  message: ({ from, attempts, seconds }) =>
    `HTTP locks ${from} out for ${seconds} s after ${count(attempts, 'wrong password')}`,
});

const httpRefused = event({
  level: 'warn',
  means:
    'A request by HTTP was refused. At most once a second for each reason; [http.md](http.md#refusals) lists them.',
  fields: {
    reason: field<string>('Why: one word of that list.', 'foreign-origin'),
    from: field<string>('The address that it came from.', '10.0.0.8'),
    request: field<string>('What was asked for; empty if it could not be read.', 'POST /api/servers/smsc/server1'),
    unlogged: field<number>('How many more were refused for this reason since the last such line.', 0),
  },
  message: ({ reason, from, request, unlogged }) =>
    `HTTP refuses ${from} ${request === '' ? 'a request' : request}: ${reason}${unlogged === 0 ? '' : `, and ${unlogged} more before`}`,
});

export const httpEvents = {
  'http-listening': httpListening,
  'http-locked-out': httpLockedOut,
  'http-refused': httpRefused,
};
