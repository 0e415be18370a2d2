/** Starts the processes of a benchmark and ends each of them by its pid, whatever happens. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { realClock } from '../src/runtime/clock.js';
import type { Clock } from '../src/runtime/clock.js';

const END_LIMIT_MS = 5000;

export interface StartOptions {
  /** The one CPU that it may run on; any when undefined. */
  readonly cpu: number | undefined;
  /** Where its output goes; a pipe to us would have us work while it is measured. */
  readonly logPath: string;
  /** Its standard input and output are pipes, and only its errors go to the log. */
  readonly isPiped: boolean;
}

export class ChildProcesses {
  readonly #clock: Clock;
  readonly #living = new Set<ChildProcess>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts `command`. Throws when there is no such program. */
  async start(command: readonly string[], options: StartOptions): Promise<ChildProcess> {
    // taskset becomes the program that it starts, so the pid is the program's.
    const pinned = options.cpu === undefined ? command : ['taskset', '-c', String(options.cpu), ...command];
    const [program = '', ...parameters] = pinned;
    const log = openSync(options.logPath, 'a');
    const pipe = options.isPiped ? 'pipe' : 'ignore';
    const child = spawn(program, parameters, { stdio: [pipe, options.isPiped ? 'pipe' : log, log] });
    closeSync(log);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    this.#living.add(child);
    child.once('exit', () => this.#living.delete(child));
    return child;
  }

  /** Asks `child` to end, and insists when it has not after END_LIMIT_MS. */
  async end(child: ChildProcess): Promise<void> {
    if (!this.#living.has(child)) return;
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGTERM');
    const cancel = this.#clock.after(END_LIMIT_MS, () => child.kill('SIGKILL'));
    await ended;
    cancel();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#living].map((child) => this.end(child)));
  }

  /** For the way out when there is no time to wait. */
  killAll(): void {
    for (const child of this.#living) child.kill('SIGKILL');
  }
}

export function exitOf(child: ChildProcess): string {
  if (child.signalCode !== null) return `signal ${child.signalCode}`;
  return child.exitCode === null ? 'running' : `exit status ${child.exitCode}`;
}

/** Runs with a folder that is removed and processes that are ended when this one exits, however it does. */
export async function inScratch(
  prefix: string,
  run: (folder: string, processes: ChildProcesses) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), prefix));
  const processes = new ChildProcesses(realClock);
  // Also after an error that nobody caught, such as a closed standard error.
  process.once('exit', () => {
    processes.killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  await run(folder, processes);
}
