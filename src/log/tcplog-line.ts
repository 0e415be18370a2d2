/**
 * HAProxy's tcplog line for the end of a session, with what it has no place for behind it in braces. Pure.
 *
 *     %ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq cmpp{account|version|unanswered|reason}
 *
 * Up to the braces it is HAProxy's own, so that its users' parsers read it.
 */

import { factsOf } from '../balancer/close-reason.js';
import { printable } from './escape.js';
import type { SessionEnd } from './session-fields.js';
import { tcplogDate } from './timestamp.js';
import type { OffsetMinutesAt } from './timestamp.js';

/** HAProxy's word for a session that had no server. */
const NO_SERVER = '<NOSRV>';

/** The line, without its end. `offsetMinutesAt` gives the local time's offset from UTC at the time of accept. */
export function tcplogLine(end: SessionEnd, offsetMinutesAt: OffsetMinutesAt): string {
  // HAProxy writes an IPv6 address without brackets, and the frontend where no backend was chosen.
  const source = end.source.replace(/^\[(.*)\]:/, '$1:');
  const backend = printable(end.backend ?? end.frontend);
  const server = end.server === undefined ? NO_SERVER : printable(end.server);
  const retries = `${end.redispatched ? '+' : ''}${end.retries}`;
  return [
    printable(source),
    `[${tcplogDate(end.acceptedMs, offsetMinutesAt(end.acceptedMs))}]`,
    printable(end.frontend),
    `${backend}/${server}`,
    `${end.waitMs}/${end.connectMs}/${end.durationMs}`,
    end.bytesOut,
    factsOf(end.reason).tcplog,
    `${end.actconn}/${end.feconn}/${end.beconn}/${end.srvconn}/${retries}`,
    `${end.srvQueue}/${end.backendQueue}`,
    `cmpp{${inBraces(end.account ?? '')}|${end.version ?? ''}|${end.unanswered}|${end.reason}}`,
  ].join(' ');
}

/** An account may hold the three characters that part and end the fields in braces; it must not pretend to be two fields. */
function inBraces(account: string): string {
  return account.replace(/[{|}]/g, (mark) => `\\x${mark.charCodeAt(0).toString(16)}`);
}
