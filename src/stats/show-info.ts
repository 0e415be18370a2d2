/** `show info`: what HAProxy says of its process, line by line. What does not happen here is 0. Pure. */

import type { ProcessFigures, Snapshot } from './snapshot.js';

interface Line {
  readonly name: string;
  /** As in the columns of `show stat`. */
  readonly tags: string;
  /** Its number in the typed form; HAProxy has some that it does not print. */
  readonly at: number;
  readonly read: (process: ProcessFigures) => string | number;
}

const MEGABYTE = 2 ** 20;
const SECOND_MS = 1000;
const zero = (): number => 0;
const seconds = (timeMs: number): number => Math.floor(timeMs / SECOND_MS);
const two = (count: number): string => String(count).padStart(2, '0');
const megabytes = (bytes: number): number => Math.floor(bytes / MEGABYTE);

const LINES: readonly Line[] = [
  line(0, 'Name', 'POS:str', ({ name }) => name),
  line(1, 'Version', 'POS:str', ({ version }) => version),
  // hatop wants the line; the packages that this comes in have no date.
  line(2, 'Release_date', 'POS:str', () => '-'),
  line(3, 'Nbthread', 'CGS:u32', () => 1),
  line(4, 'Nbproc', 'CGS:u32', () => 1),
  line(5, 'Process_num', 'KGP:u32', () => 1),
  line(6, 'Pid', 'SGP:u32', ({ pid }) => pid),
  line(7, 'Uptime', 'MDP:str', ({ uptimeMs }) => uptimeText(uptimeMs)),
  line(8, 'Uptime_sec', 'MDP:u32', ({ uptimeMs }) => seconds(uptimeMs)),
  line(9, 'Memmax_MB', 'CLP:u32', zero),
  line(10, 'PoolAlloc_MB', 'MGP:u32', ({ heapBytes }) => megabytes(heapBytes)),
  line(11, 'PoolUsed_MB', 'MGP:u32', ({ heapUsedBytes }) => megabytes(heapUsedBytes)),
  line(12, 'PoolFailed', 'MCP:u32', zero),
  line(13, 'Ulimit-n', 'CLP:u32', ({ descriptorLimit }) => descriptorLimit ?? 0),
  line(14, 'Maxsock', 'CLP:u32', ({ descriptorLimit }) => descriptorLimit ?? 0),
  line(15, 'Maxconn', 'CLP:u32', ({ sessionsLimit }) => sessionsLimit ?? 0),
  line(16, 'Hard_maxconn', 'CLP:u32', ({ sessionsLimit }) => sessionsLimit ?? 0),
  line(17, 'CurrConns', 'MGP:u32', ({ sessionsNow }) => sessionsNow),
  line(18, 'CumConns', 'MCP:u32', ({ connectionsTotal }) => connectionsTotal),
  line(19, 'CumReq', 'MCP:u32', ({ sessionsTotal }) => sessionsTotal),
  line(20, 'MaxSslConns', 'MMP:u32', zero),
  line(21, 'CurrSslConns', 'MGP:u32', zero),
  line(22, 'CumSslConns', 'MCP:u32', zero),
  line(23, 'Maxpipes', 'CLP:u32', zero),
  line(24, 'PipesUsed', 'MGP:u32', zero),
  line(25, 'PipesFree', 'MGP:u32', zero),
  line(26, 'ConnRate', 'MRP:u32', ({ connectionRateNow }) => connectionRateNow),
  line(27, 'ConnRateLimit', 'CLP:u32', zero),
  line(28, 'MaxConnRate', 'MMP:u32', ({ connectionRateMost }) => connectionRateMost),
  line(29, 'SessRate', 'MRP:u32', ({ rateNow }) => rateNow),
  line(30, 'SessRateLimit', 'CLP:u32', zero),
  line(31, 'MaxSessRate', 'MRP:u32', ({ rateMost }) => rateMost),
  line(32, 'SslRate', 'MRP:u32', zero),
  line(33, 'SslRateLimit', 'CLP:u32', zero),
  line(34, 'MaxSslRate', 'MMP:u32', zero),
  line(35, 'SslFrontendKeyRate', 'MGP:u32', zero),
  line(36, 'SslFrontendMaxKeyRate', 'MMP:u32', zero),
  line(37, 'SslFrontendSessionReuse_pct', 'MGP:u32', zero),
  line(38, 'SslBackendKeyRate', 'MRP:u32', zero),
  line(39, 'SslBackendMaxKeyRate', 'MMP:u32', zero),
  line(40, 'SslCacheLookups', 'MCP:u32', zero),
  line(41, 'SslCacheMisses', 'MCP:u32', zero),
  line(42, 'CompressBpsIn', 'MRP:u32', zero),
  line(43, 'CompressBpsOut', 'MRP:u32', zero),
  line(44, 'CompressBpsRateLim', 'CLP:u32', zero),
  line(47, 'Tasks', 'MGP:u32', ({ sessionsNow }) => sessionsNow),
  line(48, 'Run_queue', 'MGP:u32', zero),
  line(49, 'Idle_pct', 'MaP:u32', ({ idlePercent }) => idlePercent),
  line(50, 'node', 'COS:str', ({ node }) => node),
  line(52, 'Stopping', 'MGP:u32', ({ isStopping }) => (isStopping ? 1 : 0)),
  line(53, 'Jobs', 'MGP:u32', ({ sessionsNow, listenersNow }) => sessionsNow + listenersNow),
  line(54, 'Unstoppable Jobs', 'MGP:u32', zero),
  line(55, 'Listeners', 'MGP:u32', ({ listenersNow }) => listenersNow),
  line(56, 'ActivePeers', 'MGP:u32', zero),
  line(57, 'ConnectedPeers', 'MGP:u32', zero),
  line(58, 'DroppedLogs', 'MGP:u32', ({ lostLogLines }) => lostLogLines),
  line(59, 'BusyPolling', 'MGP:u32', zero),
  line(60, 'FailedResolutions', 'MGP:u32', zero),
  line(61, 'TotalBytesOut', 'MGP:u64', ({ bytesOut }) => bytesOut),
  line(62, 'TotalSplicdedBytesOut', 'MGP:u64', zero),
  line(63, 'BytesOutRate', 'MRP:u64', ({ bytesOutPerSecond }) => bytesOutPerSecond),
  line(64, 'DebugCommandsIssued', 'MGP:u32', zero),
  line(65, 'CumRecvLogs', 'MCP:u32', zero),
  line(66, 'Build info', 'POS:str', ({ version }) => version),
  line(67, 'Memmax_bytes', 'CLP:u32', zero),
  line(68, 'PoolAlloc_bytes', 'MGP:u64', ({ heapBytes }) => heapBytes),
  line(69, 'PoolUsed_bytes', 'MGP:u64', ({ heapUsedBytes }) => heapUsedBytes),
  line(70, 'Start_time_sec', 'MDP:u32', ({ startedWallMs }) => seconds(startedWallMs)),
  line(71, 'Tainted', 'SGP:str', zero),
];

function line(at: number, name: string, tags: string, read: Line['read']): Line {
  return { at, name, tags, read };
}

export function showInfo({ process }: Snapshot): string {
  return LINES.map(({ name, read }) => `${name}: ${read(process)}\n`).join('');
}

/** `6.Pid.1:SGP:u32:15170` */
export function showInfoTyped({ process }: Snapshot): string {
  return LINES.map(({ at, name, tags, read }) => `${at}.${name}.1:${tags}:${read(process)}\n`).join('');
}

/** `0d 0h00m03s` */
function uptimeText(uptimeMs: number): string {
  const all = seconds(uptimeMs);
  const [days, hours, minutes] = [Math.floor(all / 86_400), Math.floor(all / 3600) % 24, Math.floor(all / 60) % 60];
  return `${days}d ${hours}h${two(minutes)}m${two(all % 60)}s`;
}
