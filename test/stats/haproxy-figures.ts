/** What HAProxy 2.6.12 printed, cut to the columns that all its versions have in common, and figures that say the same. */

import type {
  AccountFigures,
  AccountSums,
  BackendFigures,
  FrontendFigures,
  ServerFigures,
  Snapshot,
} from '../../src/stats/snapshot.js';

/** The first line of `show stat`. */
export const HEADER = [
  '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,',
  'weight,act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,',
  'rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,',
  'hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,',
  'lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,agent_duration,check_desc,',
  'agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,',
  'conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,connect,reuse,cache_lookups,cache_hits,',
  'srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,idle_conn_cur,safe_conn_cur,used_conn_cur,',
  'need_conn_est,uweight,agg_server_status,agg_server_check_status,agg_check_status,',
].join('');

/** A frontend of mode tcp that nobody has come to. */
export const FRONTEND_ROW = [
  'persistent_connection_frontend,FRONTEND,,,0,0,9000,0,0,0,0,0,0,,,,,OPEN,,,,,,,,,1,2,0,,,,0,0,0,0,,,,,,,,,',
  ',,0,0,0,,,0,0,0,0,,,,,,,,,,,,,,,,,,,,,tcp,,0,0,0,,0,0,0,,,,,,,,,,,0,,,,,,,,,',
].join('');

/** A server that is checked by a connection. */
export const SERVER_ROW = [
  'persistent_connection_backend,server1,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,1,1,0,0,0,4,0,,1,3,1,,0,,2,0,,0,L4OK,',
  ',0,,,,,,,,,,,0,0,,,,,-1,,,0,0,0,0,,,,Layer4 check passed,,2,3,4,,,,127.0.0.1:19315,,tcp,,,,,,,,0,0,0,,,0,',
  ',0,0,0,0,0,0,0,0,1,1,,,,',
].join('');

/** Its backend, with two more such servers. */
export const BACKEND_ROW = [
  'persistent_connection_backend,BACKEND,0,0,0,0,900,0,0,0,0,0,,0,0,0,0,UP,3,3,0,,0,4,0,,1,3,0,,0,,1,0,,0,,,',
  ',,,,,,,,,,,0,0,0,0,0,0,-1,,,0,0,0,0,,,,,,,,,,,,,,tcp,source,,,,,,,0,0,0,,,,,0,0,0,0,0,,,,,3,0,0,0,',
].join('');

/** A listener of another frontend, with `option socket-stats`. */
export const LISTENER_ROW = [
  'fe,l1,,,1,2,0,3,20,0,0,0,0,,,,,OPEN,,,,,,,,,1,3,1,,,,3,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,',
  '127.0.0.1:28001,,tcp,,,,,,0,0,0,,,,,,,,,,,0,,,,,,,,,',
].join('');

/** The names of the lines of `show info`, in order. */
export const INFO_NAMES = [
  'Name',
  'Version',
  'Release_date',
  'Nbthread',
  'Nbproc',
  'Process_num',
  'Pid',
  'Uptime',
  'Uptime_sec',
  'Memmax_MB',
  'PoolAlloc_MB',
  'PoolUsed_MB',
  'PoolFailed',
  'Ulimit-n',
  'Maxsock',
  'Maxconn',
  'Hard_maxconn',
  'CurrConns',
  'CumConns',
  'CumReq',
  'MaxSslConns',
  'CurrSslConns',
  'CumSslConns',
  'Maxpipes',
  'PipesUsed',
  'PipesFree',
  'ConnRate',
  'ConnRateLimit',
  'MaxConnRate',
  'SessRate',
  'SessRateLimit',
  'MaxSessRate',
  'SslRate',
  'SslRateLimit',
  'MaxSslRate',
  'SslFrontendKeyRate',
  'SslFrontendMaxKeyRate',
  'SslFrontendSessionReuse_pct',
  'SslBackendKeyRate',
  'SslBackendMaxKeyRate',
  'SslCacheLookups',
  'SslCacheMisses',
  'CompressBpsIn',
  'CompressBpsOut',
  'CompressBpsRateLim',
  'Tasks',
  'Run_queue',
  'Idle_pct',
  'node',
  'Stopping',
  'Jobs',
  'Unstoppable Jobs',
  'Listeners',
  'ActivePeers',
  'ConnectedPeers',
  'DroppedLogs',
  'BusyPolling',
  'FailedResolutions',
  'TotalBytesOut',
  'TotalSplicdedBytesOut',
  'BytesOutRate',
  'DebugCommandsIssued',
  'CumRecvLogs',
  'Build info',
  'Memmax_bytes',
  'PoolAlloc_bytes',
  'PoolUsed_bytes',
  'Start_time_sec',
  'Tainted',
];

/** The second line of `show servers state`, and the lines of that server. */
export const STATE_FIELDS = [
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ',
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state ',
  'srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl ',
  'srv_check_port srv_check_addr srv_agent_addr srv_agent_port',
].join('');
export const STATE_LINE =
  '3 persistent_connection_backend 1 server1 127.0.0.1 2 0 1 1 4 6 3 4 6 0 0 0 - 19315 - 0 0 - - 0';

const SESSIONS = { sessionsNow: 0, sessionsMost: 0, sessionsTotal: 0, rateNow: 0, rateMost: 0 };
const PASSED = { bytesIn: 0, bytesOut: 0, unansweredNow: 0, unansweredTotal: 0, submitsNotAccepted: 0 };
const TRAFFIC = { ...PASSED, pdusIn: {}, pdusOut: {} };
const ENDS = { refused: {}, closed: {}, clientAborts: 0, serverAborts: 0 };
const TIMES = {
  queueAverageMs: 0,
  connectAverageMs: 0,
  totalAverageMs: 0,
  queueMostMs: 0,
  connectMostMs: 0,
  totalMostMs: 0,
};
const PLACE = {
  ...SESSIONS,
  ...TRAFFIC,
  ...ENDS,
  ...TIMES,
  mode: 'tcp',
  queuedNow: 0,
  queuedMost: 0,
  connectFailures: 0,
  retries: 0,
  redispatches: 0,
  dials: 0,
  responseErrors: 0,
  responsesDenied: 0,
  internalErrors: 0,
  balanced: 0,
  status: 'UP',
  weight: 1,
  weightWanted: 1,
  timesDown: 0,
  downtimeMs: 0,
  lastChangeMs: 4321,
  lastSessionMs: null,
  submitLatency: { count: 0, sumMs: 0, p50Ms: null, p95Ms: null, p99Ms: null, below: [] },
  submitResults: {},
  moves: { left: 0, arrived: 0, failed: 0, inDoubt: 0 },
  movingNow: 0,
  heldNow: 0,
  logins: {},
};
const NO_ACCOUNTS: AccountSums = {
  ...PASSED,
  sessionsNow: 0,
  sessionsTotal: 0,
  refused: {},
  submits: 0,
  delivers: 0,
  limited: { rejected: 0, delayed: 0, delayedMs: 0 },
};
const CONNECTIONS = { connectionsTotal: 0, connectionRateNow: 0, connectionRateMost: 0 };
const REFUSALS = {
  connectionsDenied: 0,
  sessionsDenied: 0,
  requestsDenied: 0,
  responsesDenied: 0,
  requestErrors: 0,
  internalErrors: 0,
};

/** The server of SERVER_ROW, but for what is said. */
export function serverOf(known: Partial<ServerFigures> = {}): ServerFigures {
  return {
    ...PLACE,
    name: 'server1',
    id: 1,
    sessionsLimit: null,
    address: { host: '127.0.0.1', port: 19315 },
    backup: false,
    isUp: true,
    wish: 'ready',
    isDisabled: false,
    weightConfigured: 1,
    tracked: null,
    isMaintainedByOther: false,
    throttlePercent: null,
    check: {
      status: 'L4OK',
      text: 'connected in 0 ms',
      durationMs: 0.3,
      hasPassed: true,
      checks: 2,
      failures: 0,
      rise: 2,
      fall: 3,
      healthCounter: 4,
    },
    ...known,
  };
}

/** The backend of BACKEND_ROW. */
export function backendOf(known: Partial<BackendFigures> = {}): BackendFigures {
  return {
    ...PLACE,
    name: 'persistent_connection_backend',
    id: 3,
    sessionsLimit: 900,
    algorithm: 'source',
    accepts: true,
    activeNow: 3,
    backupNow: 0,
    weight: 3,
    weightWanted: 3,
    servers: [serverOf()],
    ...known,
  };
}

/** The frontend of FRONTEND_ROW, with the listener of LISTENER_ROW. */
export function frontendOf(known: Partial<FrontendFigures> = {}): FrontendFigures {
  const entrance = {
    ...SESSIONS,
    ...TRAFFIC,
    ...ENDS,
    ...REFUSALS,
    ...CONNECTIONS,
    mode: 'tcp',
    isOpen: true,
    limited: { rejected: 0, delayed: 0 },
  };
  const numbers = { sessionsNow: 1, sessionsMost: 2, sessionsTotal: 3, bytesIn: 20 };
  const listener = { ...entrance, ...numbers, name: 'l1', id: 1, sessionsLimit: 0, address: '127.0.0.1:28001' };
  return {
    ...entrance,
    name: 'persistent_connection_frontend',
    id: 2,
    sessionsLimit: 9000,
    defaultBackend: 'persistent_connection_backend',
    listeners: [listener],
    ...known,
  };
}

export function accountOf(known: Partial<AccountFigures> = {}): AccountFigures {
  return { ...NO_ACCOUNTS, name: '900001', sessionsMost: 0, lastLoginWallMs: null, ...known };
}

export function snapshotOf(known: Partial<Snapshot> = {}): Snapshot {
  return {
    process: {
      ...SESSIONS,
      ...CONNECTIONS,
      name: 'cmpp-lb',
      version: '1.2.3',
      pid: 15170,
      node: 'vm',
      startedWallMs: 1_795_289_517_000,
      uptimeMs: 3500,
      isStopping: false,
      sessionsLimit: 9000,
      bytesOut: 0,
      bytesOutPerSecond: 0,
      closed: {},
      listenersNow: 5,
      descriptorLimit: 18_039,
      heapBytes: 0,
      heapUsedBytes: 0,
      idlePercent: 100,
      lostLogLines: 0,
    },
    frontends: [frontendOf()],
    accounts: { leading: [], others: { ...NO_ACCOUNTS, accounts: 0 } },
    backends: [backendOf()],
    ...known,
  };
}
