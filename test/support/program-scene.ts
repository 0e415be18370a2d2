/** The program with a configuration of its own, gateways behind it and SPs before it, for one test. */

import { writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Peer } from './peer.js';
import { Program } from './program.js';
import type { Surroundings } from './program.js';
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
    const path = `${this.folder()}/lb.yaml`;
    writeFileSync(path, configText(keys));
    this.#program = new Program(this.#context, ['start', '-c', path], surroundings);
    return this.#program;
  }

  async comer(): Promise<Peer> {
    return this.client({ host: '127.0.0.1', port: await this.program.port() });
  }

  async comingSp(): Promise<Sp> {
    return new Sp(await this.comer());
  }
}
