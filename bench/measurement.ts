/** Measures one balancer under one load: a fresh server, a fresh balancer, one client, all ended afterwards. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Clock } from '../src/runtime/clock.js';
import type { Balancer } from './balancers.js';
import { exitOf } from './child-processes.js';
import type { ChildProcesses } from './child-processes.js';
import { LoadStarter } from './load-programs.js';
import type { LoadPrograms, Pace, RunningClient, RunningServer } from './load-programs.js';
import type { Pinning } from './machine.js';
import { cpuTimeNs, residentKb } from './process-usage.js';

const READY_LIMIT_MS = 15_000;
const READY_POLL_MS = 10;

export type Load =
  | { readonly kind: 'idle'; readonly sessions: number; readonly settleS: number; readonly idleS: number }
  | {
      readonly kind: 'traffic';
      readonly sessions: number;
      readonly pace: Pace;
      readonly trafficS: number;
      /** One traffic phase before the measured one, so that Node has compiled what is hot. */
      readonly hasWarmUp: boolean;
    }
  /** No session at all: what so many servers cost that are checked once a second. */
  | {
      readonly kind: 'checks';
      readonly sessions: 0;
      readonly servers: number;
      readonly startS: number;
      readonly laterS: number;
    };

export type Observation =
  | {
      readonly kind: 'idle';
      readonly loginS: number;
      /** Resident memory with all sessions idle, less that with none, divided by the sessions. */
      readonly kbPerSession: number;
      readonly cpuMsPerS: number;
    }
  | {
      readonly kind: 'traffic';
      readonly balancerUsPerMessage: number;
      readonly serverUsPerMessage: number;
      readonly p50Us: number;
      readonly p99Us: number;
      readonly maxUs: number;
    }
  /** CPU in percent of one CPU's time: from when the balancer listens, and after that. */
  | { readonly kind: 'checks'; readonly startPercent: number; readonly laterPercent: number };

export interface Workbench {
  readonly clock: Clock;
  readonly processes: ChildProcesses;
  readonly programs: LoadPrograms;
  /** Where configurations and logs are written. */
  readonly folder: string;
  readonly pinning: Pinning | undefined;
}

/** A measurement that gave no figures: what went wrong, and the last that the processes had to say. */
export class MeasurementError extends Error {
  readonly logs: string;

  constructor(cause: unknown, logs: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.logs = logs;
  }
}

/** Throws a MeasurementError when a session or a message is lost, or when a process ends early. */
export async function measure(bench: Workbench, balancer: Balancer, load: Load): Promise<Observation> {
  const folder = mkdtempSync(path.join(bench.folder, `${balancer.side}-`));
  const loadLog = path.join(folder, 'load.log');
  const balancerLog = path.join(folder, 'balancer.log');
  try {
    const starter = new LoadStarter(bench.programs, bench.processes, bench.pinning?.loadCpu, loadLog);
    const server = await starter.server();
    const listenPort = await freePort();
    const checkedServers = load.kind === 'checks' ? load.servers : 0;
    const topology = { sessions: load.sessions, checkedServers, listenPort, serverPorts: server.ports };
    const command = balancer.command(topology, folder);
    const cpu = bench.pinning?.balancerCpu;
    const child = await bench.processes.start(command, { cpu, logPath: balancerLog, isPiped: false });
    await waitUntilAccepting(bench.clock, listenPort, child);
    const pid = child.pid ?? 0;
    if (load.kind === 'checks') return await observeChecks(bench.clock, server, pid, balancerLog, load);
    if (load.kind === 'idle') return await observeIdle(bench.clock, starter, pid, listenPort, load);
    const client = await starter.client(listenPort, load.sessions, load.pace, load.trafficS);
    return await observeTraffic(client, server, pid, load.hasWarmUp);
  } catch (error) {
    throw new MeasurementError(error, [loadLog, balancerLog].map(endOfLog).join(''));
  } finally {
    await bench.processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last lines, indented; nothing when there is no log yet. */
function endOfLog(logPath: string): string {
  if (!existsSync(logPath)) return '';
  const lines = readFileSync(logPath, 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-8)
    .map((line) => `\n    ${path.basename(logPath)}: ${line}`)
    .join('');
}

async function observeIdle(
  clock: Clock,
  starter: LoadStarter,
  pid: number,
  port: number,
  load: Extract<Load, { kind: 'idle' }>,
): Promise<Observation> {
  const emptyKb = residentKb(pid);
  const client = await starter.client(port, load.sessions, undefined, 1);
  await pause(clock, load.settleS);
  const beforeNs = cpuTimeNs(pid);
  await pause(clock, load.idleS);
  const usedNs = cpuTimeNs(pid) - beforeNs;
  const grownKb = residentKb(pid) - emptyKb;
  await client.goodbye();
  return {
    kind: 'idle',
    loginS: client.loginS,
    kbPerSession: grownKb / load.sessions,
    cpuMsPerS: usedNs / 1e6 / load.idleS,
  };
}

async function observeChecks(
  clock: Clock,
  server: RunningServer,
  pid: number,
  balancerLog: string,
  { servers, startS, laterS }: Extract<Load, { kind: 'checks' }>,
): Promise<Observation> {
  const percents: number[] = [];
  for (const seconds of [startS, laterS]) {
    const beforeNs = cpuTimeNs(pid);
    const beganMs = clock.nowMs();
    await pause(clock, seconds);
    percents.push((cpuTimeNs(pid) - beforeNs) / 1e4 / (clock.nowMs() - beganMs));
  }
  const { logins } = await server.end();
  if (readFileSync(balancerLog, 'utf8').includes(' is DOWN')) throw new Error('a server that answers was marked down');
  const expected = servers * (startS + laterS);
  // Chance shortens pauses by a tenth at most, and the first checks are spread over a second.
  if (logins < expected * 0.8 || logins > expected * 1.2) throw new Error(`${logins} logins, ${expected} were due`);
  const [startPercent = 0, laterPercent = 0] = percents;
  return { kind: 'checks', startPercent, laterPercent };
}

async function observeTraffic(
  client: RunningClient,
  server: RunningServer,
  pid: number,
  hasWarmUp: boolean,
): Promise<Observation> {
  const warmUp = hasWarmUp ? await client.traffic() : undefined;
  // Between phases nothing is under way and both sleep, so these readings belong to exactly the phase's messages.
  const balancerBeforeNs = cpuTimeNs(pid);
  const serverBeforeNs = cpuTimeNs(server.pid);
  const traffic = await client.traffic();
  const balancerNs = cpuTimeNs(pid) - balancerBeforeNs;
  const serverNs = cpuTimeNs(server.pid) - serverBeforeNs;
  await client.goodbye();
  const answered = traffic.answered + (warmUp?.answered ?? 0);
  const { submits } = await server.end();
  if (submits !== answered) throw new Error(`${answered} messages were answered, but the server saw ${submits}`);
  return {
    kind: 'traffic',
    balancerUsPerMessage: balancerNs / 1e3 / traffic.answered,
    serverUsPerMessage: serverNs / 1e3 / traffic.answered,
    p50Us: traffic.p50Us,
    p99Us: traffic.p99Us,
    maxUs: traffic.maxUs,
  };
}

/** A port that nobody listens on. Another process could take it before the balancer does; then the run fails, loudly. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address with a port.');
  return address.port;
}

async function waitUntilAccepting(clock: Clock, port: number, child: ChildProcess): Promise<void> {
  const limitMs = clock.nowMs() + READY_LIMIT_MS;
  while (!(await accepts(port))) {
    if (exitOf(child) !== 'running' || clock.nowMs() > limitMs) {
      throw new Error(`it accepts no connection (${exitOf(child)}): ${child.spawnargs.join(' ')}`);
    }
    await pause(clock, READY_POLL_MS / 1000);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function pause(clock: Clock, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(seconds * 1000, resolve);
  });
}
