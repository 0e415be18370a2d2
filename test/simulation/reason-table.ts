/** Which event, in which phase of a session, may end it, and for which reason: the whole list. Pure. */

import type { CloseReason } from '../../src/balancer/close-reason.js';

/** `queued` and `connecting` are the two halves of finding a server: without a place, and with one. */
export type Phase = 'recognising' | 'queued' | 'connecting' | 'relaying';

/** `-`: the session goes on, by another try where it is the server that failed. `!`: can't happen. */
type Outcome = CloseReason | '-' | '!';
type Row = Readonly<Record<Phase, Outcome>>;

const row = (recognising: Outcome, queued: Outcome, connecting: Outcome, relaying: Outcome): Row => ({
  recognising,
  queued,
  connecting,
  relaying,
});

/* oxfmt-ignore */
// prettier-ignore
const TABLE = {
  //                       recognising      queued           connecting         relaying
  'client FIN':       row('login-aborted', 'queue-aborted', 'connect-aborted', 'client-closed'),
  'client RST':       row('login-aborted', 'queue-aborted', 'connect-aborted', 'client-reset'),
  'server FIN':       row('!',             '!',             '-',               'server-lost'),
  'server RST':       row('!',             '!',             '-',               'server-reset'),
  'client TERMINATE': row('!',             '-',             '-',               'client-terminate'),
  'server TERMINATE': row('!',             '!',             '-',               'server-terminate'),
  'client bad frame': row('!',             '-',             '-',               'client-frame'),
  'server bad frame': row('!',             '!',             '-',               'server-frame'),
  'client silent':    row('login-timeout', '!',             '!',               'client-timeout'),
  'server silent':    row('!',             '!',             '-',               'server-timeout'),
  'refused login':    row('!',             '!',             'login-refused',   '!'),
  'no place in time': row('!',             'queue-timeout', '!',               '!'),
  'no server':        row('!',             'no-server',     '!',               '!'),
  'too few servers':  row('!',             'min-up',        '!',               '!'),
  'marked down':      row('-',             '-',             '-',               'server-marked-down'),
  'backup released':  row('-',             '-',             '-',               'backup-released'),
  'end by hand':      row('killed',        'killed',        'killed',          'killed'),
  stop:               row('shutdown',      'shutdown',      'shutdown',        'shutdown'),
} as const;

/* oxfmt-ignore */
// prettier-ignore
/** Where it differs in mode tcp, in which a client may say all that it has and FIN before it has a server. */
const TCP = {
  'client FIN':       row('login-aborted', '-',             '-',               'client-closed'),
  'server FIN':       row('!',             '!',             '!',               'server-closed'),
} as const;

/** The reasons for which an account may refuse a login. */
export const ACCOUNT_REFUSALS = [
  'account-unknown',
  'account-address',
  'account-locked',
  'account-secret',
  'account-clock',
  'account-maxconn',
] as const satisfies readonly CloseReason[];

/** The status of a CONNECT_RESP that refuses a login for this reason. */
export function statusFor(reason: CloseReason): number {
  if (reason === 'account-address') return 2;
  return ['account-unknown', 'account-locked', 'account-secret', 'account-clock'].includes(reason) ? 3 : 5;
}

export type Happening = keyof typeof TABLE;
export type ModeName = 'cmpp' | 'tcp';

/** The reason why the session ends, or undefined if it goes on. */
export function reasonFor(mode: ModeName, happening: Happening, phase: Phase): CloseReason | undefined {
  const rows: Partial<Record<Happening, Row>> = mode === 'tcp' ? TCP : {};
  const outcome = (rows[happening] ?? TABLE[happening])[phase];
  if (outcome === '!') throw new Error(`${happening} while ${phase} in mode ${mode} can't happen`);
  return outcome === '-' ? undefined : outcome;
}
