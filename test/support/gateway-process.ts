/** Gateways as a process of their own, the bundled simulator: it can be killed, stalled, and told to misbehave. */

import type { TestContext } from 'node:test';
import { sendCommand } from '../../src/simulator/smsc/control-socket.js';
import { Program } from './program.js';
import { Scene } from './scene.js';

/**
 * Of the loopback interface, and not the address that connections come from: a port here can't be taken by one of them
 * while its gateway is dead, nor can a connection to it be one to itself.
 */
const HOST = '127.0.0.2';

export interface GatewayOptions {
  /** How many gateways there are in the process. */
  readonly count?: number;
  /** More of its command line. */
  readonly args?: readonly string[];
}

export class GatewayProcess {
  readonly program: Program;
  readonly #context: TestContext;
  readonly #ports: readonly number[];
  readonly #controlPath: string;
  readonly #args: readonly string[];

  private constructor(
    context: TestContext,
    program: Program,
    ports: readonly number[],
    controlPath: string,
    args: readonly string[],
  ) {
    this.#context = context;
    this.program = program;
    this.#ports = ports;
    this.#controlPath = controlPath;
    this.#args = args;
  }

  static async started(context: TestContext, { count = 1, args = [] }: GatewayOptions = {}): Promise<GatewayProcess> {
    return GatewayProcess.#listening(
      context,
      Array.from({ length: count }, () => 0),
      args,
    );
  }

  /** Two processes of one gateway each. */
  static async pair(context: TestContext): Promise<[GatewayProcess, GatewayProcess]> {
    return Promise.all([GatewayProcess.started(context), GatewayProcess.started(context)]);
  }

  static async #listening(
    context: TestContext,
    ports: readonly number[],
    args: readonly string[],
  ): Promise<GatewayProcess> {
    const controlPath = `${new Scene(context).folder()}/control.sock`;
    const listen = ports.flatMap((port) => ['--listen', `${HOST}:${port}`]);
    const program = new Program(context, ['smsc', '--no-reports', ...listen, '--control', controlPath, ...args]);
    const [, found = ''] = await program.printed(/^listening on ports (.*)$/m);
    return new GatewayProcess(context, program, found.split(', ').map(Number), controlPath, args);
  }

  /** The keys of a server that is its nth gateway. */
  server(index = 0): string {
    return `address: "${HOST}:${this.#ports[index]}"`;
  }

  /** Gives its nth gateway these faults, such as `delay 20ms`. */
  async fault(faults: string, index = 0): Promise<void> {
    const reply = await sendCommand({ path: this.#controlPath }, `fault ${this.#ports[index]} ${faults}`);
    if (reply.kind === 'wrong') throw new Error(reply.text);
  }

  /** It is gone without a word. Resolves when it is. */
  async kill(): Promise<void> {
    this.program.signal('SIGKILL');
    await this.program.exited;
  }

  /** Starts it again on the same ports after it was killed. */
  async startedAgain(): Promise<GatewayProcess> {
    return GatewayProcess.#listening(this.#context, this.#ports, this.#args);
  }

  /** It hangs: the system goes on accepting connections for it. */
  stall(): void {
    this.program.signal('SIGSTOP');
  }

  goOn(): void {
    this.program.signal('SIGCONT');
  }
}
