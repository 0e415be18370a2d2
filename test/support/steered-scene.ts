/** A balancer that is steered through its runtime API, and lines sent there. */

import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { exchange } from './haproxy.js';
import type { Gateway } from './gateway.js';
import type { Peer } from './peer.js';
import { Scene } from './scene.js';
import type { ConfigKeys } from './scene.js';
import type { Sp } from './sp.js';

interface Running {
  readonly scene: SteeredScene;
  readonly sps: readonly Sp[];
}

export class SteeredScene extends Scene {
  #path = '';

  /** Two gateways that answer, and SPs that have logged in. `keys` are the backend's. */
  static async running(t: TestContext, accounts: readonly string[] = [], keys = ''): Promise<Running> {
    const scene = new SteeredScene(t);
    await scene.start({ servers: [await scene.gateway({}), await scene.gateway({})], backend: keys });
    const sps: Sp[] = [];
    for (const account of accounts) sps.push((await scene.logIn(account)).sp);
    return { scene, sps };
  }

  /** One more SP, and what its login was answered. */
  async logIn(account = '900001'): Promise<{ sp: Sp; status: number }> {
    const sp = await this.sp();
    const { status } = await sp.logIn(account);
    return { sp, status };
  }

  /** One SP that is logged in at a gateway whose connections the test accepts, and the gateway's end of its session. */
  async logInAt(gateway: Gateway): Promise<{ sp: Sp; server: Peer }> {
    const sp = await this.sp();
    const login = sp.logIn();
    const server = await gateway.accept();
    const { sequenceId } = await server.pdu('connect');
    server.write(this.accepts(sequenceId));
    await login;
    return { sp, server };
  }

  /** Starts the balancer with a runtime API. */
  override async start(keys: ConfigKeys): Promise<void> {
    this.#path = `${this.folder()}/lb.sock`;
    await super.start({ admin: `socket: { path: ${this.#path} }`, ...keys });
  }

  get socketPath(): string {
    return this.#path;
  }

  /** Sends lines, and returns all that comes back, to the byte. */
  async raw(lines: string): Promise<string> {
    return exchange(connect(this.#path), lines);
  }

  /** Sends a command, and returns its answer without the empty line behind it. */
  async command(line: string): Promise<string> {
    const answer = await this.raw(`${line}\n`);
    if (answer !== '\n' && !answer.endsWith('\n\n')) throw new Error(`not the end of an answer: ${answer}`);
    return answer.replace(/\n?\n$/, '');
  }
}
