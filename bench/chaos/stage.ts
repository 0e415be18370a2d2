/** The processes of the chaos run: three simulated gateways and the balancer before them, each its own process. */

import type { ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { askAt, replyText } from '../../src/cli/runtime-client.js';
import type { Reply } from '../../src/cli/runtime-client.js';
import type { Clock } from '../../src/runtime/clock.js';
import { sendCommand } from '../../src/simulator/smsc/control-socket.js';
import { exitOf } from '../child-processes.js';
import type { ChildProcesses } from '../child-processes.js';
import { BalancerLog } from './balancer-log.js';

/**
 * Of the loopback interface, and not the address that connections come from: a port here can't be taken by one of them
 * while its gateway is dead.
 */
const GATEWAY_HOST = '127.0.0.2';
const START_LIMIT_MS = 20_000;
const SPARE_CONNECTIONS = 20;
/** This file runs as dist/bench/chaos/stage.js. */
const PROGRAM = path.resolve(import.meta.dirname, '../../../bin/cmpp-lb.js');

export const BACKEND = 'b';
export const SERVERS = ['s1', 's2', 's3'] as const;
export type ServerName = (typeof SERVERS)[number];
export type Weights = Readonly<Record<ServerName, number>>;
export const EQUAL_WEIGHTS: Weights = { s1: 1, s2: 1, s3: 1 };

export interface StageOptions {
  readonly clock: Clock;
  readonly processes: ChildProcesses;
  /** Where the configuration, the runtime socket and the logs are. */
  readonly folder: string;
  readonly sessions: number;
}

interface Gateway {
  readonly child: ChildProcess;
  readonly port: number;
}

export class Stage {
  readonly log: BalancerLog;
  /** Of the balancer's frontend, on 127.0.0.1. */
  readonly port: number;
  readonly balancer: ChildProcess;
  readonly #options: StageOptions;
  readonly #gateways: Map<ServerName, Gateway>;

  private constructor(
    options: StageOptions,
    gateways: Map<ServerName, Gateway>,
    running: { readonly balancer: ChildProcess; readonly log: BalancerLog; readonly port: number },
  ) {
    this.#options = options;
    this.#gateways = gateways;
    this.balancer = running.balancer;
    this.log = running.log;
    this.port = running.port;
  }

  /** Starts everything. Resolves when the balancer listens. */
  static async started(options: StageOptions): Promise<Stage> {
    const gateways = new Map<ServerName, Gateway>();
    for (const name of SERVERS) gateways.set(name, await startGateway(options, name, 0));
    const configPath = path.join(options.folder, 'lb.yaml');
    writeFileSync(configPath, configText(options, gateways, EQUAL_WEIGHTS));
    const command = [process.execPath, PROGRAM, 'start', '-c', configPath];
    const logPath = path.join(options.folder, 'balancer.log');
    const balancer = await options.processes.start(command, { cpu: undefined, logPath, isPiped: true });
    if (balancer.stdout === null) throw new Error('The balancer was started with pipes.');
    const log = new BalancerLog(options.clock, balancer.stdout);
    const { address } = await log.next('listening', START_LIMIT_MS);
    const [, port] = /:(\d+)$/.exec(String(address)) ?? [];
    return new Stage(options, gateways, { balancer, log, port: Number(port) });
  }

  /** One command on the runtime socket. Throws when it is refused. */
  async command(line: string): Promise<string> {
    const reply = await this.#ask(line);
    if (reply.kind === 'unreached') throw new Error(`${line}: ${reply.message} (${exitOf(this.balancer)})`);
    if (reply.kind === 'refused') throw new Error(`${line}: ${replyText(reply)}`);
    return replyText(reply);
  }

  pidOf(server: ServerName): number {
    return this.#gateway(server).child.pid ?? 0;
  }

  /** SUBMITs that each gateway has read since it was started, in the order of SERVERS; 0 of one that is dead. */
  submitsSeen(): Promise<readonly number[]> {
    return Promise.all(SERVERS.map((server) => this.#submitsSeenBy(server)));
  }

  signal(server: ServerName, name: 'SIGCONT' | 'SIGKILL' | 'SIGSTOP'): void {
    this.#gateway(server).child.kill(name);
  }

  /** Starts a gateway that was killed again, on its port. */
  async startAgain(server: ServerName): Promise<void> {
    const { port } = this.#gateway(server);
    this.#gateways.set(server, await startGateway(this.#options, server, port));
  }

  /** Writes these weights into the file, and has it reloaded. */
  async reload(weights: Weights): Promise<void> {
    writeFileSync(path.join(this.#options.folder, 'lb.yaml'), configText(this.#options, this.#gateways, weights));
    await this.command('reload');
  }

  /** Resolves when all has been read that the log has said by now. */
  async logIsRead(): Promise<void> {
    // Refused, because the frontend is enabled; what the log says of that stands behind all else.
    const command = 'enable frontend sp';
    const isRead = this.log.next('command', START_LIMIT_MS, (line) => line['command'] === command);
    await this.#ask(command);
    await isRead;
  }

  /** Has the gateway say TERMINATE to all of its sessions. */
  async terminate(server: ServerName): Promise<void> {
    await this.#tell(server, `close ${this.#gateway(server).port}`);
  }

  async end(): Promise<void> {
    // One that was stopped hears of no other signal.
    for (const server of SERVERS) this.signal(server, 'SIGCONT');
    await this.#options.processes.endAll();
  }

  #ask(line: string): Promise<Reply> {
    return askAt([{ path: socketPath(this.#options.folder) }], line);
  }

  async #submitsSeenBy(server: ServerName): Promise<number> {
    if (exitOf(this.#gateway(server).child) !== 'running') return 0;
    const text = await this.#tell(server, 'status');
    const [head = '', row = ''] = text.split('\n');
    return Number(row.trim().split(/ +/)[head.trim().split(/ +/).indexOf('submits')]);
  }

  async #tell(server: ServerName, line: string): Promise<string> {
    const { text } = await sendCommand({ path: controlPath(this.#options.folder, server) }, line);
    return text;
  }

  #gateway(server: ServerName): Gateway {
    const gateway = this.#gateways.get(server);
    if (gateway === undefined) throw new Error(`There is no gateway ${server}.`);
    return gateway;
  }
}

async function startGateway(
  { clock, processes, folder }: StageOptions,
  name: ServerName,
  port: number,
): Promise<Gateway> {
  const control = controlPath(folder, name);
  // One that was killed has left its socket behind.
  rmSync(control, { force: true });
  const listen = ['--listen', `${GATEWAY_HOST}:${port}`, '--control', control];
  const command = [process.execPath, PROGRAM, 'smsc', '--quiet', '--no-reports', ...listen];
  const logPath = path.join(folder, `${name}.log`);
  const child = await processes.start(command, { cpu: undefined, logPath, isPiped: true });
  const found = await new Promise<number>((resolve, reject) => {
    const fail = (): void =>
      reject(new Error(`the gateway ${name} does not listen (${exitOf(child)}): see ${logPath}`));
    const cancel = clock.after(START_LIMIT_MS, fail);
    child.once('exit', fail);
    if (child.stdout === null) throw new Error('A gateway is started with pipes.');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, text] = /^listening on ports (\d+)$/.exec(line) ?? [];
      if (text === undefined) return;
      cancel();
      child.off('exit', fail);
      resolve(Number(text));
    });
  });
  return { child, port: found };
}

function socketPath(folder: string): string {
  return path.join(folder, 'lb.sock');
}

function controlPath(folder: string, server: ServerName): string {
  return path.join(folder, `${server}.sock`);
}

/** JSON is YAML. */
function configText(
  { folder, sessions }: StageOptions,
  gateways: ReadonlyMap<ServerName, Gateway>,
  weights: Weights,
): string {
  const servers = [...gateways].map(([name, { port }]) => [
    name,
    { address: `${GATEWAY_HOST}:${port}`, weight: weights[name] },
  ]);
  const check = { type: 'cmpp', inter: '1s', fall: 2, rise: 2, account: '900000', 'shared-secret': 'chaos' };
  const config = {
    global: { maxconn: sessions + SPARE_CONNECTIONS },
    admin: { socket: { path: socketPath(folder) } },
    defaults: { timeout: { check: '1s', connect: '1s', login: '2s' } },
    frontends: { sp: { listen: '127.0.0.1:0', 'default-backend': BACKEND } },
    backends: {
      [BACKEND]: { balance: 'account', check, servers: Object.fromEntries(servers) },
    },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
