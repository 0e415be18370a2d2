/** The two C programs at the ends of a measured balancer: compiles them, starts them, reads the lines they print. */

import { spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { exitOf } from './child-processes.js';
import type { ChildProcesses } from './child-processes.js';

const SERVER_PORTS = 3;

export interface LoadPrograms {
  readonly server: string;
  readonly client: string;
}

export interface RunningServer {
  readonly pid: number;
  readonly ports: readonly number[];
  /** Ends it. Returns how many logins and SUBMITs it has answered. */
  end(): Promise<ServerTotals>;
}

export type Pace =
  { readonly kind: 'window'; readonly window: number } | { readonly kind: 'rate'; readonly perSecond: number };

/** The lines that the programs print, in so far as they are used here. */
const portsLine = z.object({ ports: z.array(z.number()) });
const totalsLine = z.object({ logins: z.number(), submits: z.number() });
const loginLine = z.object({ phase: z.literal('login'), seconds: z.number() });
const trafficLine = z.object({
  phase: z.literal('traffic'),
  answered: z.number(),
  p50Us: z.number(),
  p99Us: z.number(),
  maxUs: z.number(),
});
const endLine = z.object({ phase: z.literal('end'), died: z.number(), lost: z.number(), unasked: z.number() });

type ServerTotals = Readonly<z.infer<typeof totalsLine>>;

/** What the client counted and timed in one traffic phase. */
type Traffic = Readonly<z.infer<typeof trafficLine>>;

/** A client whose sessions are all logged in. */
export interface RunningClient {
  /** From the first connection's beginning to the last CONNECT_RESP. */
  readonly loginS: number;
  traffic(): Promise<Traffic>;
  /** Ends every session and the client. Throws when a session or a message was lost. */
  goodbye(): Promise<void>;
}

/** Compiles the programs into `folder`. Throws with a sentence for the reader when that cannot be. */
export function compileLoad(sourceFolder: string, folder: string): LoadPrograms {
  const compiler = ['gcc', 'cc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (compiler === undefined) {
    throw new Error('The load programs are in C and there is no compiler: install gcc (Debian: apt-get install gcc).');
  }
  const compile = (name: string): string => {
    const program = path.join(folder, name);
    const source = path.join(sourceFolder, `${name}.c`);
    const { status, stderr } = spawnSync(compiler, ['-O2', '-o', program, source], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${source} does not compile:\n${stderr}`);
    return program;
  };
  return { server: compile('server'), client: compile('client') };
}

/** Starts the programs of one measurement, on the CPU for the load. */
export class LoadStarter {
  readonly #programs: LoadPrograms;
  readonly #processes: ChildProcesses;
  readonly #cpu: number | undefined;
  readonly #logPath: string;

  constructor(programs: LoadPrograms, processes: ChildProcesses, cpu: number | undefined, logPath: string) {
    this.#programs = programs;
    this.#processes = processes;
    this.#cpu = cpu;
    this.#logPath = logPath;
  }

  async server(): Promise<RunningServer> {
    const child = await this.#start([this.#programs.server, String(SERVER_PORTS)]);
    const lines = new Lines(child);
    const { ports } = await lines.next(portsLine);
    return {
      pid: child.pid ?? 0,
      ports,
      end: async () => {
        await this.#processes.end(child);
        return lines.next(totalsLine);
      },
    };
  }

  /** Resolves when every session is logged in. Throws when one is not. */
  async client(port: number, sessions: number, pace: Pace | undefined, trafficS: number): Promise<RunningClient> {
    const paceOptions = pace === undefined ? [] : paceOption(pace);
    const sizeOptions = ['-c', String(sessions), '-d', String(trafficS)];
    const child = await this.#start([this.#programs.client, '-g', ...sizeOptions, ...paceOptions, String(port)]);
    const lines = new Lines(child);
    const login = await lines.next(loginLine);
    return {
      loginS: login.seconds,
      traffic: async () => {
        child.stdin?.write('go\n');
        return lines.next(trafficLine);
      },
      goodbye: async () => {
        child.stdin?.end();
        const { died, lost, unasked } = await lines.next(endLine);
        if (died + lost + unasked > 0) {
          throw new Error(
            `lost sessions: ${died}, messages without answer: ${lost}, answers without message: ${unasked}`,
          );
        }
      },
    };
  }

  #start(command: readonly string[]): Promise<ChildProcess> {
    return this.#processes.start(command, { cpu: this.#cpu, logPath: this.#logPath, isPiped: true });
  }
}

function paceOption(pace: Pace): readonly string[] {
  return pace.kind === 'window' ? ['-w', String(pace.window)] : ['-r', String(pace.perSecond)];
}

/** The lines of JSON that a program prints. */
class Lines {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error('The program must be started with pipes.');
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Throws when the next line is another than expected, or when there is none. */
  async next<Line>(expected: z.ZodType<Line>): Promise<Line> {
    const line = await this.#lines.next();
    if (line.done !== true) return expected.parse(JSON.parse(line.value));
    // Its output ends a moment before it does.
    if (exitOf(this.#child) === 'running') await once(this.#child, 'exit');
    throw new Error(`a load program ended early (${exitOf(this.#child)})`);
  }
}
