/** Draws `global` of cmpp-lb.yaml, the log included, which HAProxy has for each section. Pure. */

import type { Draft } from './draft.js';
import type { Global } from './global-keywords.js';
import type { LogLine } from './log-line.js';
import type { Place, Remarks } from './place.js';
import type { Proxy } from './proxy.js';

/** The other settings are of the runtime socket. */
const GLOBAL_KEYS = ['maxconn', 'hard-stop-after'];

export function drawGlobal(
  global: Global,
  place: Place,
  proxies: readonly Proxy[],
  draft: Draft,
  remarks: Remarks,
): void {
  draft.open(['global'], place);
  for (const key of GLOBAL_KEYS) {
    const setting = global.settings.get(key);
    if (setting === undefined || (key === 'maxconn' && setting.value === 0)) continue;
    draft.put(['global', key], setting.value, setting.place, setting.comment);
  }
  const said = proxies.flatMap(({ logs }) => logs);
  const lines = [
    ...(said.includes('global') ? global.logs : []),
    ...said.flatMap((line) => (line === 'global' ? [] : [line])),
  ];
  const path = ['global', 'log'];
  const [line, ...others] = uniqueTargets(lines);
  if (line === undefined) {
    draft.put([...path, 'level'], 'warn', place, 'HAProxy’s without a log line; info shows the sessions');
    const why = global.logs.length > 0 ? 'no section says log global' : 'there is no log line';
    // Where every section is refused, this is not what is wrong.
    if (proxies.length > 0) remarks.note(place, `${why}, so that only warnings and errors are logged, on stdout`);
  } else {
    draft.open(path, line.place);
    if (line.level !== 'info') draft.put([...path, 'level'], line.level, line.place);
    if (line.to !== 'stdout') draft.put([...path, 'to'], line.to, line.place);
    if (line.to.startsWith('syslog:')) draft.put([...path, 'facility'], line.facility, line.place);
  }
  for (const other of others)
    remarks.note(other.place, `there is one log for the whole process, that of line ${line?.place.line}`);
  const tcplog = proxies.map(({ settings }) => settings.get('tcplog')).find((setting) => setting !== undefined);
  if (tcplog !== undefined) draft.put([...path, 'format'], 'tcplog', tcplog.place);
}

/** Defaults hand their lines down to many sections, and two sections may say the same. */
function uniqueTargets(lines: readonly LogLine[]): LogLine[] {
  return [...new Map(lines.map((line) => [`${line.place.line}`, line])).values()];
}
