/** The frame of RFC 3164 around a line, as HAProxy sends it: without a host name, which the receiver adds. Pure. */

import type { Level } from './field.js';
import { syslogDate } from './timestamp.js';

/** RFC 3164, 4.1.1, table 1, in the words of syslog.conf and haproxy.cfg. */
const facilityCodes = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  auth2: 10,
  ftp: 11,
  ntp: 12,
  audit: 13,
  alert: 14,
  cron2: 15,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;

export type Facility = keyof typeof facilityCodes;

/** RFC 3164, 4.1.1, table 2. */
const severityCodes: Readonly<Record<Level, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** `<150>`: local2.info. */
export function priority(facility: Facility, level: Level): string {
  return `<${facilityCodes[facility] * 8 + severityCodes[level]}>`;
}

/** `Nov 21 19:34:26 cmpp-lb[17872]: `, what stands before a line that has no time of its own. */
export function stamp(wallMs: number, offsetMinutes: number, pid: number): string {
  return `${syslogDate(wallMs, offsetMinutes)} cmpp-lb[${pid}]: `;
}
