/** Runs the HAProxy that is installed here, as the oracle of tests that compare with it. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server as Listener, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why a comparison cannot run here, for `skip`; where CI is set it must run, and fails without HAProxy. */
export function missingHaproxy(): string | false {
  if (process.env['CI'] !== undefined || spawnSync('haproxy', ['-v']).status === 0) return false;
  return 'haproxy is not installed';
}

export interface Haproxy {
  /** Where its runtime API listens. */
  readonly socketPath: string;
  /** Sends one line to the runtime API. Returns the answer. */
  command(line: string): Promise<string>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

/**
 * Starts HAProxy with the defaults that suit a test (mode tcp, short timeouts) and these sections. Resolves when it
 * listens; rejects with what it printed if it does not start.
 */
export async function startHaproxy(sections: string): Promise<Haproxy> {
  const folder = await mkdtemp(join(tmpdir(), 'haproxy-'));
  const socketPath = join(folder, 'runtime.sock');
  const configPath = join(folder, 'haproxy.cfg');
  const globals = `global\n  stats socket ${socketPath} level admin\n`;
  const defaults = 'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n';
  await writeFile(configPath, `${globals}${defaults}${sections}`);
  const child = spawn('haproxy', ['-W', '-db', '-f', configPath], { stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      printed += error.message;
      resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true });
  };
  // Whatever happens to the test, the process does not outlive it.
  process.once('exit', () => child.kill('SIGTERM'));
  const isListening = await new Promise<boolean>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('Loading success')) resolve(true);
    });
    void exited.then(() => resolve(false));
  });
  if (isListening) return { socketPath, command: (line) => exchange(connect(socketPath), `${line}\n`), stop };
  await stop();
  throw new Error(`haproxy did not start:\n${printed}`);
}

/** Sends `text` on a connecting socket and returns all that comes back until the peer ends. */
export async function exchange(socket: Socket, text: string): Promise<string> {
  let answer = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
  if (text !== '') socket.write(text);
  await once(socket, 'end');
  socket.destroy();
  return answer;
}

/** Resolves when the listener listens, with the port that the system gave it. */
export async function portOf(listener: Listener): Promise<number> {
  if (!listener.listening) await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen on a TCP port');
  return address.port;
}

/**
 * Ports that were free at `host` a moment ago, for a process that cannot be given port 0. All different, because all are
 * held until the last is found; HAProxy would share a port that two of its sections name.
 */
export async function freePorts(host: string, count: number): Promise<readonly number[]> {
  const listeners = Array.from({ length: count }, () => createServer().listen(0, host));
  const ports = await Promise.all(listeners.map((listener) => portOf(listener)));
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}
