/** The words of a configuration's closed choices that no other part owns. Pure. */

import type { ProbeSettings } from '../health/probe.js';

export const modeNames = ['cmpp', 'tcp'] as const;
export type Mode = (typeof modeNames)[number];

export const proxyVersionNames = ['v1', 'v2'] as const;
export type ProxyVersion = (typeof proxyVersionNames)[number];

/** The kinds of probe. */
export const checkTypeNames = ['cmpp', 'tcp', 'tcp-script'] as const satisfies readonly ProbeSettings['kind'][];
export type CheckType = (typeof checkTypeNames)[number];

/** The editions of CMPP that a probe can speak. */
export const probeVersionNames = ['2.0', '3.0'] as const;

/** What becomes of a server's sessions when it goes down. */
export const onMarkedDownNames = ['move', 'close', 'keep'] as const;
export type OnMarkedDown = (typeof onMarkedDownNames)[number];

/** What becomes of a session whose server closes or breaks the connection. */
export const onLinkLostNames = ['move', 'close'] as const;

/** What becomes of logins whose account the file does not list. */
export const unknownAccountsNames = ['allow', 'refuse'] as const;
/** Whether sessions move back into balance by themselves. */
export const rebalanceNames = ['auto', 'off'] as const;

/** What becomes of the sessions on backup servers when another server comes up. */
export const onMarkedUpNames = ['close-backup-sessions', 'keep'] as const;
export type OnMarkedUp = (typeof onMarkedUpNames)[number];

export const logLevelNames = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevelNames)[number];

export const logFormatNames = ['json', 'tcplog'] as const;
export type LogFormat = (typeof logFormatNames)[number];

/** What a caller of the runtime API may do; each may all that those before it may. */
export const adminLevelNames = ['user', 'operator', 'admin'] as const;
export type AdminLevel = (typeof adminLevelNames)[number];

/** In the order of their codes, 0 to 23 (RFC 5424, 6.2.1), under the names that haproxy.cfg gives them. */
export const facilityNames = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'auth2',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'cron2',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const;
export type Facility = (typeof facilityNames)[number];
