/**
 * The table of statistics: the 103 columns that all versions of HAProxy have in common, in its order, those of ours
 * behind them, and how each is read from the snapshot. A column that a kind of row does not have is empty there, as it
 * is in HAProxy. Pure.
 */

import { ROW_FACTS } from './rows.js';
import type { Proxy, Row } from './rows.js';
import { checkDescription } from './check-words.js';
import type { BackendFigures, FrontendFigures, ListenerFigures, ServerFigures } from './snapshot.js';

/** Null is empty. */
export type Value = string | number | null;

/** How a column is read: the first of these that fits the kind of row. */
interface Readers {
  readonly frontend?: (figures: FrontendFigures, proxy: Proxy) => Value;
  readonly listener?: (figures: ListenerFigures, proxy: Proxy) => Value;
  readonly server?: (figures: ServerFigures, proxy: Proxy) => Value;
  readonly backend?: (figures: BackendFigures, proxy: Proxy) => Value;
  /** Frontends and listeners. */
  readonly entrance?: (figures: FrontendFigures | ListenerFigures) => Value;
  /** Servers and backends. */
  readonly place?: (figures: ServerFigures | BackendFigures) => Value;
  readonly all?: (figures: Row['figures'], proxy: Proxy) => Value;
}

export interface Column extends Readers {
  readonly name: string;
  /** HAProxy's letters for origin, nature and scope, and its type: they stand in the typed form and in JSON. */
  readonly tags: string;
  readonly type: 'str' | 's32' | 'u32' | 'u64';
}

const SECOND_MS = 1000;

const zero = (): number => 0;
const seconds = (timeMs: number): number => Math.floor(timeMs / SECOND_MS);
const checked = ({ check, wish, isMaintainedByOther }: ServerFigures) =>
  wish === 'maint' || isMaintainedByOther ? null : check;

/** HAProxy knows CMPP as mode tcp, and its tools know no other modes. */
const MODE = 'tcp';
/** The number of the process that has written the row; there is only one. */
const PROCESS = 1;

function column(name: string, kind: string, readers: Readers): Column {
  const [tags = '', type = ''] = kind.split(':');
  return { name, tags, type: type === 'str' || type === 's32' || type === 'u32' ? type : 'u64', ...readers };
}

/** What HAProxy counts, of a kind that does not happen here. */
const never = (name: string, kind: string, ...rows: readonly (keyof Readers)[]): Column =>
  column(name, kind, Object.fromEntries(rows.map((row) => [row, zero])));

/** What is only there for checks by an agent, which this balancer does not have. */
const empty = (name: string): Column => column(name, 'MCP:u32', {});

const COUNTER = 'MCP:u64';
const GAUGE = 'MGP:u32';
const MOST = 'MMP:u32';
const RATE = 'MRP:u32';
const AVERAGE = 'MaP:u32';

export const COLUMNS: readonly Column[] = [
  column('pxname', 'KNS:str', { all: (_, proxy) => proxy.name }),
  column('svname', 'KNS:str', {
    frontend: () => 'FRONTEND',
    backend: () => 'BACKEND',
    listener: ({ name }) => name,
    server: ({ name }) => name,
  }),
  column('qcur', GAUGE, { place: ({ queuedNow }) => queuedNow }),
  column('qmax', MOST, { place: ({ queuedMost }) => queuedMost }),
  column('scur', GAUGE, { all: ({ sessionsNow }) => sessionsNow }),
  column('smax', MOST, { all: ({ sessionsMost }) => sessionsMost }),
  column('slim', 'CLP:u32', { all: ({ sessionsLimit }) => sessionsLimit }),
  column('stot', COUNTER, { all: ({ sessionsTotal }) => sessionsTotal }),
  column('bin', COUNTER, { all: ({ bytesIn }) => bytesIn }),
  column('bout', COUNTER, { all: ({ bytesOut }) => bytesOut }),
  column('dreq', COUNTER, { entrance: ({ requestsDenied }) => requestsDenied, backend: zero }),
  column('dresp', COUNTER, { all: ({ responsesDenied }) => responsesDenied }),
  column('ereq', COUNTER, { entrance: ({ requestErrors }) => requestErrors }),
  column('econ', COUNTER, { place: ({ connectFailures }) => connectFailures }),
  column('eresp', COUNTER, { place: ({ responseErrors }) => responseErrors }),
  column('wretr', COUNTER, { place: ({ retries }) => retries }),
  column('wredis', COUNTER, { place: ({ redispatches }) => redispatches }),
  column('status', 'SGP:str', {
    entrance: ({ isOpen }) => (isOpen ? 'OPEN' : 'STOP'),
    place: ({ status }) => status,
  }),
  column('weight', AVERAGE, { place: ({ weight }) => weight }),
  column('act', GAUGE, { server: ({ backup }) => (backup ? 0 : 1), backend: ({ activeNow }) => activeNow }),
  column('bck', GAUGE, { server: ({ backup }) => (backup ? 1 : 0), backend: ({ backupNow }) => backupNow }),
  column('chkfail', COUNTER, { server: ({ check }) => check && check.failures }),
  column('chkdown', COUNTER, {
    server: ({ check, timesDown }) => check && timesDown,
    backend: ({ timesDown }) => timesDown,
  }),
  column('lastchg', 'MAP:u32', { place: ({ lastChangeMs }) => seconds(lastChangeMs) }),
  column('downtime', 'MCP:u32', {
    server: ({ check, downtimeMs }) => check && seconds(downtimeMs),
    backend: ({ downtimeMs }) => seconds(downtimeMs),
  }),
  column('qlimit', 'CGS:u32', {}),
  column('pid', 'KGP:u32', { all: () => PROCESS }),
  column('iid', 'KGS:u32', { all: (_, proxy) => proxy.id }),
  column('sid', 'KGS:u32', {
    frontend: zero,
    backend: zero,
    listener: ({ id }) => id,
    server: ({ id }) => id,
  }),
  column('throttle', AVERAGE, { server: ({ throttlePercent }) => throttlePercent }),
  column('lbtot', COUNTER, { place: ({ balanced }) => balanced }),
  column('tracked', 'CNS:str', { server: ({ tracked }) => tracked }),
  column('type', 'CGS:u32', {
    frontend: () => ROW_FACTS.frontend.type,
    backend: () => ROW_FACTS.backend.type,
    server: () => ROW_FACTS.server.type,
    listener: () => ROW_FACTS.listener.type,
  }),
  column('rate', RATE, { frontend: ({ rateNow }) => rateNow, place: ({ rateNow }) => rateNow }),
  never('rate_lim', 'CLP:u32', 'frontend'),
  column('rate_max', MOST, { frontend: ({ rateMost }) => rateMost, place: ({ rateMost }) => rateMost }),
  column('check_status', 'MOP:str', {
    server: (server) => {
      const check = checked(server);
      return check && (check.status ?? 'INI');
    },
  }),
  column('check_code', GAUGE, { server: (server) => (checked(server)?.status === 'L7OK' ? 0 : null) }),
  column('check_duration', 'MDP:u64', {
    server: (server) => {
      const durationMs = checked(server)?.durationMs;
      return durationMs === undefined || durationMs === null ? null : Math.round(durationMs);
    },
  }),
  never('hrsp_1xx', COUNTER),
  never('hrsp_2xx', COUNTER),
  never('hrsp_3xx', COUNTER),
  never('hrsp_4xx', COUNTER),
  never('hrsp_5xx', COUNTER),
  never('hrsp_other', COUNTER),
  empty('hanafail'),
  never('req_rate', RATE, 'frontend'),
  never('req_rate_max', MOST, 'frontend'),
  never('req_tot', COUNTER, 'frontend'),
  column('cli_abrt', COUNTER, { place: ({ clientAborts }) => clientAborts }),
  column('srv_abrt', COUNTER, { place: ({ serverAborts }) => serverAborts }),
  never('comp_in', COUNTER, 'frontend', 'backend'),
  never('comp_out', COUNTER, 'frontend', 'backend'),
  never('comp_byp', COUNTER, 'frontend', 'backend'),
  never('comp_rsp', COUNTER, 'frontend', 'backend'),
  column('lastsess', 'MAP:s32', {
    place: ({ lastSessionMs }) => (lastSessionMs === null ? -1 : seconds(lastSessionMs)),
  }),
  column('last_chk', 'MOP:str', {
    server: (server) => {
      const check = checked(server);
      return check?.status === 'L4OK' ? null : (check?.text ?? null);
    },
  }),
  empty('last_agt'),
  column('qtime', AVERAGE, { place: ({ queueAverageMs }) => Math.round(queueAverageMs) }),
  column('ctime', AVERAGE, { place: ({ connectAverageMs }) => Math.round(connectAverageMs) }),
  never('rtime', AVERAGE, 'place'),
  column('ttime', AVERAGE, { place: ({ totalAverageMs }) => Math.round(totalAverageMs) }),
  empty('agent_status'),
  empty('agent_code'),
  empty('agent_duration'),
  column('check_desc', 'MOP:str', {
    server: (server) => {
      const check = checked(server);
      return check && checkDescription(check.status);
    },
  }),
  empty('agent_desc'),
  column('check_rise', 'CGS:u32', { server: (server) => checked(server)?.rise ?? null }),
  column('check_fall', 'CGS:u32', { server: (server) => checked(server)?.fall ?? null }),
  column('check_health', 'CGS:u32', { server: (server) => checked(server)?.healthCounter ?? null }),
  empty('agent_rise'),
  empty('agent_fall'),
  empty('agent_health'),
  column('addr', 'CGS:str', { listener: ({ address }) => address, server: ({ address }) => addressText(address) }),
  empty('cookie'),
  column('mode', 'CGS:str', { all: () => MODE }),
  column('algo', 'CGS:str', { backend: ({ algorithm }) => algorithm }),
  column('conn_rate', RATE, { frontend: ({ connectionRateNow }) => connectionRateNow }),
  column('conn_rate_max', MOST, { frontend: ({ connectionRateMost }) => connectionRateMost }),
  column('conn_tot', COUNTER, { frontend: ({ connectionsTotal }) => connectionsTotal }),
  never('intercepted', COUNTER),
  column('dcon', COUNTER, { entrance: ({ connectionsDenied }) => connectionsDenied }),
  column('dses', COUNTER, { entrance: ({ sessionsDenied }) => sessionsDenied }),
  never('wrew', COUNTER, 'all'),
  column('connect', COUNTER, { place: ({ dials }) => dials }),
  never('reuse', COUNTER, 'place'),
  never('cache_lookups', COUNTER),
  never('cache_hits', COUNTER),
  never('srv_icur', GAUGE, 'server'),
  empty('src_ilim'),
  column('qtime_max', MOST, { place: ({ queueMostMs }) => Math.round(queueMostMs) }),
  column('ctime_max', MOST, { place: ({ connectMostMs }) => Math.round(connectMostMs) }),
  never('rtime_max', MOST, 'place'),
  column('ttime_max', MOST, { place: ({ totalMostMs }) => Math.round(totalMostMs) }),
  column('eint', COUNTER, { all: ({ internalErrors }) => internalErrors }),
  never('idle_conn_cur', GAUGE, 'server'),
  never('safe_conn_cur', GAUGE, 'server'),
  never('used_conn_cur', GAUGE, 'server'),
  column('need_conn_est', GAUGE, { server: ({ check, dials }) => (check !== null || dials > 0 ? 1 : 0) }),
  column('uweight', AVERAGE, { place: ({ weightWanted }) => weightWanted }),
  never('agg_server_status', GAUGE, 'backend'),
  never('agg_server_check_status', GAUGE, 'backend'),
  never('agg_check_status', GAUGE, 'backend'),
  ...ownColumns(),
];

/** What no HAProxy has. */
function ownColumns(): Column[] {
  return [
    column('moving', GAUGE, { place: ({ movingNow }) => movingNow }),
    column('held', GAUGE, { place: ({ heldNow }) => heldNow }),
    column('moved_away', COUNTER, { place: ({ moves }) => moves.left }),
    column('moved_here', COUNTER, { place: ({ moves }) => moves.arrived }),
    column('moves_failed', COUNTER, { place: ({ moves }) => moves.failed }),
    column('in_doubt', COUNTER, { place: ({ moves }) => moves.inDoubt }),
    column('limited_rejected', COUNTER, { entrance: ({ limited }) => limited.rejected }),
    column('limited_delayed', COUNTER, { entrance: ({ limited }) => limited.delayed }),
  ];
}

export function valueOf(column: Column, row: Row): Value {
  const { proxy } = row;
  switch (row.kind) {
    case 'frontend':
      return (column.frontend ?? column.entrance ?? column.all)?.(row.figures, proxy) ?? null;
    case 'listener':
      return (column.listener ?? column.entrance ?? column.all)?.(row.figures, proxy) ?? null;
    case 'server':
      return (column.server ?? column.place ?? column.all)?.(row.figures, proxy) ?? null;
    case 'backend':
      return (column.backend ?? column.place ?? column.all)?.(row.figures, proxy) ?? null;
  }
}

/** As in the configuration, but for a unix socket, of which HAProxy says only this much. */
function addressText(address: ServerFigures['address']): string {
  if ('path' in address) return 'unix';
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
