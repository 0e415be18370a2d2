/** The program with a configuration of its own, gateways behind it and SPs before it, for one test. */

import { writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Peer } from './peer.js';
import { Program } from './program.js';
import type { Line, Surroundings } from './program.js';
import { configText, Scene } from './scene.js';
import type { ConfigKeys } from './scene.js';
import { Sp } from './sp.js';

export class ProgramScene extends Scene {
  readonly #context: TestContext;
  #program: Program | undefined;

  constructor(context: TestContext) {
    super(context);
    this.#context = context;
  }

  get program(): Program {
    if (this.#program === undefined) throw new Error('the program was not run');
    return this.#program;
  }

  /** Starts the program; its log need not go to standard output. */
  run(keys: ConfigKeys, surroundings?: Surroundings): Program {
    return this.runFile(configText(keys), surroundings);
  }

  /** The same with the text of a whole configuration. */
  runFile(text: string, surroundings?: Surroundings): Program {
    const path = `${this.folder()}/lb.yaml`;
    writeFileSync(path, text);
    return this.#start(['start', '-c', path], surroundings);
  }

  /** The same with a file that the test may change, and more of the command line. */
  runProgram(path: string, ...args: readonly string[]): Program {
    return this.#start(['start', '-c', path, ...args]);
  }

  #start(args: readonly string[], surroundings?: Surroundings): Program {
    this.#program = new Program(this.#context, args, surroundings);
    return this.#program;
  }

  async comer(): Promise<Peer> {
    return this.client({ host: '127.0.0.1', port: await this.program.port() });
  }

  async comingSp(): Promise<Sp> {
    return new Sp(await this.comer());
  }

  /** An SP that comes and is let in. */
  async loggedInSp(): Promise<Sp> {
    const sp = await this.comingSp();
    const { status } = await sp.logIn();
    if (status !== 0) throw new Error(`the login was refused with status ${status}`);
    return sp;
  }

  /** The server that this SP was placed on. */
  async serverOf({ name }: Sp): Promise<unknown> {
    const { server } = await this.program.event('session-start', ({ source }) => source === name);
    return server;
  }

  /** The last line of this SP's session in the program. */
  async endIn({ name }: Sp): Promise<Line> {
    return this.program.event('session-end', ({ source }) => source === name);
  }

  /** The first line of this event about this server. */
  async serverEvent(event: string, name: string, suits: (line: Line) => boolean = () => true): Promise<Line> {
    return this.program.event(event, (line) => line['server'] === name && suits(line));
  }
}
