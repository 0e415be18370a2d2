/**
 * All families of Prometheus metrics: HAProxy's names where the meaning is the same, drawn from the columns of
 * `show stat`; and those of our own. Pure.
 */

import { COLUMNS, valueOf } from './columns.js';
import type { Row, RowKind } from './rows.js';
import { CHECK_STATUSES } from './check-words.js';
import { NO_LABELS, kindsOf, samplesOf } from './prometheus-family.js';
import type { Family, ProcessFamily, RowFamily, Sample } from './prometheus-family.js';
import { OWN_ROW_FAMILIES } from './prometheus-own-families.js';
import type { ProcessFigures } from './snapshot.js';

const SECOND_MS = 1000;

/** The kinds of rows that have a family, its name without `haproxy_<kind>_`, its column, and what to divide that by. */
const HAPROXY_FAMILIES: readonly (readonly [string, string, string, string, number?])[] = [
  ['BS', 'current_queue', 'qcur', 'Sessions that wait for a place.'],
  ['BS', 'max_queue', 'qmax', 'Most sessions that waited at once.'],
  ['FLBS', 'current_sessions', 'scur', 'Sessions.'],
  ['FLBS', 'max_sessions', 'smax', 'Most sessions at once.'],
  ['FLBS', 'limit_sessions', 'slim', 'Most sessions that there may be.'],
  ['FLBS', 'sessions_total', 'stot', 'Sessions since the start.'],
  ['FLBS', 'bytes_in_total', 'bin', 'Bytes from clients.'],
  ['FLBS', 'bytes_out_total', 'bout', 'Bytes to clients.'],
  ['FL', 'requests_denied_total', 'dreq', 'Clients that were turned away because of what they said.'],
  ['FLBS', 'responses_denied_total', 'dresp', 'Sessions that ended because of an unreadable server.'],
  ['FL', 'request_errors_total', 'ereq', 'Clients that left, or said nothing, before they had logged in.'],
  ['BS', 'connection_errors_total', 'econ', 'Sessions that were given up because no server was reached.'],
  ['BS', 'response_errors_total', 'eresp', 'Sessions that a server refused or aborted.'],
  ['BS', 'retry_warnings_total', 'wretr', 'Tries to reach a server that were repeated.'],
  ['BS', 'redispatch_warnings_total', 'wredis', 'Tries to reach a server that went on to another one.'],
  ['BS', 'weight', 'weight', 'What it weighs now.'],
  ['BS', 'uweight', 'uweight', 'What it is to weigh.'],
  ['B', 'active_servers', 'act', 'Servers that may take sessions, without backups.'],
  ['B', 'backup_servers', 'bck', 'Backup servers that may take sessions.'],
  ['S', 'check_failures_total', 'chkfail', 'Checks that failed.'],
  ['BS', 'check_up_down_total', 'chkdown', 'How often it went down.'],
  ['BS', 'check_last_change_seconds', 'lastchg', 'Since the last change of its state.'],
  ['BS', 'downtime_seconds_total', 'downtime', 'How long it was down.'],
  ['S', 'current_throttle', 'throttle', 'How far it has come after its start, in percent.'],
  ['BS', 'loadbalanced_total', 'lbtot', 'How often the algorithm has chosen.'],
  ['F', 'limit_session_rate', 'rate_lim', 'Most new sessions a second that there may be; 0 for no limit.'],
  ['FBS', 'max_session_rate', 'rate_max', 'Most new sessions in a second.'],
  ['S', 'check_code', 'check_code', 'The code of the last check.'],
  ['S', 'check_duration_seconds', 'check_duration', 'How long the last check took.', SECOND_MS],
  ['BS', 'client_aborts_total', 'cli_abrt', 'Sessions that the client broke off.'],
  ['BS', 'server_aborts_total', 'srv_abrt', 'Sessions that the server broke off.'],
  ['BS', 'last_session_seconds', 'lastsess', 'Since the last new session; -1 if there was none.'],
  ['BS', 'queue_time_average_seconds', 'qtime', 'Time in the queue, of the last 1024 sessions.', SECOND_MS],
  ['BS', 'connect_time_average_seconds', 'ctime', 'Time to connect, of the last 1024 sessions.', SECOND_MS],
  ['BS', 'total_time_average_seconds', 'ttime', 'Length of the last 1024 sessions.', SECOND_MS],
  ['BS', 'max_queue_time_seconds', 'qtime_max', 'Longest time in the queue.', SECOND_MS],
  ['BS', 'max_connect_time_seconds', 'ctime_max', 'Longest time to connect.', SECOND_MS],
  ['BS', 'max_total_time_seconds', 'ttime_max', 'Length of the longest session.', SECOND_MS],
  ['F', 'connections_rate_max', 'conn_rate_max', 'Most new connections in a second.'],
  ['F', 'connections_total', 'conn_tot', 'Connections since the start, the refused ones too.'],
  ['FL', 'denied_connections_total', 'dcon', 'Connections that were refused because of maxconn.'],
  ['FL', 'denied_sessions_total', 'dses', 'Connections that were refused because of source-maxconn.'],
  ['BS', 'connection_attempts_total', 'connect', 'Connections to servers that were begun.'],
  ['FLBS', 'internal_errors_total', 'eint', 'Sessions that ended because of a fault in the program.'],
];

function haproxyFamilies(): RowFamily[] {
  return HAPROXY_FAMILIES.flatMap(([letters, suffix, columnName, help, divisor = 1]) => {
    const column = COLUMNS.find(({ name }) => name === columnName);
    if (column === undefined) throw new Error(`no column ${columnName}`);
    const type = column.tags[1] === 'C' ? 'counter' : 'gauge';
    const read = (row: Row): readonly Sample[] => {
      const value = valueOf(column, row);
      return typeof value === 'number' ? [{ labels: NO_LABELS, value: value / divisor }] : [];
    };
    return kindsOf(letters).map((kind): RowFamily => ({ kind, name: `haproxy_${kind}_${suffix}`, type, help, read }));
  });
}

const STATES: Readonly<Record<RowKind, readonly string[]>> = {
  frontend: ['DOWN', 'UP'],
  listener: ['WAITING', 'OPEN', 'FULL'],
  backend: ['DOWN', 'UP'],
  server: ['DOWN', 'UP', 'MAINT', 'DRAIN', 'NOLB'],
};

function stateOf({ kind, figures }: Row): string {
  if (kind === 'frontend') return figures.isOpen ? 'UP' : 'DOWN';
  if (kind === 'listener') return figures.isOpen ? 'OPEN' : 'WAITING';
  return /^(?:DOWN|MAINT|DRAIN)/.exec(figures.status)?.[0] ?? 'UP';
}

/** One sample a state, of which one is 1. */
function oneOf(states: readonly string[], current: string): Sample[] {
  return states.map((state) => ({ labels: { state }, value: state === current ? 1 : 0 }));
}

const STATUS_FAMILIES = kindsOf('FLBS').map((kind): RowFamily => ({
  kind,
  name: `haproxy_${kind}_status`,
  type: 'gauge',
  help: 'Its state: 1 for the one that it has.',
  read: (row) => oneOf(STATES[kind], stateOf(row)),
}));

const CHECK_STATUS: RowFamily = {
  kind: 'server',
  name: 'haproxy_server_check_status',
  type: 'gauge',
  help: 'What the last check found: 1 for the one that it has.',
  read: ({ kind, figures }) => {
    const status = kind === 'server' ? figures.check?.status : undefined;
    return typeof status === 'string' ? oneOf(CHECK_STATUSES, status) : [];
  },
};

export const ROW_FAMILIES: readonly RowFamily[] = [
  ...haproxyFamilies(),
  ...STATUS_FAMILIES,
  CHECK_STATUS,
  ...OWN_ROW_FAMILIES,
];

export const PROCESS_FAMILIES: readonly ProcessFamily[] = [
  gauge('uptime_seconds', 'Since the start.', ({ uptimeMs }) => uptimeMs / SECOND_MS),
  gauge('start_time_seconds', 'The start, in seconds since 1970.', ({ startedWallMs }) => startedWallMs / SECOND_MS),
  gauge('max_fds', 'Open files that the system grants.', ({ descriptorLimit }) => descriptorLimit),
  gauge('max_connections', 'Most sessions that there may be.', ({ sessionsLimit }) => sessionsLimit),
  gauge('current_connections', 'Sessions.', ({ sessionsNow }) => sessionsNow),
  counter('connections_total', 'Connections since the start, the refused ones too.', (all) => all.connectionsTotal),
  counter('requests_total', 'Sessions since the start.', ({ sessionsTotal }) => sessionsTotal),
  gauge('current_connection_rate', 'New connections in the last second.', (all) => all.connectionRateNow),
  gauge('max_connection_rate', 'Most new connections in a second.', (all) => all.connectionRateMost),
  gauge('current_session_rate', 'New sessions in the last second.', ({ rateNow }) => rateNow),
  gauge('max_session_rate', 'Most new sessions in a second.', ({ rateMost }) => rateMost),
  gauge('idle_time_percent', 'How much of the time there is nothing to do.', ({ idlePercent }) => idlePercent),
  gauge('stopping', 'Whether it accepts nobody any more.', ({ isStopping }) => (isStopping ? 1 : 0)),
  gauge('listeners', 'Addresses on which it accepts connections.', ({ listenersNow }) => listenersNow),
  counter('dropped_logs_total', 'Lines of the log that were lost.', ({ lostLogLines }) => lostLogLines),
  counter('bytes_out_total', 'Bytes to clients.', ({ bytesOut }) => bytesOut),
  gauge('bytes_out_rate', 'Bytes to clients in a second.', ({ bytesOutPerSecond }) => bytesOutPerSecond),
  gauge('pool_allocated_bytes', 'Memory for objects.', ({ heapBytes }) => heapBytes),
  gauge('pool_used_bytes', 'Memory for objects that is in use.', ({ heapUsedBytes }) => heapUsedBytes),
  {
    name: 'haproxy_process_build_info',
    type: 'gauge',
    help: 'The version of cmpp-lb.',
    read: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: 'cmpp_lb_process_sessions_closed_total',
    type: 'counter',
    help: 'Sessions that ended, by reason, since the start.',
    read: ({ closed }) => samplesOf(closed, 'reason'),
  },
];

type ReadProcess = (process: ProcessFigures) => number | null;

function gauge(suffix: string, help: string, read: ReadProcess): ProcessFamily {
  return processFamily(suffix, 'gauge', help, read);
}

function counter(suffix: string, help: string, read: ReadProcess): ProcessFamily {
  return processFamily(suffix, 'counter', help, read);
}

function processFamily(suffix: string, type: Family['type'], help: string, read: ReadProcess): ProcessFamily {
  return {
    name: `haproxy_process_${suffix}`,
    type,
    help,
    read: (process) => {
      const value = read(process);
      return value === null ? [] : [{ labels: NO_LABELS, value }];
    },
  };
}
