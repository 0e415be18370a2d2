/** The program as an operator runs it: a process of its own, with its command line, its output, signals and exit code. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Change } from './change.js';

const PROGRAM = fileURLToPath(new URL('../../../bin/cmpp-lb.js', import.meta.url));

export interface Surroundings {
  /** The folder that it is started in. */
  readonly cwd?: string;
  /** What `ulimit -n` says. */
  readonly descriptorLimit?: number;
  /** Added to the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A line of its log, in JSON. */
export type Line = Readonly<Record<string, unknown>>;

export class Program {
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  #hasExited = false;
  readonly #change = new Change();

  constructor(context: TestContext, args: readonly string[], surroundings: Surroundings = {}) {
    const { cwd, descriptorLimit, environment } = surroundings;
    const limited = `ulimit -n ${descriptorLimit ?? '"$(ulimit -n)"'}; exec "$@"`;
    this.#child = spawn('/bin/sh', ['-c', limited, 'sh', process.execPath, PROGRAM, ...args], {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = new Promise((resolve) => {
      // Behind the last of its output.
      this.#child.once('close', (code, signal) => {
        this.#hasExited = true;
        resolve(code ?? signal ?? '');
        this.#change.happened();
      });
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#change.happened();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#change.happened();
    });
    context.after(async () => {
      this.#child.kill('SIGKILL');
      await this.exited;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(name: 'SIGCONT' | 'SIGHUP' | 'SIGINT' | 'SIGKILL' | 'SIGSTOP' | 'SIGTERM' | 'SIGUSR1' | 'SIGUSR2'): void {
    this.#child.kill(name);
  }

  /** The lines of its log on standard output. */
  get lines(): readonly Line[] {
    const whole = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map(parsed);
  }

  /** The first line of this event, written already or to be written. */
  async event(name: string, suits: (line: Line) => boolean = () => true): Promise<Line> {
    for (;;) {
      const found = this.lines.find((line) => line['event'] === name && suits(line));
      if (found !== undefined) return found;
      await this.#outputWith(name);
    }
  }

  /** The first match in all that it prints, printed already or to be printed. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found;
      await this.#outputWith(String(pattern));
    }
  }

  /** Resolves when there is more output, or the process has ended. */
  async output(): Promise<void> {
    await this.#change.next();
  }

  /** The port of the first listener; it is ready then. */
  async port(): Promise<number> {
    await this.event('ready');
    const { address } = await this.event('listening');
    return Number(String(address).replace(/^.*:/, ''));
  }

  async #outputWith(awaited: string): Promise<void> {
    if (this.#hasExited) throw new Error(`it ended without ${awaited}:\n${this.stdout}${this.stderr}`);
    await this.output();
  }
}

function parsed(line: string): Line {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error(`not a line of the log: ${line}`);
  return Object.fromEntries(Object.entries(value));
}
