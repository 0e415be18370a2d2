/** The two lines that every session gets: one when a server has it, one when it has ended. Pure. */

import type { Printable } from './escape.js';
import { event } from './field.js';
import { sessionEndFields, sessionStartFields } from './session-fields.js';
import { tcplogLine } from './tcplog-line.js';

export const sessionStart = event({
  level: 'info',
  means: 'A server has accepted the session, and traffic begins.',
  fields: sessionStartFields,
  message: (start) =>
    `Session ${start.session}${ofAccount(start)} from ${start.source} is on ${start.backend}/${start.server} (${start.placed})`,
});

export const sessionEnd = event({
  level: 'info',
  means: 'A session has ended, also one that never reached a server.',
  fields: sessionEndFields,
  message: (end) =>
    `Session ${end.session}${ofAccount(end)} from ${end.source} ended after ${(end.durationMs / 1000).toFixed(3)} s: ${end.reason}`,
  tcplog: tcplogLine,
});

function ofAccount(session: { readonly account: Printable | undefined }): string {
  return session.account === undefined ? '' : ` of account ${session.account}`;
}
